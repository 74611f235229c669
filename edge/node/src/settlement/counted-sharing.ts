/**
 * Which inputs of sharing counted in a run. As with readings, a closed period takes what came since in
 * from one closing to the next; the root in the run says after which closing it was computed.
 */

import { type RunInput, type SharingEntry, sharingRootOfRun } from '@commonwatt/contracts';
import { equalBytes, type Sha256 } from '@commonwatt/ledger';
import type { SharingWord } from '../personal/sharing-store.ts';

/**
 * The entries under the root, newest edition first; nothing where no edition gives it.
 * @param words everything that was said of the run's members
 */
export function sharingUnderRoot(
  sha256: Sha256,
  words: readonly SharingWord[],
  { input, root }: { readonly input: RunInput; readonly root: Uint8Array },
): readonly SharingEntry[] | undefined {
  const editions = new Set([0, ...words.map(({ edition }) => edition)]);
  for (const last of [...editions].sort((a, b) => b - a)) {
    const entries = ruling(words.filter(({ edition }) => edition <= last));
    const made = sharingRootOfRun(sha256, { ...input, sharingEntries: entries });
    if (equalBytes(made, root)) return entries;
  }
  return undefined;
}

/** The word of the newest edition on each interval. */
function ruling(words: readonly SharingWord[]): readonly SharingEntry[] {
  const found = new Map<string, SharingWord>();
  for (const word of words) {
    const key = `${word.kind}/${word.member}/${word.slotMs}`;
    const before = found.get(key);
    if (before === undefined || before.edition < word.edition) found.set(key, word);
  }
  return [...found.values()].map(({ edition: _edition, counts: _counts, ...entry }) => entry);
}
