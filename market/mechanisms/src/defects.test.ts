/**
 * Faults measured in other clearing engines, on the uniform call in detail; registry.defects.test.ts tries them on every
 * auction. The tenth, a withdrawal of an unknown order without an answer, belongs to the order book and not to a call.
 */

import { price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { lot } from './lot.ts';
import { refuseOrders } from './order.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';
import { clearUniformPrice } from './uniform-price.ts';

test('defect 1: an ask that gets nothing does not set the price', () => {
  const orders = [
    ask('a', 10n, 100n),
    ask('c', 10n, 700n),
    ask('dear', 500n, 5000n),
    bid('b', 3000n, 800n),
  ];
  const bySeller = { numerator: 0n, denominator: 1n };
  const cleared = clearUniformPrice({ orders, lots, k: bySeller });
  expect(cleared.price).toBe(10n);
  expect(cleared.fills.has('dear')).toBe(false);
  // At other k it only caps the price: above 500 it would rather have sold.
  expect(clearUniformPrice({ orders, lots }).priceInterval).toEqual({ low: 10n, high: 500n });
});

test('defect 1: an empty order does not set or bound the price, at any k', () => {
  const orders = [ask('a', 10n, 800n), ask('empty', 500n, 0n), bid('b', 3000n, 800n)];
  for (const numerator of [0n, 1n, 2n]) {
    const cleared = clearUniformPrice({ orders, lots, k: { numerator, denominator: 2n } });
    expect(cleared.priceInterval).toEqual({ low: 10n, high: 3000n });
    expect(cleared.price).toBe(10n + 1495n * numerator);
  }
});

test('defect 2: equal asks have the same winner in every run', () => {
  const orders = [ask('a', 10n, 1n), ask('c', 10n, 1n), bid('b', 20n, 1n)];
  for (let run = 0; run < 5; run++) {
    expect([...clearUniformPrice({ orders, lots }).fills.keys()]).toEqual(['b', 'a']);
  }
});

test('defect 3: what the buyer is booked is what the sellers get', () => {
  const orders = [ask('a', 1n, 5n), ask('c', 9n, 5n), bid('b', 20n, 10n)];
  const { payments, trades } = clearUniformPrice({ orders, lots });
  expect(trades).toHaveLength(2);
  expect([...payments.values()].reduce((sum, amount) => sum + amount, 0n)).toBe(0n);
  expect(payments.get('b')).toBe(10n * 14n);
});

test('defect 4: the winner among equal bids does not change with arrival', () => {
  const equal = [bid('b', 20n, 1n), bid('c', 20n, 1n)];
  const winner = (orders: typeof equal) =>
    clearUniformPrice({ orders: [...orders, ask('a', 10n, 1n)], lots }).trades[0]?.bid;
  expect(winner(equal)).toBe('b');
  expect(winner([...equal].reverse())).toBe('b');
});

test('defect 5: a member on both sides does not trade with itself', () => {
  const orders = [bid('b', 20n, 5n, 'zoe'), ask('a', 10n, 5n, 'zoe')];
  const cleared = clearUniformPrice({ orders, lots });
  expect(cleared.trades).toEqual([]);
  expect(cleared.price).toBeNull();
  expect(cleared.unmatched.map(({ id, energy }) => [id, energy])).toEqual([
    ['b', 5n],
    ['a', 5n],
  ]);
});

test('defect 6: the gap between one bid and one ask is shared', () => {
  const orders = [bid('b', 20n, 1n), ask('a', 10n, 1n)];
  expect(clearUniformPrice({ orders, lots }).price).toBe(15n);
});

test('defect 7: the cheap ask is served before the dear one', () => {
  const orders = [ask('dear', 18n, 5n), ask('cheap', 4n, 5n), bid('b', 20n, 5n)];
  expect(clearUniformPrice({ orders, lots }).trades.map(({ ask: id }) => id)).toEqual(['cheap']);
});

test('defect 8: 0.1 and 0.2 kWh serve 0.3 kWh to the last watt-hour', () => {
  const orders = [ask('a', 10n, 100n), ask('c', 10n, 200n), bid('b', 20n, 300n)];
  const cleared = clearUniformPrice({ orders, lots });
  expect(cleared.volume).toBe(300n);
  expect(cleared.unmatched).toEqual([]);
});

test('defect 9: one id twice is refused', () => {
  const orders = [bid('b', 20n, 5n, 'bo'), bid('b', 20n, 5n, 'cleo'), ask('a', 10n, 9n)];
  expect(refuseOrders(orders, lots)).toEqual({ code: 'duplicate_order', id: 'b' });
  expect(() => clearUniformPrice({ orders, lots })).toThrow(/duplicate_order/);
});

test.each([
  [0n, 0n],
  [-7n, -7n],
])('defect 11: a price of %s is a price', (limit, expected) => {
  const orders = [bid('b', limit, 5n), ask('a', limit, 5n)];
  const cleared = clearUniformPrice({ orders, lots });
  expect(cleared.price).toBe(price(expected));
  expect(cleared.volume).toBe(5n);
});

test('defect 12: a book of nothing but ties still trades all that it can', () => {
  const count = 2000;
  const hex = (id: string) => lot((bytes) => bytes, 'seed', id).slice(-64);
  const orders = Array.from({ length: count }, (_, at) =>
    at % 2 === 0 ? bid(`o${at}`, 20n, 3n) : ask(`o${at}`, 20n, 2n),
  );
  const cleared = clearUniformPrice({ orders, lots: hex });
  expect(cleared.volume).toBe(2000n);
  expect(cleared.price).toBe(20n);
  expect(cleared.rationed).toEqual({ side: 'buy', limit: 20n, offered: 3000n, filled: 2000n });
});
