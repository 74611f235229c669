import { energy, money, price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import {
  communityPostings,
  communitySums,
  differenceOf,
  NO_SUMS,
  slotsWithoutTariff,
} from './community-sums.ts';
import type { SlotTotal } from './messages.ts';
import { DEFAULT_POLICY } from './policy.ts';

const total = (slotMs: number): SlotTotal => ({
  slotMs,
  traded: energy(90n),
  delivered: energy(60n),
  imported: energy(100n),
  exported: energy(80n),
  residualImport: energy(30n),
  residualExport: energy(10n),
  shared: energy(10n),
  sellersShort: energy(4n),
  buyersShort: energy(5n),
});
/** A run of version 3 as far as its sums go. */
const runOf = (slotTotals: readonly SlotTotal[], spread = 0n) => ({
  rulesVersion: 3,
  slotTotals,
  spread: money(spread),
});
const tariff = {
  fromMs: 0,
  untilMs: 1000,
  supplyPrice: price(300n),
  feedInPrice: price(80n),
  gridFee: price(70n),
  communityGridFee: price(30n),
  levy: price(5n),
  tax: price(20n),
};
const policy = {
  ...DEFAULT_POLICY,
  sellerDeviationPrice: price(7n),
  buyerDeviationPrice: price(3n),
};
const posted = { ...policy, residualCharges: 'posted' as const };

test('deviations are posted in both modes, the rest where the community is the supplier', () => {
  const totals = [total(0), total(1000)];
  expect(communitySums(runOf(totals), policy, [tariff])).toEqual({ ...NO_SUMS, deviations: 86n });
  const older = { ...runOf(totals, 5n), rulesVersion: 2 };
  expect(communitySums(older, posted, [tariff])).toEqual({ ...NO_SUMS, spread: 5n });
  expect(communitySums(runOf(totals, 5n), posted, [tariff])).toEqual({
    deviations: 86n,
    supply: 30n * 300n - 10n * 80n,
    grid: 30n * 70n + 70n * 30n,
    levies: 150n,
    taxes: 600n,
    spread: 5n,
  });
});

test('slots for which no tariff holds are named, and charged nothing', () => {
  const totals = [total(0), total(1000)];
  expect(slotsWithoutTariff(totals, posted, [tariff])).toEqual([1000]);
  expect(slotsWithoutTariff(totals, policy, [])).toEqual([]);
});

test('what a later run posts is the difference, zeros left out', () => {
  const before = communitySums(runOf([total(0)]), posted, [tariff]);
  const now = { ...before, supply: before.supply - 7n };
  expect(communityPostings(differenceOf(now, before))).toEqual([
    { account: 'supply', amount: -7n },
  ]);
  expect(differenceOf(before, NO_SUMS)).toEqual(before);
});
