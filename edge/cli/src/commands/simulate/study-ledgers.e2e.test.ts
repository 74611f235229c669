/** The same study without a ledger, over one in memory and over one on disk that `audit` can read. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { command, Workshop } from './small-studies.test-support.ts';

const shop = new Workshop();
afterAll(() => shop.remove());

/** Metrics that only a ledger has. */
const OF_LEDGERS = /^(blocks|transactions_per_second|block_interval_|finality_|bytes_per_)/;

/** Of a study with one run: its name, its metrics and its members, whatever kept them. */
async function ran(ledger: string, changes: string) {
  const out = `${ledger}-${changes.length}`;
  const scenario = shop.scenario('kept', `ledger: ${ledger}\n${changes}\n`);
  const words = ['simulate', scenario, '--out', shop.path(out), '--jobs', '1', '--json'];
  const { status, out: printed, err } = await command(words);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  const [run] = JSON.parse(printed).runs as { run: string; metrics: Record<string, number> }[];
  const { run: id = '', metrics = {} } = run ?? {};
  const own = Object.entries(metrics).filter(([name]) => !OF_LEDGERS.test(name));
  const members = shop.table(out, 'members').map(({ run: _, ...rest }) => rest);
  return { place: join(shop.path(out), 'runs', id), metrics: own, members, blocks: metrics.blocks };
}

test.each([
  ['as they are', ''],
  ['expected wrongly', 'forecast: { error_percent: 25 }'],
])('members whose energies are %s fare alike with every ledger', async (_, changes) => {
  const [off, memory, embedded] = [
    await ran('off', changes),
    await ran('memory', changes),
    await ran('embedded', changes),
  ];
  expect(off.blocks ?? null).toBe(null);
  expect(memory.blocks).toBeGreaterThan(96);
  expect(embedded.blocks).toBe(memory.blocks);
  for (const { metrics, members } of [memory, embedded]) {
    expect(members).toEqual(off.members);
    expect(metrics).toEqual(off.metrics);
  }
  const ledger = join(embedded.place, 'ledger');
  const clean = await command(['audit', ledger, '--json']);
  expect(clean.status).toBe(0);
  expect(JSON.parse(clean.out)).toMatchObject({ clean: true });
  const file = join(ledger, 'blocks', 'data.mdb');
  const bytes = readFileSync(file);
  // A name of the founding block: the first byte of the chain's own text.
  const at = bytes.indexOf('kept/');
  expect(at).toBeGreaterThan(0);
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(file, bytes);
  expect((await command(['audit', ledger, '--json'])).status).toBe(1);
});
