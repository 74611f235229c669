/** Wycheproof's test vectors, read in place where the machine has them. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

export interface WycheproofFile<Group extends { readonly tests: readonly unknown[] }> {
  readonly numberOfTests: number;
  readonly testGroups: readonly Group[];
}

/** Runs with the file, or is skipped with the reason; on CI an absent file is a failure. */
export function testWithWycheproof<Group extends { readonly tests: readonly unknown[] }>(
  name: string,
  fileName: string,
  judge: (file: WycheproofFile<Group>) => void,
): void {
  const url = new URL(`../../../../../shared/vectors/${fileName}`, import.meta.url);
  const path = fileURLToPath(url);
  test(name, (context) => {
    if (!existsSync(path) && process.env.CI !== 'true') {
      context.skip(`the Wycheproof vectors are not at ${path}`);
    }
    judge(JSON.parse(readFileSync(path, 'utf8')) as WycheproofFile<Group>);
  });
}
