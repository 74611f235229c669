import { price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { groundOf } from './ground.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { ANA, BEN, CLEO, DORA, smallStreet } from './testing/settling-ledger.ts';
import { FROM_MS, QUARTER_MS } from './testing/street.ts';

const settlementPolicy = { ...DEFAULT_POLICY, sellerDeviationPrice: price(7n) };

test('a first run stands on open trades, a later one on what was kept of them', async () => {
  const ledger = await smallStreet({ genesis: { settlementPolicy } });
  const { run } = ledger.compute();
  const first = groundOf(ledger.state, run);
  expect([...first.traded]).toEqual([
    [FROM_MS, 400n],
    [FROM_MS + QUARTER_MS, 50n],
  ]);
  expect([...first.members].sort()).toEqual([ANA, BEN, CLEO, DORA]);
  expect(first.bounds.get(ANA)).toEqual({ escrow: 0n, claims: 50_000n, deviationMost: 2_800n });
  expect([first.trades.length, first.posted.size]).toEqual([3, 0]);

  expect(await ledger.propose('officer', run)).toBe('done');
  const later = groundOf(ledger.state, { ...run, sequence: 1 });
  expect([...later.traded]).toEqual([...first.traded]);
  expect([...later.members].sort()).toEqual([ANA, BEN, CLEO, DORA]);
  expect(later.bounds.get(ANA)).toMatchObject(first.bounds.get(ANA) ?? {});
  expect(later.trades).toEqual([]);
  expect(later.posted.get(BEN)).toMatchObject({ amount: -16_000n, charge: 0n });
  expect(later.community.deviations).toBe(1_750n);
});

test('before version 3 owners of meters without trades are not concerned', async () => {
  const ledger = await smallStreet();
  await ledger.meter({ member: 1, counted: [[9, 0]] });
  await ledger.commit();
  const { run } = ledger.compute();
  expect(run.postings.map(({ member }) => member)).toEqual([1, ANA, BEN, CLEO, DORA]);
  expect(groundOf(ledger.state, run).members.has(1)).toBe(true);
  expect(groundOf(ledger.state, { ...run, rulesVersion: 2 }).members.has(1)).toBe(false);
  expect(await ledger.propose('officer', run)).toBe('done');
});
