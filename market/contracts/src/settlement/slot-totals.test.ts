import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from './policy.ts';
import { computeRun } from './run.ts';
import { FROM_MS, QUARTER_MS, runInput, sha256 } from './testing/street.ts';

test('totals are sums over the community, slot by slot, with what is left on both sides', () => {
  const street = {
    slots: 2,
    trades: [{ name: 'a', slot: 0, seller: 1, buyer: 2, energy: 60 }],
    meters: {
      1: {
        member: 1,
        counted: [
          [0, 50],
          [0, 20],
        ] as const,
      },
      2: {
        member: 2,
        counted: [
          [70, 0],
          [5, 0],
        ] as const,
      },
      3: {
        member: 3,
        counted: [
          [8, 0],
          [9, 0],
        ] as const,
      },
    },
  };
  const input = { ...runInput(street), version: 3 };
  const policy = { ...DEFAULT_POLICY, sharing: 'pro rata' as const };
  expect(computeRun(sha256, { ...input, policy }).run.slotTotals).toEqual([
    {
      slotMs: FROM_MS,
      traded: 60n,
      delivered: 50n,
      imported: 78n,
      exported: 50n,
      residualImport: 28n,
      residualExport: 0n,
      shared: 0n,
      sellersShort: 10n,
      buyersShort: 0n,
    },
    {
      slotMs: FROM_MS + QUARTER_MS,
      traded: 0n,
      delivered: 0n,
      imported: 14n,
      exported: 20n,
      residualImport: 0n,
      residualExport: 6n,
      shared: 14n,
      sellersShort: 0n,
      buyersShort: 0n,
    },
  ]);
});
