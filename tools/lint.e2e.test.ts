import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './install.js';

/** One fault each, and the rule that must name it. */
const PLANTED: readonly (readonly [path: string, text: string, rule: string])[] = [
  ['kernel/units/src/a.ts', 'export const now = () => new Date();', 'style/noRestrictedGlobals'],
  ['market/contracts/src/a.ts', 'export const log = () => console;', 'style/noRestrictedGlobals'],
  ['kernel/units/src/b.ts', "export { join } from 'node:path';", 'correctness/noNodejsModules'],
  [
    'edge/node/src/a.ts',
    "import { pad } from 'leftpad';\n\nexport const text = pad;",
    'correctness/noUndeclaredDependencies',
  ],
  [
    'edge/node/src/b.ts',
    'async function save(): Promise<void> {}\n\nexport function close() {\n  save();\n}',
    'nursery/noFloatingPromises',
  ],
  ['edge/node/src/c.ts', 'export const odd: any = 1;', 'suspicious/noExplicitAny'],
  [
    'edge/node/src/d.ts',
    `export function long() {\n${'  long();\n'.repeat(71)}}`,
    'complexity/noExcessiveLinesPerFunction',
  ],
];

let root: string;

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'commonwatt-lint-')));
  copyFileSync(join(ROOT, 'biome.json'), join(root, 'biome.json'));
  write('.gitignore', '');
  for (const room of ['kernel/units', 'market/contracts', 'edge/node']) {
    write(`${room}/package.json`, JSON.stringify({ name: room, dependencies: {} }));
  }
  for (const [path, text] of PLANTED) write(path, text);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(PLANTED)('a planted fault in %s is named', (path, _text, rule) => {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [biome, 'lint', '--error-on-warnings', '--reporter=json', path],
    { cwd: root, encoding: 'utf8' },
  );
  expect(status, stderr).toBe(1);
  const categories = JSON.parse(stdout).diagnostics.map(
    ({ category }: { category: string }) => category,
  );
  expect(categories).toEqual([`lint/${rule}`]);
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${text}\n`);
}
