import { ENERGY_WH_MAX, energy, MONEY_MAX, PRICE_MAX, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import type { Order } from './order.ts';
import { ORDERS_MAX, refuseOrders } from './order.ts';
import { ask, bid, lotsLikeIds } from './testing/book.ts';
import { clearUniformPrice } from './uniform-price.ts';

/** Each row mends one fault of the row above it, so the table proves the order of the faults too. */
describe('orders are refused', () => {
  const huge = [bid('c', 1n, ENERGY_WH_MAX), bid('d', 1n, 1n)];
  const double = [bid('a', 1n, 1n), bid('a', 1n, 1n)];
  const capital = (id: string) => (id === 'b' ? '0A' : lotsLikeIds(id));
  const shared = (id: string) => (id === 'b' || id === 'x' ? '00' : lotsLikeIds(id));
  const pair = [bid('b', 1n, 1n), bid('x', 1n, 1n)];

  test.each<[string, Order[], (id: string) => string, string | undefined]>([
    ['double, malformed, shared, huge', [...double, ...pair, ...huge], capital, 'duplicate_order'],
    ['        malformed, shared, huge', [...pair, ...huge], capital, 'malformed_lot'],
    ['                   shared, huge', [...pair, ...huge], shared, 'duplicate_lot'],
    ['                           huge', [...pair, ...huge], lotsLikeIds, 'energy_total_too_large'],
    ['                       in order', pair, lotsLikeIds, undefined],
  ])('%s', (_faults, orders, lots, code) => {
    expect(refuseOrders(orders, lots)?.code).toBe(code);
  });

  test('beyond the most that a call may hold', () => {
    const orders = new Array<Order>(ORDERS_MAX + 1).fill(bid('a', 1n, 1n));
    expect(refuseOrders(orders, lotsLikeIds)).toEqual({
      code: 'too_many_orders',
      orders: ORDERS_MAX + 1,
      ordersMax: ORDERS_MAX,
    });
  });
});

test('what is not refused stays within the range of money, at the ends of energy and price', () => {
  const orders = [
    { ...bid('b', PRICE_MAX, ENERGY_WH_MAX), energy: energy(ENERGY_WH_MAX) },
    { ...ask('a', 0n, ENERGY_WH_MAX), limit: price(-PRICE_MAX - 1n) },
  ];
  for (const numerator of [0n, 1n]) {
    const k = { numerator, denominator: 1n };
    const { welfare, volume } = clearUniformPrice({ orders, lots: lotsLikeIds, k });
    expect(volume).toBe(ENERGY_WH_MAX);
    expect(welfare).toBe(ENERGY_WH_MAX * (2n * PRICE_MAX + 1n));
    expect(welfare).toBeLessThanOrEqual(MONEY_MAX);
  }
});
