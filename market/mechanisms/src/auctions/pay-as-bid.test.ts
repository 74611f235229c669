import { expect, test } from 'vitest';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { payAsBid } from './pay-as-bid.ts';

test('each pays and gets what it stated; the gap is the surplus', () => {
  const orders = [bid('b', 60n, 10n), bid('c', 45n, 10n), ask('s', 40n, 15n), ask('t', 50n, 10n)];
  const cleared = payAsBid.clear({ orders, lots, settings: {} });
  expect(
    cleared.trades.map((one) => [one.bid, one.ask, one.energy, one.buyerPrice, one.sellerPrice]),
  ).toEqual([
    ['b', 's', 10n, 60n, 40n],
    ['c', 's', 5n, 45n, 40n],
  ]);
  expect(Object.fromEntries(cleared.payments)).toEqual({ b: 600n, c: 225n, s: -600n });
  expect(cleared).toMatchObject({ price: null, surplus: 225n, welfare: 225n });
  expect(cleared.priceInterval).toEqual({ low: 45n, high: 45n });
});

test('defect 3 and 7: the cheap ask is matched, and nobody is booked another price than stated', () => {
  const orders = [bid('b', 20n, 5n), ask('dear', 9n, 5n), ask('cheap', 1n, 5n)];
  const { trades } = payAsBid.clear({ orders, lots, settings: {} });
  expect(trades).toMatchObject([{ bid: 'b', ask: 'cheap', buyerPrice: 20n, sellerPrice: 1n }]);
});
