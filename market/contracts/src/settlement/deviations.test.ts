import { cost, energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate } from './allocation/allocate.ts';
import { type Slot, slotOf, slots, sumsBy } from './allocation/testing/slots.ts';
import { ownDeviations, residuals } from './deviations.ts';

const deviationsOf = ({ trades, metered }: Slot) =>
  ownDeviations(trades, metered).map((one) => [one.member, one.side, one.energy]);
const allocated = ({ trades, metered }: Slot) => allocate(trades, metered);
const residualsOf = (slot: Slot) =>
  residuals(slot.trades, allocated(slot), slot.metered).map((one) => [
    one.member,
    one.direction,
    one.energy,
  ]);

test('a member answers for its own reading, not for its counterparty’s', () => {
  const slot = slotOf(
    [
      [1, 2, 300],
      [1, 3, 100],
    ],
    { 1: 200 },
    { 2: 400, 3: 100 },
  );
  expect(deviationsOf(slot)).toEqual([[1, 'seller', 200n]]);
});

test('both sides may fall short, and a reading that is missing falls short of everything', () => {
  const slot = slotOf(
    [
      [1, 2, 30],
      [3, 2, 10],
      [2, 1, 5],
    ],
    { 1: 20, 2: 5 },
    { 2: 39 },
  );
  expect(deviationsOf(slot)).toEqual([
    [1, 'seller', 10n],
    [3, 'seller', 10n],
    [2, 'buyer', 1n],
    [1, 'buyer', 5n],
  ]);
});

test('what no trade took is the residual of its reading, zero included', () => {
  const slot = slotOf([[1, 2, 30]], { 1: 20, 4: 7 }, { 2: 39, 1: 3 });
  expect(residualsOf(slot)).toEqual([
    [1, 'export', 0n],
    [4, 'export', 7n],
    [1, 'import', 3n],
    [2, 'import', 19n],
  ]);
});

test('conservation: readings are allocations and residuals, trades are at most readings and deviations', () => {
  fc.assert(
    fc.property(slots, (slot) => {
      const parts = allocated(slot);
      const traded = slot.trades.map((trade) => trade.energy);
      for (const { member, direction, energy: left } of residuals(
        slot.trades,
        parts,
        slot.metered,
      )) {
        const [side, counted] =
          direction === 'export'
            ? (['seller', slot.metered.exported] as const)
            : (['buyer', slot.metered.imported] as const);
        const taken = sumsBy(slot, side, parts).get(member) ?? 0n;
        expect(taken + left).toBe(counted.get(member));
      }
      for (const { member, side, energy: short } of ownDeviations(slot.trades, slot.metered)) {
        const counted = side === 'seller' ? slot.metered.exported : slot.metered.imported;
        expect((counted.get(member) ?? 0n) + short).toBe(sumsBy(slot, side, traded).get(member));
      }
    }),
  );
});

/** Numbers of issues of powertac/powertac-server. */
describe('powertac', () => {
  const base: Parameters<typeof slotOf>[0] = [
    [1, 2, 300],
    [3, 2, 100],
  ];

  test('568, 941: an imbalance earns nothing, however large', () => {
    // Member 1 delivers 192 times what it sold, or sells far more than it has: its energy is the same.
    const fair = slotOf(base, { 1: 300, 3: 100 }, { 2: 400 });
    const flooding = slotOf(base, { 1: 57_600, 3: 100 }, { 2: 400 });
    expect(allocated(flooding)).toEqual(allocated(fair));
    expect(deviationsOf(flooding)).toEqual([]);
    const short = slotOf(
      [
        [1, 2, 300],
        [1, 2, 1_000_000],
      ],
      { 1: 300 },
      { 2: 1_000_300 },
    );
    expect(allocated(short).reduce((sum, one) => sum + one, 0n)).toBe(300n);
    expect(deviationsOf(short)).toEqual([[1, 'seller', 1_000_000n]]);
  });

  test('681: every trade of the slot counts, also where the member has nothing else', () => {
    const onlyTrades = slotOf([...base, [4, 2, 50]], { 1: 300, 3: 100 }, { 2: 450 });
    expect(deviationsOf(onlyTrades)).toEqual([[4, 'seller', 50n]]);
  });

  test('756: who has too much is not charged for who has too little, and the other way round', () => {
    const slot = slotOf(base, { 1: 340, 3: 40 }, { 2: 400 });
    expect(deviationsOf(slot)).toEqual([[3, 'seller', 60n]]);
    expect(residualsOf(slot)).toEqual([
      [1, 'export', 40n],
      [3, 'export', 0n],
      [2, 'import', 60n],
    ]);
  });

  test('870: one price of 4 * 10^15 EUR/MWh moves no other trade, and stays exact', () => {
    const slot = slotOf(base, { 1: 300, 3: 100 }, { 2: 200 });
    const [first = energy(0n), second = energy(0n)] = allocated(slot);
    const prices = [price(4_211_298_658_243_389_500n), price(85_123n)] as const;
    expect([first, second]).toEqual([150n, 50n]);
    expect(cost(first, prices[0])).toBe(631_694_798_736_508_425_000n);
    expect(cost(second, prices[1])).toBe(4_256_150n);
  });

  test('882: nothing is kept from one slot to the next', () => {
    const before = slotOf(base, { 1: 1, 3: 2 }, { 2: 3 });
    const slot = slotOf(base, { 1: 300, 3: 90 }, { 2: 390 });
    const fresh = allocated(slot);
    allocated(before);
    expect(allocated(slot)).toEqual(fresh);
    expect(deviationsOf(slot)).toEqual([
      [3, 'seller', 10n],
      [2, 'buyer', 10n],
    ]);
  });

  test('1154: a Wh that a trade takes is netted from what is left, so nobody is billed for it twice', () => {
    const slot = slotOf(base, { 1: 300, 3: 100 }, { 2: 800 });
    expect(residualsOf(slot)).toContainEqual([2, 'import', 400n]);
  });
});
