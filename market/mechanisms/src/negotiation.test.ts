import { existsSync, readFileSync } from 'node:fs';
import { price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Band } from './negotiation.ts';
import {
  agreedPrice,
  negotiate,
  offerInRound,
  ROUNDS_MAX,
  refuseNegotiation,
} from './negotiation.ts';

/** EUR/MWh to nano-currency per Wh. */
const band = (min: bigint, max: bigint): Band => ({
  min: price(min * 1000n),
  max: price(max * 1000n),
});

/** Ko and Praça 2021, Table 1, with the price that each consumer agrees over 13 rounds. */
const TABLE_1: readonly [string, bigint, bigint, number, bigint][] = [
  ['personal consumer 1', 34n, 46n, 10, 43_000n],
  ['personal consumer 2', 34n, 46n, 10, 43_000n],
  ['personal consumer 3', 36n, 48n, 9, 44_000n],
  ['personal consumer 4', 36n, 48n, 9, 44_000n],
  ['personal consumer 5', 38n, 48n, 9, 44_333n],
  ['industrial consumer 1', 36n, 50n, 9, 44_666n],
];
const GENERATION = band(40n, 52n);

test.each(TABLE_1)(
  'Table 1: %s, %s to %s, agrees in round %s',
  (_name, min, max, round, agreed) => {
    const outcome = negotiate({ buyer: band(min, max), seller: GENERATION, rounds: 13 });
    expect(outcome).toMatchObject({ agreed: true, round, price: agreed });
    expect(outcome.offers).toHaveLength(round);
  },
);

const tables = new URL('../../../../shared/papers/setm-tables.txt', import.meta.url);
const absent = !existsSync(tables) && process.env.CI !== 'true';
test.skipIf(absent)(
  `the bands are those of the paper's table (skipped where the papers are absent)`,
  () => {
    const printed = readFileSync(tables, 'utf8');
    for (const [name, min, max] of [...TABLE_1, ['generation 1', 40n, 52n] as const]) {
      expect(printed).toMatch(new RegExp(`\\| ${name} \\| \\d+ \\| ${min} \\| ${max} \\|`));
    }
  },
);

describe('the concession', () => {
  const wide = { min: price(0n), max: price(10n) };

  test('of a consumer goes from its min to its max, rounded down', () => {
    const offers = [1, 2, 3, 4].map((round) =>
      offerInRound({ side: 'buy', band: wide, round, rounds: 4 }),
    );
    expect(offers).toEqual([0n, 3n, 6n, 10n]);
  });

  test('of generation goes from its max to its min, rounded up', () => {
    const offers = [1, 2, 3, 4].map((round) =>
      offerInRound({ side: 'sell', band: wide, round, rounds: 4 }),
    );
    expect(offers).toEqual([10n, 7n, 4n, 0n]);
  });

  test('does not begin in a single round', () => {
    expect(offerInRound({ side: 'buy', band: wide, round: 1, rounds: 1 })).toBe(0n);
    expect(offerInRound({ side: 'sell', band: wide, round: 1, rounds: 1 })).toBe(10n);
  });

  test.each([0, 5, 1.5])('has no round %s of 4', (round) => {
    expect(() => offerInRound({ side: 'buy', band: wide, round, rounds: 4 })).toThrow(RangeError);
  });
});

test.each([
  [44n, 43n, 43n],
  [43n, 43n, 43n],
  [42n, 43n, null],
  [-2n, -5n, -4n],
])('a bid of %s and an ask of %s agree at %s', (bid, ask, expected) => {
  expect(agreedPrice({ bid: price(bid), ask: price(ask) })).toBe(expected);
});

test('bands apart end without agreement, at their far ends', () => {
  const outcome = negotiate({ buyer: band(34n, 39n), seller: GENERATION, rounds: 5 });
  expect(outcome.agreed).toBe(false);
  expect(outcome.offers).toHaveLength(5);
  expect(outcome.offers.at(-1)).toEqual({ round: 5, bid: 39_000n, ask: 40_000n });
});

test('a single round ends without agreement unless the openings meet', () => {
  expect(negotiate({ buyer: band(34n, 46n), seller: GENERATION, rounds: 1 }).agreed).toBe(false);
  expect(negotiate({ buyer: band(52n, 60n), seller: GENERATION, rounds: 1 })).toMatchObject({
    agreed: true,
    price: 52_000n,
  });
});

test.each([
  [{ rounds: 0 }, 'rounds_out_of_range'],
  [{ rounds: ROUNDS_MAX + 1 }, 'rounds_out_of_range'],
  [{ rounds: Number.NaN }, 'rounds_out_of_range'],
  [{ buyer: band(46n, 34n) }, 'band_inverted'],
  [{ seller: band(52n, 40n) }, 'band_inverted'],
  [{}, undefined],
])('terms with %o are refused with %s', (fault, code) => {
  const terms = { buyer: band(34n, 46n), seller: GENERATION, rounds: 4, ...fault };
  expect(refuseNegotiation(terms)?.code).toBe(code);
  if (code !== undefined) expect(() => negotiate(terms)).toThrow(code);
});

const limits = fc.bigInt({ min: -10_000n, max: 10_000n });
const bands = fc
  .tuple(limits, limits)
  .map(([a, b]) => (a < b ? { min: price(a), max: price(b) } : { min: price(b), max: price(a) }));

test('an agreement lies in both bands, and bands that overlap always find one', () => {
  fc.assert(
    fc.property(bands, bands, fc.integer({ min: 2, max: 40 }), (buyer, seller, rounds) => {
      const outcome = negotiate({ buyer, seller, rounds });
      expect(outcome.agreed).toBe(buyer.max >= seller.min);
      if (!outcome.agreed) return;
      expect(outcome.price).toBeLessThanOrEqual(buyer.max);
      expect(outcome.price).toBeGreaterThanOrEqual(seller.min);
    }),
  );
});
