import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './install.js';

/** A cycle is told once, from where it was entered. */
const TOLD_ELSEWHERE = '';

/** One fault each, and the wall that must name it. */
const PLANTED: readonly (readonly [path: string, text: string, wall: string])[] = [
  ['kernel/units/src/a.ts', "import '@commonwatt/ledger';", 'wall-of-kernel-units'],
  ['kernel/ledger/src/a.ts', "import '@commonwatt/contracts';", 'wall-of-kernel-ledger'],
  [
    'kernel/ledger/src/b.ts',
    "import type {} from '@commonwatt/contracts';",
    'wall-of-kernel-ledger',
  ],
  ['market/contracts/src/a.ts', "import '@commonwatt/consensus';", 'wall-of-market-contracts'],
  ['market/contracts/src/b.test.ts', "import '@commonwatt/consensus';", 'wall-of-market-contracts'],
  ['edge/consensus/src/a.ts', "import '@commonwatt/contracts';", 'wall-of-edge-consensus'],
  ['kernel/units/src/c.ts', "import 'node:fs';", 'nothing-of-the-host-above-the-line'],
  ['kernel/units/src/d.ts', "import type {} from 'node:fs';", 'nothing-of-the-host-above-the-line'],
  ['kernel/units/src/e.ts', "import 'leftpad';", 'nothing-of-the-host-above-the-line'],
  ['kernel/units/src/f.test.ts', "import 'leftpad';", 'tests-above-the-line-stay-small'],
  ['kernel/ledger/src/g.ts', "import '../../units/src/index.ts';", 'no-deep-import'],
  ['kernel/ledger/src/h.ts', "import '@commonwatt/units/src/index.ts';", 'resolvable'],
  ['kernel/ledger/src/i.ts', "import './g.test.ts';", 'no-import-of-tests'],
  ['kernel/ledger/src/n.ts', "import './testing/m.ts';", 'no-import-of-tests'],
  ['kernel/ledger/src/o.test.ts', "import './g.test.ts';", 'no-import-of-test-files'],
  ['kernel/ledger/src/p.test.ts', "import './testing/m.ts';", ''],
  ['kernel/ledger/src/testing/m.ts', "import 'node:fs';", ''],
  ['kernel/ledger/src/g.test.ts', 'export {};', ''],
  ['kernel/units/src/j.ts', "import './k.ts';", 'no-cycle'],
  ['kernel/units/src/k.ts', "import './j.ts';", TOLD_ELSEWHERE],
  ['market/contracts/src/wallet/a.ts', 'export {};', ''],
  ['market/contracts/src/market/a.ts', "import '../wallet/a.ts';", ''],
  [
    'market/contracts/src/identity/a.ts',
    "import '../wallet/a.ts';",
    'contract-line-after-identity',
  ],
  ['market/contracts/src/a-good.ts', "import '@commonwatt/ledger';", ''],
  ['kernel/units/src/l.test.ts', "import 'node:fs'; import 'vitest';", ''],
];

const ROOMS = ['kernel/units', 'kernel/ledger', 'market/contracts', 'edge/consensus'];

let root: string;
let violations: { from: string; rule: { name: string } }[];

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'commonwatt-walls-')));
  for (const room of ROOMS) {
    const name = `@commonwatt/${room.split('/')[1]}`;
    write(`${room}/package.json`, JSON.stringify({ name, exports: { '.': './src/index.ts' } }));
    write(`${room}/src/index.ts`, 'export {};');
    mkdirSync(join(root, 'node_modules', '@commonwatt'), { recursive: true });
    symlinkSync(join(root, room), join(root, 'node_modules', name));
  }
  for (const name of ['leftpad', 'vitest']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'export {};');
  }
  write('package.json', JSON.stringify({ dependencies: { leftpad: '1.0.0', vitest: '1.0.0' } }));
  write('tsconfig.json', '{}');
  for (const [path, text] of PLANTED) write(path, text);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', join(ROOT, '.dependency-cruiser.js'), '--output-type', 'json'],
      ...['kernel', 'market', 'edge'],
    ],
    { cwd: root, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  violations = JSON.parse(stdout).summary.violations;
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a planted fault is named by its wall', () => {
  test.each(PLANTED)('%s: %s', (path, _text, wall) => {
    const named = violations.filter(({ from }) => from === path).map(({ rule }) => rule.name);
    if (wall === '') expect(named).toEqual([]);
    else expect(named).toContain(wall);
  });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${text}\n`);
}
