import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { unitBooks } from '../testing/unit-books.ts';
import { truthful } from '../truthfulness.ts';
import { sbba } from './sbba.ts';

const clear = (...orders: ReturnType<typeof bid>[]) => sbba.clear({ orders, lots, settings: {} });

test('the next ask suits the marginal bid: nothing is lost, all trade at it', () => {
  const cleared = clear(
    bid('b', 60n, 1n),
    bid('c', 55n, 1n),
    ask('s', 40n, 1n),
    ask('t', 50n, 1n),
    ask('u', 54n, 1n),
    bid('d', 45n, 1n),
  );
  expect(cleared).toMatchObject({ price: 54n, volume: 2n, surplus: 0n });
});

test('it does not: the marginal bid drops out and is the price; the sellers share', () => {
  const cleared = clear(
    bid('b', 60n, 4n),
    bid('c', 51n, 4n),
    ask('s', 40n, 4n),
    ask('t', 50n, 4n),
    ask('u', 70n, 4n),
  );
  expect(cleared).toMatchObject({ price: 51n, volume: 4n, surplus: 0n });
  expect(Object.fromEntries(cleared.fills)).toEqual({ b: 4n, s: 2n, t: 2n });
  expect(clear(bid('b', 60n, 1n), ask('s', 40n, 1n))).toMatchObject({ price: null, volume: 0n });
});

test('truthful where every level is one order of the same energy, as in the theorem', () => {
  fc.assert(
    fc.property(unitBooks, (orders) => {
      expect(truthful(sbba, { orders, lots, settings: {} }, { tied: false })).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});
