import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openBook } from '../open-book.ts';
import type { Order } from '../order.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { callsOf } from '../testing/calls.ts';
import { preferenceOf, stableMatching } from './stable-matching.ts';

const preferring = (order: Order, ...preferences: string[]): Order => ({
  ...order,
  extra: { preferences },
});
const pairs = (orders: readonly Order[], proposing = 'buyers') =>
  stableMatching
    .clear({ orders, lots: lotsLikeIds, settings: { proposing } })
    .trades.map((trade) => `${trade.bid}${trade.ask} ${trade.energy} @ ${trade.buyerPrice}`);

describe('stable-matching', () => {
  test('without lists the best prices find each other', () => {
    const orders = [bid('b', 30n, 5n), bid('c', 25n, 9n), ask('x', 10n, 7n), ask('y', 20n, 4n)];
    expect(pairs(orders)).toEqual(['bx 5 @ 20', 'cy 4 @ 22']);
  });

  test('where both orders are stable, the proposing side gets its own', () => {
    const orders = [
      preferring(bid('b', 30n, 1n), 'x', 'y'),
      preferring(bid('c', 30n, 1n), 'y', 'x'),
      preferring(ask('x', 10n, 1n), 'c', 'b'),
      preferring(ask('y', 10n, 1n), 'b', 'c'),
    ];
    expect(pairs(orders)).toEqual(['bx 1 @ 20', 'cy 1 @ 20']);
    expect(pairs(orders, 'sellers')).toEqual(['by 1 @ 20', 'cx 1 @ 20']);
  });

  test('who is not on a list is not accepted, and somebody stays alone where sides differ', () => {
    const orders = [
      preferring(bid('b', 30n, 1n), 'y'),
      bid('c', 29n, 1n),
      bid('d', 28n, 1n),
      ask('x', 10n, 1n),
      preferring(ask('y', 10n, 1n), 'c'),
    ];
    expect(pairs(orders)).toEqual(['cx 1 @ 19']);
  });

  test('an id that is no order of the other side is passed over', () => {
    expect(pairs([preferring(bid('b', 30n, 1n), 'b', 'zoe', 'x'), ask('x', 10n, 1n)])).toEqual([
      'bx 1 @ 20',
    ]);
  });

  test('refuses more pairs than it can rank', () => {
    const orders = Array.from({ length: 2002 }, (_, at) =>
      at % 2 === 0 ? bid(`o${at}`, 9n, 1n) : ask(`o${at}`, 1n, 1n),
    );
    expect(stableMatching.refuse({ orders, lots: lotsLikeIds, settings: {} })).toEqual({
      code: 'too_many_pairs',
      pairs: 1001 * 1001,
      pairsMax: 1_000_000,
    });
  });

  test('no bid and ask would both rather have each other', () => {
    let matched = 0;
    fc.assert(
      fc.property(callsOf(stableMatching), (call) => {
        const { bids, asks } = openBook(call);
        const { trades } = stableMatching.clear(call);
        matched += trades.length;
        const partnerOf = new Map(
          trades.flatMap(({ bid: b, ask: a }) => [[b, a] as const, [a, b] as const]),
        );
        const prefers = (one: (typeof bids)[number], other: (typeof bids)[number]) => {
          const list = preferenceOf(one, one.side === 'buy' ? asks : bids).map((l) => l.order.id);
          const rank = list.indexOf(other.order.id);
          const partner = partnerOf.get(one.order.id);
          return rank >= 0 && (partner === undefined || rank < list.indexOf(partner));
        };
        for (const buyer of bids) {
          for (const seller of asks) {
            expect(prefers(buyer, seller) && prefers(seller, buyer)).toBe(false);
          }
        }
      }),
    );
    expect(matched).toBeGreaterThan(20);
  });
});
