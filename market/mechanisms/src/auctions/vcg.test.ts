import { expect, test } from 'vitest';
import { ask, bid, lotsLikeIds as lots } from '../testing/book.ts';
import { vcg } from './vcg.ts';

test('one buyer and one seller: the buyer pays the ask, the seller gets the bid', () => {
  const orders = [bid('b', 60n, 10n), ask('s', 40n, 10n)];
  const cleared = vcg.clear({ orders, lots, settings: {} });
  expect(Object.fromEntries(cleared.payments)).toEqual({ b: 400n, s: -600n });
  expect(cleared).toMatchObject({ price: null, surplus: -200n, welfare: 200n });
  expect(cleared.trades).toMatchObject([{ buyerPrice: null, sellerPrice: null }]);
});

test('every member pays what the others lose by it', () => {
  const orders = [bid('b', 60n, 1n), bid('c', 50n, 1n), bid('d', 45n, 1n), ask('s', 30n, 2n)];
  const { payments } = vcg.clear({ orders, lots, settings: {} });
  // Without b, c and d would trade: the others lose 45 - 30 and keep 20.
  expect(Object.fromEntries(payments)).toEqual({ b: 45n, c: 45n, s: -110n });
});

test('a member with several orders pays for all of them together', () => {
  const orders = [
    bid('b', 60n, 1n, 'ana'),
    bid('c', 50n, 1n, 'ana'),
    bid('d', 45n, 1n),
    ask('s', 30n, 2n),
  ];
  // Without ana, d alone trades and is worth 15 to the others.
  expect(vcg.clear({ orders, lots, settings: {} }).payments.get('ana')).toBe(15n + 60n);
});

test('a book too large for one walk per member is refused', () => {
  const orders = Array.from({ length: 20_001 }, (_, at) => bid(`${at}`, 1n, 1n));
  expect(vcg.refuse({ orders, lots, settings: {} })).toMatchObject({ code: 'too_many_orders' });
});
