import { energy, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { MeteredEnergy } from './delivery.ts';
import { DEFAULT_POLICY } from './policy.ts';
import {
  deviationsOfSlot,
  shownCharges,
  slotAccounts,
  type UnsaltedSlotLine,
} from './slot-accounts.ts';
import { FROM_MS, QUARTER_MS, tradeEntry } from './testing/street.ts';

const tariff = {
  fromMs: FROM_MS,
  untilMs: FROM_MS + QUARTER_MS,
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
const metered = (imported: bigint, exported: bigint, slot = 0) => ({
  member: 1,
  slotMs: FROM_MS + slot * QUARTER_MS,
  imported: energy(imported),
  exported: energy(exported),
});
const accounts = (residualCharges: 'shown' | 'posted'): readonly UnsaltedSlotLine[] =>
  slotAccounts({
    policy: { ...policy, residualCharges },
    tariffs: [tariff],
    // Two meters in the first slot, one in the second, for which no tariff holds.
    readings: [metered(60n, 0n), metered(40n, 9n), metered(10n, 0n, 1)],
    deviations: [
      { member: 1, slotMs: FROM_MS, side: 'buyer', energy: 4n },
      { member: 1, slotMs: FROM_MS, side: 'seller', energy: 2n },
    ],
    shares: [{ member: 1, slotMs: FROM_MS, allotted: 30n, received: 20n, given: 3n, money: -99n }],
    traded: (_member, side, slotMs) => (slotMs !== FROM_MS ? 0n : side === 'buy' ? 25n : 5n),
  }).get(1) ?? [];

describe('a slot of a member', () => {
  test('comes to what its meters counted, traded, shared and missed', () => {
    expect(accounts('shown')).toMatchObject([
      {
        slotMs: FROM_MS,
        imported: 100n,
        exported: 9n,
        bought: 25n,
        sold: 5n,
        allotted: 30n,
        received: 20n,
        given: 3n,
        sellerShort: 2n,
        buyerShort: 4n,
        sharedMoney: -99n,
        deviation: -26n,
        supply: 0n,
        taxes: 0n,
      },
      { slotMs: FROM_MS + QUARTER_MS, imported: 10n, deviation: 0n },
    ]);
  });

  test('is charged for its residual where that is posted, by its own tariff alone', () => {
    const [first, second] = accounts('posted');
    expect(first).toMatchObject({
      supply: 80n - 55n * 300n,
      grid: -(55n * 70n + 45n * 30n),
      levies: -55n * 5n,
      taxes: -55n * 20n,
    });
    expect(second).toMatchObject({ imported: 10n, supply: 0n, grid: 0n, levies: 0n, taxes: 0n });
  });

  test('shows the same charges where they are not posted', () => {
    const [shown, posted] = [accounts('shown')[0], accounts('posted')[0]] as [
      UnsaltedSlotLine,
      UnsaltedSlotLine,
    ];
    const { supply, grid, levies, taxes } = posted;
    expect(shownCharges(shown, tariff)).toEqual({ supply, grid, levies, taxes });
    expect(shownCharges(shown, undefined).supply).toBe(0n);
  });
});

test('own deviations are by what shorter slots left of the readings', () => {
  const left = new MeteredEnergy(QUARTER_MS);
  left.add(1, 'sell', FROM_MS, 30n);
  left.add(2, 'buy', FROM_MS, 500n);
  const slot = [
    { name: 'a', slot: 0, seller: 1, buyer: 2, energy: 40 },
    { name: 'b', slot: 0, seller: 1, buyer: 3, energy: 5 },
  ].map(tradeEntry);
  left.serve(1, 'sell', { slotMs: FROM_MS, slotLengthMs: QUARTER_MS }, 10n);
  expect(deviationsOfSlot(slot, left)).toEqual([
    { member: 1, side: 'seller', energy: 25n, slotMs: FROM_MS },
    { member: 3, side: 'buyer', energy: 5n, slotMs: FROM_MS },
  ]);
});
