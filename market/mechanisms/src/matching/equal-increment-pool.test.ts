import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import type { Order } from '../order.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { equalIncrementPool } from './equal-increment-pool.ts';

const inZone = (zone: string, order: Order): Order => ({ ...order, zone });
const clear = (orders: readonly Order[], settings = {}) =>
  equalIncrementPool.clear({ orders, lots: lotsLikeIds, settings });
const fillsOf = (orders: readonly Order[], settings = {}) =>
  Object.fromEntries(clear(orders, settings).fills);

const AT_20 = { pool_price: price(20n) };

describe('equal-increment-pool', () => {
  test('everyone gets the same, up to what it asked for', () => {
    const orders = [ask('x', 10n, 12n), bid('b', 30n, 2n), bid('c', 22n, 9n), bid('d', 25n, 9n)];
    expect(fillsOf(orders, AT_20)).toEqual({ b: 2n, c: 5n, d: 5n, x: 12n });
  });

  test('who joins is served at once, and the others give way in equal parts', () => {
    const before = [ask('x', 10n, 12n), bid('c', 22n, 9n), bid('d', 25n, 9n)];
    expect(fillsOf(before, AT_20)).toEqual({ c: 6n, d: 6n, x: 12n });
    expect(fillsOf([...before, bid('e', 21n, 9n)], AT_20)).toEqual({ c: 4n, d: 4n, e: 4n, x: 12n });
  });

  test('nothing leaves an area, and each has its price', () => {
    const orders = [
      inZone('north', bid('b', 30n, 5n)),
      inZone('north', ask('x', 10n, 3n)),
      inZone('south', bid('c', 50n, 5n)),
      inZone('south', ask('y', 40n, 9n)),
    ];
    const { trades, price: one, details } = clear(orders);
    expect(trades.map((t) => [t.bid, t.ask, t.energy, t.buyerPrice])).toEqual([
      ['b', 'x', 3n, 30n],
      ['c', 'y', 5n, 40n],
    ]);
    expect(one).toBeNull();
    expect(details?.zones).toEqual({
      north: { price: '0.03', demand: 5n, supply: 3n },
      south: { price: '0.04', demand: 5n, supply: 9n },
    });
  });

  test('who does not accept the price stays out', () => {
    const orders = [bid('b', 19n, 5n), bid('c', 20n, 5n), ask('x', 21n, 5n), ask('y', 20n, 4n)];
    expect(fillsOf(orders, AT_20)).toEqual({ c: 4n, y: 4n });
  });

  test('a Wh that cannot be split goes to the lowest lot', () => {
    const orders = [ask('x', 10n, 5n), bid('c', 22n, 9n), bid('b', 22n, 9n)];
    expect(fillsOf(orders, AT_20)).toEqual({ b: 3n, c: 2n, x: 5n });
  });
});
