import { lesser } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openBook } from '../open-book.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { callsOf } from '../testing/calls.ts';
import { naiveAuction } from './naive-auction.ts';

type Lines = ReturnType<typeof openBook>['bids'];

/** The most that any assignment is worth, by trying all of them. */
function mostWorth(bids: Lines, asks: Lines): bigint {
  const [first, ...others] = bids;
  if (first === undefined) return 0n;
  let most = mostWorth(others, asks);
  for (const [at, one] of asks.entries()) {
    if (one.order.member === first.order.member) continue;
    const energy = lesser(first.energy, one.energy);
    const worth = (first.limit - one.limit) * energy;
    if (worth < 0n) continue;
    const rest =
      worth +
      mostWorth(
        others,
        asks.filter((_, index) => index !== at),
      );
    if (rest > most) most = rest;
  }
  return most;
}

describe('naive-auction', () => {
  test('two bids want one ask: it goes to where it is worth more, at what the other would give', () => {
    const orders = [bid('b', 30n, 10n), bid('c', 24n, 10n), ask('x', 10n, 10n)];
    const { trades } = naiveAuction.clear({ orders, lots: lotsLikeIds, settings: {} });
    expect(trades).toMatchObject([{ bid: 'b', ask: 'x', energy: 10n }]);
    expect(trades[0]?.sellerPrice).toBeGreaterThanOrEqual(23n);
    expect(trades[0]?.sellerPrice).toBeLessThanOrEqual(30n);
  });

  test('the pairs together are worth the most, though not each its best', () => {
    // b-x 200 and c-y 10 against b-y 190 and c-x 140.
    const orders = [bid('b', 30n, 10n), bid('c', 24n, 10n), ask('x', 10n, 10n), ask('y', 11n, 10n)];
    const { welfare } = naiveAuction.clear({ orders, lots: lotsLikeIds, settings: {} });
    expect(welfare).toBe(330n);
  });

  test('is the best of all assignments', () => {
    fc.assert(
      fc.property(callsOf(naiveAuction), (call) => {
        const { bids, asks } = openBook(call);
        fc.pre(bids.length <= 6 && asks.length <= 6);
        expect(naiveAuction.clear(call).welfare).toBe(mostWorth(bids, asks));
      }),
      { numRuns: 200 },
    );
  });

  test('nobody would rather have another partner at the prices, but for a unit of rounding', () => {
    fc.assert(
      fc.property(callsOf(naiveAuction), (call) => {
        const { bids, asks } = openBook(call);
        const { trades } = naiveAuction.clear(call);
        const sold = new Map(trades.map((trade) => [trade.ask, trade]));
        const bought = new Map(trades.map((trade) => [trade.bid, trade]));
        for (const buyer of bids) {
          const own = bought.get(buyer.order.id);
          const gain = own === undefined ? 0n : (buyer.limit - (own.buyerPrice ?? 0n)) * own.energy;
          for (const seller of asks) {
            if (buyer.order.member === seller.order.member) continue;
            const other = sold.get(seller.order.id);
            const earned =
              other === undefined ? 0n : ((other.sellerPrice ?? 0n) - seller.limit) * other.energy;
            const energy = lesser(buyer.energy, seller.energy);
            const there = (buyer.limit - seller.limit) * energy - earned;
            const rounding = (own?.energy ?? 0n) + (other?.energy ?? 0n) + 2n;
            expect(there).toBeLessThanOrEqual(gain + rounding);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('refuses more orders than it can assign', () => {
    const orders = Array.from({ length: 201 }, (_, at) => bid(`b${at}`, 1n, 1n));
    expect(naiveAuction.refuse({ orders, lots: lotsLikeIds, settings: {} })).toEqual({
      code: 'too_many_orders_to_assign',
      orders: 201,
      ordersMax: 200,
    });
  });
});
