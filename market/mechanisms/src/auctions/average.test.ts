import { expect, test } from 'vitest';
import type { Values } from '../field.ts';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { average } from './average.ts';

const orders = [bid('b', 60n, 10n), bid('c', 45n, 10n), ask('s', 40n, 12n), ask('t', 50n, 10n)];

test.each<[string, Values, bigint | null, bigint]>([
  ['the mean of the last bid and ask that trade', {}, 42n, 12n],
  ['a reserve price below it changes nothing', { reserve: 41n }, 42n, 12n],
  ['a reserve price above it is the price', { reserve: 44n }, 44n, 12n],
  ['bids below the reserve price stand aside', { reserve: 46n }, 50n, 10n],
  ['nobody bids the reserve price', { reserve: 61n }, null, 0n],
])('%s', (_name, settings, price, volume) => {
  expect(average.clear({ orders, lots, settings })).toMatchObject({ price, volume });
});

test('orders that are left out do not move the price, unlike the uniform one', () => {
  const more = [bid('b', 60n, 10n), bid('c', 56n, 10n), ask('s', 40n, 10n), ask('t', 58n, 10n)];
  const cleared = average.clear({ orders: more, lots, settings: {} });
  expect(cleared).toMatchObject({ price: 50n, priceInterval: { low: 40n, high: 60n } });
});
