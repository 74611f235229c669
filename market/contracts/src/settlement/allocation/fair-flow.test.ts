import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactShares } from './allocate.ts';
import { fairShares } from './fair-flow.ts';
import { compareFractions, type Fraction, fraction } from './fraction.ts';
import type { FlowArc } from './pieces.ts';
import {
  Chance,
  drawnSlot,
  isWithin,
  type Slot,
  scaled,
  slotOf,
  slots,
  slotsUpTo,
  total,
  unfairness,
} from './testing/slots.ts';

const text = ({ numerator, denominator }: Fraction): string => {
  const { numerator: n, denominator: d } = fraction(numerator, denominator);
  return d === 1n ? `${n}` : `${n}/${d}`;
};
const sharesOf = (slot: Slot): readonly string[] =>
  exactShares(slot.trades, slot.metered).map(text);

describe('examples', () => {
  test('a seller that falls short gives each trade the same part', () => {
    const slot = slotOf(
      [
        [1, 2, 300],
        [1, 3, 100],
      ],
      { 1: 200 },
      { 2: 900, 3: 900 },
    );
    expect(sharesOf(slot)).toEqual(['150', '50']);
  });

  test('the most energy comes before the same part for all', () => {
    // A third of each would be fair and leave 1 of 2 Wh; the middle trade gives way.
    const slot = slotOf(
      [
        [1, 1, 1],
        [1, 2, 1],
        [2, 1, 1],
      ],
      { 1: 1, 2: 1 },
      { 1: 1, 2: 1 },
    );
    expect(sharesOf(slot)).toEqual(['0', '1', '1']);
  });

  test('what one buyer cannot take goes to the seller’s other trades', () => {
    const slot = slotOf(
      [
        [1, 2, 300],
        [1, 3, 300],
      ],
      { 1: 400 },
      { 2: 100, 3: 900 },
    );
    expect(sharesOf(slot)).toEqual(['100', '300']);
  });

  test('quotients stay exact', () => {
    const slot = slotOf(
      [
        [1, 2, 3],
        [1, 3, 5],
        [1, 4, 7],
      ],
      { 1: 2 },
      { 2: 9, 3: 9, 4: 9 },
    );
    expect(sharesOf(slot)).toEqual(['2/5', '2/3', '14/15']);
  });

  test('trades side by side carry the same part of what was traded', () => {
    const slot = slotOf(
      [
        [1, 2, 3],
        [1, 2, 5],
        [1, 2, 0],
      ],
      { 1: 7 },
      { 2: 6 },
    );
    expect(sharesOf(slot)).toEqual(['9/4', '15/4', '0']);
  });

  test('without arcs there is nothing to share', () => {
    expect(fairShares([])).toEqual([]);
  });

  test('a flow that is given is made fair without changing its sum', () => {
    const arc = { from: 0, to: 1, kind: 'trade', capacity: 4n, weight: 4n } as const;
    const arcs: readonly FlowArc[] = [
      { from: 2, to: 0, kind: 'supply', trade: -1, weight: 0n, capacity: 4n, flow: 4n },
      { ...arc, trade: 0, flow: 4n },
      { ...arc, trade: 1, flow: 0n },
    ];
    const found = new Map(fairShares(arcs).map(({ trade, ...share }) => [trade, text(share)]));
    expect(found).toEqual(
      new Map([
        [0, '2'],
        [1, '2'],
      ]),
    );
  });
});

