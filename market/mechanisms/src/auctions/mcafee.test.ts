import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { unitBooks } from '../testing/unit-books.ts';
import { truthful } from '../truthfulness.ts';
import { mcafee } from './mcafee.ts';

const clear = (...orders: ReturnType<typeof bid>[]) => mcafee.clear({ orders, lots, settings: {} });

test('the mean of the next bid and ask suits the marginal ones: all trade at it', () => {
  const cleared = clear(
    bid('b', 60n, 1n),
    bid('c', 55n, 1n),
    bid('d', 45n, 1n),
    ask('s', 40n, 1n),
    ask('t', 50n, 1n),
    ask('u', 58n, 1n),
  );
  // (45 + 58) / 2 = 51.5, between 50 and 55; down to 51.
  expect(cleared).toMatchObject({ price: 51n, volume: 2n, surplus: 0n });
  expect(cleared.priceInterval).toEqual({ low: 50n, high: 55n });
});

test('it does not: the marginal levels drop out and set the prices', () => {
  const cleared = clear(
    bid('b', 60n, 1n),
    bid('c', 51n, 1n),
    bid('d', 45n, 1n),
    ask('s', 40n, 1n),
    ask('t', 50n, 1n),
    ask('u', 70n, 1n),
  );
  expect(cleared.trades).toMatchObject([
    { bid: 'b', ask: 's', energy: 1n, buyerPrice: 51n, sellerPrice: 50n },
  ]);
  expect(cleared).toMatchObject({ price: null, priceInterval: null, surplus: 1n });
});

test('without a next bid or a next ask the marginal levels drop out', () => {
  const pair = [bid('b', 60n, 1n), bid('c', 55n, 1n), ask('s', 40n, 1n), ask('t', 50n, 1n)];
  expect(clear(...pair).trades).toMatchObject([{ buyerPrice: 55n, sellerPrice: 50n }]);
  expect(clear(bid('b', 60n, 1n), ask('s', 40n, 1n)).volume).toBe(0n);
});

test('after a reduction the longer side is rationed pro rata, whatever the limits', () => {
  const cleared = clear(
    bid('b', 70n, 6n),
    bid('c', 60n, 3n),
    bid('d', 50n, 9n),
    ask('s', 30n, 6n),
    ask('t', 40n, 9n),
  );
  // Levels trade down to d and t, which drop out; 9 Wh of bids meet 6 of the ask.
  expect(Object.fromEntries(cleared.fills)).toEqual({ b: 4n, c: 2n, s: 6n });
  expect(cleared.surplus).toBe(6n * 10n);
});

test('defect 12: many tied prices are levels, not traders, and trade', () => {
  const cleared = clear(
    ...[1, 2, 3, 4].map((at) => bid(`b${at}`, 60n, 1n)),
    ...[1, 2, 3].map((at) => bid(`c${at}`, 50n, 1n)),
    ...[1, 2, 3, 4].map((at) => ask(`s${at}`, 30n, 1n)),
    ...[1, 2, 3].map((at) => ask(`t${at}`, 40n, 1n)),
  );
  expect(cleared.volume).toBe(4n);
});

test('truthful where every level is one order of the same energy, as in the theorem', () => {
  fc.assert(
    fc.property(unitBooks, (orders) => {
      expect(truthful(mcafee, { orders, lots, settings: {} }, { tied: false })).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test('with other energies a marginal order can gain, so truthfulness is not claimed', () => {
  const orders = [bid('c', 30n, 2n), bid('d', -10n, 1n), ask('s', 0n, 1n), ask('t', 20n, 1n)];
  expect(mcafee.clear({ orders, lots, settings: {} }).volume).toBe(0n);
  expect(truthful(mcafee, { orders, lots, settings: {} })).toMatch(/^c gains/);
});
