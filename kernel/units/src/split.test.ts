import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divideDown, divideUp } from './rounding.ts';
import { SPLIT_PARTS_MAX, splitByLargestRemainder } from './split.ts';

interface Share {
  readonly weight: bigint;
  readonly lot: string;
}

const wholes = fc.oneof(
  fc.bigInt({ min: -30n, max: 30n }),
  fc.bigInt({ min: -(1n << 127n), max: (1n << 127n) - 1n }),
);
const weights = fc.oneof(
  fc.bigInt({ min: 0n, max: 4n }), // small weights make equal remainders common
  fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }),
);
const lots = fc.string({
  unit: fc.constantFrom(...'0123456789abcdef'),
  minLength: 1,
  maxLength: 4,
});
const shares = fc
  .uniqueArray(fc.record({ weight: weights, lot: lots }), {
    selector: ({ lot }) => lot,
    minLength: 1,
    maxLength: 12,
  })
  .filter((list) => list.some(({ weight }) => weight > 0n));

function split(whole: bigint, list: readonly Share[]): bigint[] {
  return splitByLargestRemainder(
    whole,
    list.map(({ weight }) => weight),
    list.map(({ lot }) => lot),
  );
}

const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);

describe('examples', () => {
  test('exact quotas need no rule', () => {
    expect(splitByLargestRemainder(100n, [1n, 2n, 1n], ['c', 'b', 'a'])).toEqual([25n, 50n, 25n]);
  });

  test('the largest remainder is served first, whatever its lot', () => {
    // quotas 4.8, 3.2, 2.0 of 10
    expect(splitByLargestRemainder(10n, [12n, 8n, 5n], ['f', '0', '1'])).toEqual([5n, 3n, 2n]);
  });

  test('equal remainders go by lowest lot, wherever it stands', () => {
    expect(splitByLargestRemainder(10n, [1n, 1n, 1n], ['0c', '0a', '0b'])).toEqual([3n, 4n, 3n]);
    expect(splitByLargestRemainder(11n, [1n, 1n, 1n], ['0c', '0a', '0b'])).toEqual([3n, 4n, 4n]);
  });

  test('lots compare by code unit: digits before letters, a prefix before what it begins', () => {
    expect(splitByLargestRemainder(1n, [1n, 1n], ['a', '9'])).toEqual([0n, 1n]);
    expect(splitByLargestRemainder(1n, [1n, 1n], ['a0', 'a'])).toEqual([0n, 1n]);
    expect(splitByLargestRemainder(1n, [1n, 1n], ['10', '9'])).toEqual([1n, 0n]);
  });

  test('a negative whole is the positive one turned round', () => {
    expect(splitByLargestRemainder(-10n, [1n, 1n, 1n], ['c', 'a', 'b'])).toEqual([-3n, -4n, -3n]);
  });

  test('nothing to split', () => {
    expect(splitByLargestRemainder(0n, [], [])).toEqual([]);
    expect(splitByLargestRemainder(0n, [0n, 0n], ['a', 'b'])).toEqual([0n, 0n]);
  });
});

describe('laws', () => {
  test('the parts sum to the whole', () => {
    fc.assert(
      fc.property(wholes, shares, (whole, list) => {
        expect(sum(split(whole, list))).toBe(whole);
      }),
    );
  });

  test('every part is its quota rounded down or up', () => {
    fc.assert(
      fc.property(wholes, shares, (whole, list) => {
        const total = sum(list.map(({ weight }) => weight));
        for (const [at, part] of split(whole, list).entries()) {
          const product = whole * (list[at] as Share).weight;
          expect([divideDown(product, total), divideUp(product, total)]).toContain(part);
        }
      }),
    );
  });

  test('the order of the input does not tell', () => {
    const shuffled = shares.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray([...list.keys()], { minLength: list.length, maxLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(wholes, shuffled, (whole, [list, order]) => {
        const parts = split(whole, list);
        const again = split(
          whole,
          order.map((at) => list[at] as Share),
        );
        expect(again).toEqual(order.map((at) => parts[at]));
      }),
    );
  });

  test('who gets one more has the larger remainder, or an equal one and the lower lot', () => {
    fc.assert(
      fc.property(wholes, shares, (whole, list) => {
        const magnitude = whole < 0n ? -whole : whole;
        const total = sum(list.map(({ weight }) => weight));
        const parts = split(magnitude, list).map((part, at) => {
          const { weight, lot } = list[at] as Share;
          const product = magnitude * weight;
          return { lot, remainder: product % total, raised: part > product / total };
        });
        for (const winner of parts.filter(({ raised }) => raised)) {
          for (const other of parts.filter(({ raised }) => !raised)) {
            const larger = winner.remainder > other.remainder;
            const byLot = winner.remainder === other.remainder && winner.lot < other.lot;
            expect(larger || byLot).toBe(true);
          }
        }
      }),
    );
  });

  test('a reversal cancels part by part, and a weight of zero gets zero', () => {
    fc.assert(
      fc.property(wholes, shares, (whole, list) => {
        const parts = split(whole, list);
        const back = split(-whole, list);
        for (const [at, part] of parts.entries()) {
          expect(part + (back[at] as bigint)).toBe(0n);
          if ((list[at] as Share).weight === 0n) expect(part).toBe(0n);
        }
      }),
    );
  });

  test('a larger weight never gets less', () => {
    fc.assert(
      fc.property(wholes, shares, (whole, list) => {
        const magnitude = whole < 0n ? -whole : whole;
        const parts = split(magnitude, list);
        const byWeight = [...list.keys()].sort((a, b) =>
          (list[a] as Share).weight < (list[b] as Share).weight ? -1 : 1,
        );
        for (const [rank, at] of byWeight.entries()) {
          const below = byWeight[rank - 1];
          if (below === undefined) continue;
          if ((list[below] as Share).weight === (list[at] as Share).weight) continue;
          expect((parts[at] as bigint) >= (parts[below] as bigint)).toBe(true);
        }
      }),
    );
  });
});

describe('refuses', () => {
  test.each<[string, bigint, bigint[], string[], string]>([
    ['nobody to give to', 1n, [], [], 'split weights: expected a total > 0 to split 1, got 0'],
    ['only zero weights', -5n, [0n], ['a'], 'split weights: expected a total > 0 to split -5'],
    ['a negative weight', 1n, [2n, -1n], ['a', 'b'], 'split weights[1]: expected >= 0, got -1'],
    ['a missing lot', 1n, [1n, 1n], ['a'], 'split lots: expected one for each of 2 parts, got 1'],
    ['a doubled lot', 0n, [1n, 1n], ['a', 'a'], "split lots[1]: expected distinct lots, got 'a'"],
    ['upper case', 1n, [1n], ['A'], "split lots[0]: expected lower-case hexadecimal, got 'A'"],
    ['an empty lot', 1n, [1n], [''], "split lots[0]: expected lower-case hexadecimal, got ''"],
  ])('%s', (_name, whole, parts, tieLots, message) => {
    expect(() => splitByLargestRemainder(whole, parts, tieLots)).toThrow(RangeError);
    expect(() => splitByLargestRemainder(whole, parts, tieLots)).toThrow(message);
  });

  test('more parts than the limit', () => {
    const many = Array.from({ length: SPLIT_PARTS_MAX + 1 }, () => 0n);
    expect(() => splitByLargestRemainder(0n, many, [])).toThrow(
      `split weights: expected at most ${SPLIT_PARTS_MAX} parts, got ${SPLIT_PARTS_MAX + 1}`,
    );
  });
});
