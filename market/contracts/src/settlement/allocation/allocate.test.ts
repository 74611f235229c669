import { splitByLargestRemainder } from '@commonwatt/units';
import fc from 'fast-check';
import loadHighs from 'highs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ALLOCATION_TRADES_MAX, allocate, exactShares, type TradedEnergy } from './allocate.ts';
import { compareFractions } from './fraction.ts';
import {
  Chance,
  drawnSlot,
  isWithin,
  lotOf,
  type Slot,
  slotOf,
  slots,
  slotsUpTo,
  sumsBy,
  total,
} from './testing/slots.ts';

const allocated = ({ trades, metered }: Slot) => allocate(trades, metered);

describe('examples', () => {
  test('where readings suffice, all that was traded', () => {
    const slot = slotOf(
      [
        [1, 2, 5],
        [1, 3, 6],
      ],
      { 1: 11 },
      { 2: 5, 3: 7 },
    );
    expect(allocated(slot)).toEqual([5n, 6n]);
  });

  test('a reading that is missing counts as zero', () => {
    expect(allocated(slotOf([[1, 2, 5]], { 1: 9 }, {}))).toEqual([0n]);
    expect(allocated(slotOf([[1, 2, 5]], {}, { 2: 9 }))).toEqual([0n]);
  });

  test('whole Wh go to the largest remainder, then to the lowest lot', () => {
    const buyers = { 2: 99, 3: 99, 4: 99 };
    expect(
      allocated(
        slotOf(
          [
            [1, 2, 12],
            [1, 3, 8],
            [1, 4, 5],
          ],
          { 1: 10 },
          buyers,
        ),
      ),
    ).toEqual([5n, 3n, 2n]);
    expect(
      allocated(
        slotOf(
          [
            [1, 2, 1],
            [1, 3, 1],
            [1, 4, 1],
          ],
          { 1: 2 },
          buyers,
        ),
      ),
    ).toEqual([1n, 1n, 0n]);
  });

  test('rounding up stops where a reading does', () => {
    // 1 and 2 sell half a Wh of each trade; buyer 3 takes one Wh of its two halves, not two.
    const slot = slotOf(
      [
        [1, 3, 1],
        [1, 4, 1],
        [2, 3, 1],
        [2, 4, 1],
      ],
      { 1: 1, 2: 1 },
      { 3: 1, 4: 1 },
    );
    expect(exactShares(slot.trades, slot.metered)).toEqual(
      Array.from({ length: 4 }, () => ({ numerator: 1n, denominator: 2n })),
    );
    expect(allocated(slot)).toEqual([1n, 0n, 0n, 1n]);
  });

  test('the largest readings there are', () => {
    const most = 9_007_199_254_740_991n;
    const slot = slotOf(
      [
        [1, 2, most],
        [1, 3, most],
        [1, 4, most],
      ],
      { 1: most },
      { 2: most, 3: most, 4: most },
    );
    // 9007199254740991 = 3 * 3002399751580330 + 1
    expect(allocated(slot)).toEqual([most / 3n + 1n, most / 3n, most / 3n]);
  });

  test('nothing traded, nothing allocated', () => {
    expect(allocate([], { exported: new Map(), imported: new Map() })).toEqual([]);
    expect(allocated(slotOf([[1, 2, 0]], {}, {}))).toEqual([0n]);
  });

  test('refuses negative readings, equal lots and more trades than it takes', () => {
    expect(() => allocated(slotOf([[1, 2, 5]], { 1: -1 }, { 2: 9 }))).toThrow(
      'reading of 1: expected >= 0, got -1',
    );
    const { trades, metered } = slotOf([[1, 2, 5]], { 1: 1 }, { 2: 9 });
    expect(() => allocate([...trades, ...trades], metered)).toThrow('got 000000 twice');
    const many = { length: ALLOCATION_TRADES_MAX + 1 } as readonly TradedEnergy<number>[];
    expect(() => allocate(many, metered)).toThrow(`got ${ALLOCATION_TRADES_MAX + 1}`);
  });
});

