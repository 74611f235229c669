import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { testTerminal } from '../../terminal/terminal.test-support.ts';

const command = fileURLToPath(new URL('../../../bin/commonwatt.js', import.meta.url));
let folder = '';
let dir = '';
let printed: Printed;

interface Printed {
  readonly ledgers: readonly { name: string; blocks: number; head: string }[];
  readonly stages: readonly string[];
  readonly refused: readonly { code: string }[];
  readonly check: {
    readonly corridors: readonly { binding: boolean; grantedWh: string; limitWh: string }[];
  };
  readonly defaults: readonly { name: string; defaults: number }[];
  readonly carried: number;
  readonly sold: { readonly energyWh: string; readonly paid: string };
  readonly sums: readonly { law: string; left: string; right: string; holds: boolean }[];
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-dplc-'));
  dir = join(folder, 'ledger');
  const words = [command, 'demo', '--case', 'dplc', '--headless', '--json', '--dir', dir];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(stderr).toContain('coin came back over the peg');
  expect(status).toBe(0);
  printed = JSON.parse(stdout);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the round goes through its stages; what must be refused is', () => {
  const stages = ['listing', 'checking', 'committing', 'delivering', 'paying', 'closed'];
  expect(printed.stages).toEqual(stages);
  expect(printed.refused.map(({ code }) => code)).toEqual([
    'not_admitted',
    'energy_over_declared',
    'region_unknown',
    'energy_negative',
    'round_closed',
    'not_the_dispatch_centre',
  ]);
  expect(printed.defaults).toEqual([{ name: 'H4', defaults: 2 }]);
});

test('the check binds the line to D, and gives all of it away', () => {
  const [line] = printed.check.corridors;
  expect(line).toMatchObject({ from: 'A', to: 'D', binding: true, grantedWh: '30000000000' });
});

test('both sides of every account are the same', () => {
  expect(printed.sums.length).toBeGreaterThan(15);
  expect(printed.sums.filter(({ holds }) => !holds)).toEqual([]);
  const went = printed.sums.find(({ law }) => law.startsWith('coin that went'));
  expect(BigInt(went?.left ?? 0)).toBeGreaterThan(0n);
  expect(BigInt(printed.sold.energyWh)).toBeGreaterThan(0n);
  expect(printed.carried).toBeGreaterThan(40);
});

test('both ledgers that are kept are executed again, clean, and hold the same', async () => {
  const terminal = testTerminal();
  expect(await main(['audit', dir, '--json'], terminal)).toBe(0);
  const [market, certificates] = printed.ledgers.map(({ name, blocks, head: hash }) => {
    return { name, blocks, hash };
  });
  const audited = JSON.parse(terminal.out());
  expect(audited).toMatchObject({ clean: true, ...market, certificates });
  expect(audited.peg).toEqual({
    locked: '0',
    minted: '0',
    underWay: '0',
    crossings: printed.carried,
    arrived: printed.carried,
  });
});

test('a backup holds both', async () => {
  const terminal = testTerminal();
  const out = join(folder, 'backup');
  expect(await main(['backup', dir, '--out', out, '--json'], terminal)).toBe(0);
  const [market, certificates] = printed.ledgers.map((one) => one.head);
  const told = JSON.parse(terminal.out());
  expect([told.hash, told.certificates.hash]).toEqual([market, certificates]);
});
