import { expect, test } from 'vitest';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { proportionalTwoSided } from './proportional-two-sided.ts';

test('everybody who accepts the price gets the same part, whatever the limit', () => {
  const orders = [bid('b', 60n, 10n), bid('c', 45n, 20n), ask('s', 40n, 15n), ask('t', 50n, 10n)];
  const cleared = proportionalTwoSided.clear({ orders, lots, settings: {} });
  // The marginal bid is the uniform price; 30 Wh accept it, 15 are for sale.
  expect(cleared).toMatchObject({ price: 45n, volume: 15n, surplus: 0n });
  expect(Object.fromEntries(cleared.fills)).toEqual({ b: 5n, c: 10n, s: 15n });
  expect(cleared.priceInterval).toEqual({ low: 40n, high: 45n });
});

test('k chooses the price, and who does not accept it is out', () => {
  const orders = [bid('b', 60n, 10n), ask('s', 40n, 10n), ask('t', 70n, 10n)];
  const at = (k: bigint) =>
    proportionalTwoSided.clear({
      orders,
      lots,
      settings: { k: { numerator: k, denominator: 1n } },
    }).price;
  expect([at(0n), at(1n)]).toEqual([40n, 60n]);
});

test('no trade without a crossing', () => {
  const orders = [bid('b', 30n, 10n), ask('s', 40n, 10n)];
  expect(proportionalTwoSided.clear({ orders, lots, settings: {} }).trades).toEqual([]);
});