describe('laws', () => {
  test('nothing more can be allocated, and nothing raised at the cost of richer trades', () => {
    fc.assert(
      fc.property(slots, (slot) => {
        expect(unfairness(slot, exactShares(slot.trades, slot.metered))).toBeUndefined();
      }),
      { numRuns: 1500 },
    );
  });

  test.each([
    [20, 30, 3, 0.98, 0.05],
    [25, 35, 3, 0.8, 0.35],
    [10, 10, 6, 0.6, 0.4],
    [60, 40, 2, 1, 0.3],
  ])(
    'also among %i sellers and %i buyers with %i trades each at %d, %d',
    (sellers, buyers, tradesPerBuyer, mean, spread) => {
      const chance = new Chance(sellers * buyers);
      for (let seed = 0; seed < 4; seed++) {
        const slot = drawnSlot(chance, { sellers, buyers, tradesPerBuyer, mean, spread });
        expect(unfairness(slot, exactShares(slot.trades, slot.metered))).toBeUndefined();
      }
    },
  );

  test('what is solved apart comes out as what is solved together, and is the fairest', () => {
    const told = (slot: Slot, apartNodesLeast: number) =>
      exactShares(slot.trades, slot.metered, apartNodesLeast).map(text);
    fc.assert(
      fc.property(slots, (slot) => {
        expect(told(slot, 4)).toEqual(told(slot, Number.MAX_SAFE_INTEGER));
      }),
      { numRuns: 500 },
    );
    for (const [sellers, buyers, tradesPerBuyer, mean, spread] of [
      [50, 50, 4, 0.7, 0.4],
      [60, 60, 3, 0.9, 0.3],
    ] as const) {
      const street = { sellers, buyers, tradesPerBuyer, mean, spread };
      const slot = drawnSlot(new Chance(sellers), street);
      const apart = exactShares(slot.trades, slot.metered, 6);
      expect(unfairness(slot, apart)).toBeUndefined();
      expect(apart.map(text)).toEqual(told(slot, Number.MAX_SAFE_INTEGER));
    }
  });

  test('no other maximum on a fine grid is fairer: every one of them is tried', () => {
    let tried = 0;
    fc.assert(
      fc.property(slotsUpTo(4, 3, 4), (slot) => {
        const { scale, parts } = scaled(exactShares(slot.trades, slot.metered));
        const most = slot.trades.reduce((product, one) => product * (one.energy * scale + 1n), 1n);
        fc.pre(most <= 10_000n);
        const own = sortedRatios(slot, parts, scale);
        for (const other of gridOf(slot, scale)) {
          if (!isWithin(slot, other, scale)) continue;
          expect(total(other)).toBeLessThanOrEqual(total(parts));
          if (total(other) < total(parts)) continue;
          tried++;
          const compared = compareSorted(sortedRatios(slot, other, scale), own);
          expect(compared).toBeLessThanOrEqual(0);
          if (compared === 0) expect(other).toEqual(parts);
        }
      }),
      { numRuns: 400 },
    );
    expect(tried).toBeGreaterThan(100);
  });

  test('the judge of fairness finds what is not fair', () => {
    const slot = slotOf(
      [
        [1, 2, 300],
        [1, 3, 100],
      ],
      { 1: 200 },
      { 2: 900, 3: 900 },
    );
    const shares = (...list: readonly number[]) =>
      list.map((one) => ({ numerator: BigInt(one), denominator: 1n }));
    expect(unfairness(slot, shares(150, 50))).toBeUndefined();
    expect(unfairness(slot, shares(149, 51))).toContain('trade 0');
    expect(unfairness(slot, shares(151, 49))).toContain('trade 1');
    expect(unfairness(slot, shares(150, 49))).toBe('more can be allocated');
    expect(unfairness(slot, shares(150, 51))).toBe('a bound is exceeded');
  });
});

function sortedRatios(slot: Slot, parts: readonly bigint[], scale: bigint): readonly Fraction[] {
  return slot.trades
    .flatMap(({ energy: traded }, index) =>
      traded === 0n ? [] : [fraction(parts[index] as bigint, traded * scale)],
    )
    .sort(compareFractions);
}

function compareSorted(a: readonly Fraction[], b: readonly Fraction[]): number {
  for (const [index, one] of a.entries()) {
    const difference = compareFractions(one, b[index] as Fraction);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Every allocation in whole parts of a Wh within what was traded. */
function* gridOf({ trades }: Slot, scale: bigint, from = 0): Generator<bigint[]> {
  const trade = trades[from];
  if (trade === undefined) {
    yield [];
    return;
  }
  for (const rest of gridOf(
    { trades, metered: { exported: new Map(), imported: new Map() } },
    scale,
    from + 1,
  )) {
    for (let part = 0n; part <= trade.energy * scale; part++) yield [part, ...rest];
  }
}