describe('laws', () => {
  test('an allocation stays within trades and readings, and is a share rounded down or up', () => {
    fc.assert(
      fc.property(slots, (slot) => {
        const parts = allocated(slot);
        expect(isWithin(slot, parts)).toBe(true);
        exactShares(slot.trades, slot.metered).forEach(({ numerator, denominator }, index) => {
          const down = numerator / denominator;
          const exact = down * denominator === numerator;
          expect(exact ? [down] : [down, down + 1n]).toContain(parts[index]);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('the order of trades does not tell: 1,000 permutations', () => {
    const chance = new Chance(7);
    const slot = drawnSlot(chance, {
      sellers: 8,
      buyers: 10,
      tradesPerBuyer: 3,
      mean: 0.8,
      spread: 0.3,
    });
    const straight = allocated(slot);
    for (let round = 0; round < 1000; round++) {
      const order = shuffled(chance, slot.trades.length);
      const mixed = order.map((index) => slot.trades[index] as TradedEnergy<number>);
      const { exported, imported } = slot.metered;
      const readings = {
        exported: new Map([...exported].reverse()),
        imported: new Map([...imported].sort(() => chance.below(3) - 1)),
      };
      const parts = allocate(mixed, readings);
      expect(parts).toEqual(order.map((index) => straight[index]));
    }
  });

  test('nor does it on small slots, where ties are many', () => {
    fc.assert(
      fc.property(slots, fc.nat(), (slot, seed) => {
        const order = shuffled(new Chance(seed), slot.trades.length);
        const mixed = order.map((index) => slot.trades[index] as TradedEnergy<number>);
        const straight = allocated(slot);
        expect(allocate(mixed, slot.metered)).toEqual(order.map((index) => straight[index]));
      }),
      { numRuns: 500 },
    );
  });

  test('of all ways to round, the one that serves remainders in their order: every one is tried', () => {
    let tried = 0;
    fc.assert(
      fc.property(slotsUpTo(8, 3, 5), (slot) => {
        const shares = exactShares(slot.trades, slot.metered);
        const parts = allocated(slot);
        const down = shares.map(({ numerator, denominator }) => numerator / denominator);
        const remainders = shares.map(({ numerator, denominator }) => ({
          numerator: numerator % denominator,
          denominator,
        }));
        const order = [...shares.keys()]
          .filter((index) => remainders[index]?.numerator !== 0n)
          .sort((a, b) => {
            const [x, y] = [remainders[a], remainders[b]];
            if (x === undefined || y === undefined) throw new Error('no such trade');
            return compareFractions(y, x) || (lotOf(a) < lotOf(b) ? -1 : 1);
          });
        const word = (list: readonly bigint[]) =>
          order.map((index) => (list[index] === down[index] ? '0' : '1')).join('');
        for (let mask = 0; mask < 2 ** order.length; mask++) {
          const other = [...down];
          order.forEach((index, bit) => {
            if ((mask >> bit) % 2 === 1) other[index] = (other[index] as bigint) + 1n;
          });
          if (total(other) !== total(parts) || !isWithin(slot, other)) continue;
          tried++;
          expect(word(other) <= word(parts)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
    expect(tried).toBeGreaterThan(500);
  });

  test('trades of the same content share to within one Wh', () => {
    fc.assert(
      fc.property(slots, (slot) => {
        const twice = slot.trades.flatMap((trade, index) => [
          { ...trade, lot: lotOf(2 * index) },
          { ...trade, lot: lotOf(2 * index + 1) },
        ]);
        const parts = allocate(twice, slot.metered);
        for (let index = 0; index < parts.length; index += 2) {
          const apart = (parts[index] as bigint) - (parts[index + 1] as bigint);
          expect([-1n, 0n, 1n]).toContain(apart);
        }
      }),
    );
  });
});

describe('the optimum of a linear program (HiGHS)', () => {
  // Its types describe the CommonJS module; what is imported here is the function itself.
  const load = loadHighs as unknown as typeof loadHighs.default;
  let highs: Awaited<ReturnType<typeof load>>;
  beforeAll(async () => {
    highs = await load();
  });

  /** The most that trades and readings allow. */
  function optimum(slot: Slot): bigint {
    const names = slot.trades.map((_, index) => `x${index}`);
    const limits = (side: 'seller' | 'buyer', counted: ReadonlyMap<number, bigint>) =>
      [
        ...sumsBy(
          slot,
          side,
          slot.trades.map(() => 0n),
        ).keys(),
      ].map((member) => {
        const own = names.filter((_, index) => slot.trades[index]?.[side] === member);
        return ` ${side}${member}: ${own.join(' + ')} <= ${counted.get(member) ?? 0n}`;
      });
    const { Status, ObjectiveValue } = highs.solve(
      [
        'Maximize',
        ` energy: ${names.join(' + ')}`,
        'Subject To',
        ...limits('seller', slot.metered.exported),
        ...limits('buyer', slot.metered.imported),
        'Bounds',
        ...slot.trades.map((trade, index) => ` 0 <= x${index} <= ${trade.energy}`),
        'End',
      ].join('\n'),
      { output_flag: false },
    );
    expect(Status).toBe('Optimal');
    expect(Math.abs(ObjectiveValue - Math.round(ObjectiveValue))).toBeLessThan(1e-4);
    return BigInt(Math.round(ObjectiveValue));
  }

  test('is reached on 150 random slots', () => {
    const chance = new Chance(42);
    for (let round = 0; round < 150; round++) {
      const slot = drawnSlot(chance, {
        sellers: 2 + chance.below(20),
        buyers: 2 + chance.below(20),
        tradesPerBuyer: 1 + chance.below(4),
        mean: 0.4 + chance.below(8) / 10,
        spread: chance.below(5) / 10,
      });
      expect(total(allocated(slot))).toBe(optimum(slot));
    }
  });

  /** Pro rata on either side, and the lower of the two: the rule that is to be beaten. */
  function lowerOfTwo(slot: Slot): bigint {
    const split = (side: 'seller' | 'buyer', counted: ReadonlyMap<number, bigint>) => {
      const parts = slot.trades.map(() => 0n);
      for (const [member, traded] of sumsBy(
        slot,
        side,
        slot.trades.map((one) => one.energy),
      )) {
        const own = [...slot.trades.keys()].filter((i) => slot.trades[i]?.[side] === member);
        const metered = counted.get(member) ?? 0n;
        const whole = metered < traded ? metered : traded;
        const weights = own.map((index) => slot.trades[index]?.energy ?? 0n);
        const shares = splitByLargestRemainder(whole, weights, own.map(lotOf));
        own.forEach((index, i) => {
          parts[index] = shares[i] as bigint;
        });
      }
      return parts;
    };
    const [sold, bought] = [
      split('seller', slot.metered.exported),
      split('buyer', slot.metered.imported),
    ];
    return total(sold.map((one, i) => (one < (bought[i] as bigint) ? one : (bought[i] as bigint))));
  }

  // 60 buyers with 3 trades each, 40 sellers, 40 seeds.
  test.each([
    [0.98, 0.05, 0.97, 0.995],
    [0.92, 0.2, 0.92, 0.97],
    [0.8, 0.35, 0.84, 0.93],
  ])(
    'beckn: all of it at %d, %d, where the lower of two pro rata shares strands energy',
    (mean, spread, least, most) => {
      let [stranding, best] = [0n, 0n];
      for (let seed = 0; seed < 40; seed++) {
        const street = { sellers: 40, buyers: 60, tradesPerBuyer: 3, mean, spread };
        const slot = drawnSlot(new Chance(seed), street);
        const maximum = optimum(slot);
        expect(total(allocated(slot))).toBe(maximum);
        stranding += lowerOfTwo(slot);
        best += maximum;
      }
      expect(Number(stranding) / Number(best)).toBeGreaterThan(least);
      expect(Number(stranding) / Number(best)).toBeLessThan(most);
    },
  );
});

function shuffled(chance: Chance, length: number): readonly number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = chance.below(last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}
