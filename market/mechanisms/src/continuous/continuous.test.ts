import { describe, expect, test } from 'vitest';
import type { Order } from '../order.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { continuous } from './continuous.ts';

const at = (time: number, order: Order, extra = {}): Order => ({ ...order, time, extra });
const trades = (...orders: readonly Order[]) =>
  continuous
    .clear({ orders, lots: lotsLikeIds, settings: {} })
    .trades.map((trade) => `${trade.bid}${trade.ask} ${trade.energy} @ ${trade.buyerPrice}`);

describe('continuous', () => {
  test('who comes later meets who stands, at the price of who stands', () => {
    expect(trades(at(1, ask('x', 10n, 5n)), at(2, bid('b', 30n, 3n)))).toEqual(['bx 3 @ 10']);
    expect(trades(at(2, ask('x', 10n, 5n)), at(1, bid('b', 30n, 3n)))).toEqual(['bx 3 @ 30']);
  });

  test('of equal prices the earlier is met first, of equal times the lower lot', () => {
    const earlier = at(1, ask('y', 10n, 5n));
    expect(trades(at(2, ask('x', 10n, 5n)), earlier, at(3, bid('b', 30n, 6n)))).toEqual([
      'by 5 @ 10',
      'bx 1 @ 10',
    ]);
    expect(
      trades(at(1, ask('z', 10n, 5n)), at(1, ask('y', 10n, 5n)), at(3, bid('b', 30n, 6n))),
    ).toEqual(['by 5 @ 10', 'bz 1 @ 10']);
  });

  test('an order that is withdrawn or has expired is met no more', () => {
    const buyer = at(5, bid('b', 30n, 6n));
    expect(trades(at(1, ask('x', 10n, 5n), { withdrawn: 5n }), buyer)).toEqual([]);
    expect(trades(at(1, ask('x', 10n, 5n), { expires: 4n }), buyer)).toEqual([]);
    expect(trades(at(1, ask('x', 10n, 5n), { expires: 9n, withdrawn: 6n }), buyer)).toEqual([
      'bx 5 @ 10',
    ]);
    expect(trades(at(1, ask('x', 10n, 5n)), at(5, bid('b', 30n, 6n), { expires: 5n }))).toEqual([]);
  });

  test('a member that meets itself trades nothing, and the energy is gone from both orders', () => {
    const own = [at(1, ask('x', 10n, 5n, 'eve')), at(2, bid('b', 30n, 3n, 'eve'))];
    expect(trades(...own, at(3, bid('c', 30n, 9n)))).toEqual(['cx 2 @ 10']);
  });

  test('without a time there is no priority', () => {
    const call = { orders: [bid('b', 1n, 1n)], lots: lotsLikeIds, settings: {} };
    expect(continuous.refuse(call)).toEqual({ code: 'column_missing', id: 'b', column: 'time' });
    const large = { ...call, orders: [at(1, bid('b', 1n, 1n << 53n))] };
    expect(continuous.refuse(large)).toEqual({ code: 'energy_too_large_for_book' });
  });
});
