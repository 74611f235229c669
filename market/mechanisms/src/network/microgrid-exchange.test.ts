import { describe, expect, test } from 'vitest';
import type { Values } from '../field.ts';
import type { Order } from '../order.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { microgridExchange } from './microgrid-exchange.ts';

const inZone = (zone: string, order: Order): Order => ({ ...order, zone });
const clear = (orders: readonly Order[], settings: Values = {}) =>
  microgridExchange.clear({ orders, lots: lotsLikeIds, settings });

/** North has energy left, south lacks it. */
const ISLANDS = [
  inZone('north', bid('b', 30_000n, 4n)),
  inZone('north', ask('x', 10_000n, 20n)),
  inZone('north', ask('y', 18_000n, 9n)),
  inZone('south', bid('c', 40_000n, 12n)),
  inZone('south', bid('d', 22_000n, 6n)),
  inZone('south', ask('z', 38_000n, 1n)),
];

describe('microgrid-exchange', () => {
  test('every microgrid trades inside first, then what is left goes over', () => {
    const { trades, details } = clear(ISLANDS, { exchange: 'auction' });
    expect(trades.map((one) => `${one.bid}${one.ask} ${one.energy} @ ${one.buyerPrice}`)).toEqual([
      'bx 4 @ 10000',
      'cz 1 @ 40000',
      'cx 11 @ 18000',
      'dx 5 @ 18000',
      'dy 1 @ 18000',
    ]);
    expect(details).toMatchObject({
      microgrid_prices: { north: '10', south: '40' },
      exchange_price: '18',
    });
  });

  test('the price called out finds the same energy without a book being shown', () => {
    const volume = clear(ISLANDS, { exchange: 'auction' }).volume;
    const called = clear(ISLANDS);
    expect(called.volume).toBe(volume);
    expect(called.details?.exchange_rounds).toBeGreaterThan(1);
  });

  test('with too few rounds the best price so far counts', () => {
    const { trades, details } = clear(ISLANDS, { rounds: 1n });
    // The first call is the middle of c's 40 and x's 10: 25, at which d does not buy.
    expect(details).toMatchObject({ exchange_price: '25', exchange_rounds: 1 });
    expect(trades.filter(({ bid: id }) => id === 'd')).toEqual([]);
  });

  test('where nothing left could meet, nobody calls', () => {
    const apart = [inZone('north', ask('x', 50n, 5n)), inZone('south', bid('c', 40n, 5n))];
    expect(clear(apart)).toMatchObject({ volume: 0n, details: { exchange_price: null } });
  });
});
