/** Mechanisms that claim the most that trades can be worth, against trying everything and against HiGHS. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuctionMechanism, Call } from '../mechanism.ts';
import { openBook } from '../open-book.ts';
import type { Order } from '../order.ts';
import { MECHANISMS } from '../registry.ts';
import { lotsLikeIds as lots } from '../testing/book.ts';
import { largeBooks, smallBooks } from '../testing/books.ts';
import { mostWorthByProgramme, mostWorthByTrying } from '../testing/optimum.ts';
import { average } from './average.ts';
import { payAsBid } from './pay-as-bid.ts';
import { uniform } from './uniform.ts';
import { vcg } from './vcg.ts';

/** Those that promise it, and those whom only a collar or a reserve price keeps from it. */
const efficient: readonly AuctionMechanism[] = [
  ...MECHANISMS.filter((line) => line.kind === 'auction').filter(({ properties }) =>
    properties.includes('efficient'),
  ),
  uniform,
  average,
];
const callOf = (orders: readonly Order[]): Call => ({ orders, lots, settings: {} });

describe.each(efficient)('$name', (mechanism) => {
  test('no trades are worth more, whoever takes from whom', () => {
    let traded = 0;
    fc.assert(
      fc.property(smallBooks, (orders) => {
        const { bids, asks } = openBook(callOf(orders));
        const { welfare } = mechanism.clear(callOf(orders));
        expect(welfare).toBe(mostWorthByTrying(bids, asks));
        if (welfare > 0n) traded += 1;
      }),
      { numRuns: 150 },
    );
    expect(traded).toBeGreaterThan(30);
  });

  test('no trades of a large book are worth more', () => {
    fc.assert(
      fc.property(largeBooks, (orders) => {
        const { bids, asks } = openBook(callOf(orders));
        expect(mechanism.clear(callOf(orders)).welfare).toBe(mostWorthByProgramme(bids, asks));
      }),
      { numRuns: 8 },
    );
  });
});

test('pay-as-bid leaves all of the welfare with the market maker', () => {
  fc.assert(
    fc.property(smallBooks, (orders) => {
      const { bids, asks } = openBook(callOf(orders));
      expect(payAsBid.clear(callOf(orders)).surplus).toBe(mostWorthByTrying(bids, asks));
    }),
    { numRuns: 100 },
  );
});

test('average: the price is between what the last Wh that trade are worth', () => {
  fc.assert(
    fc.property(smallBooks, (orders) => {
      const { trades, price } = average.clear(callOf(orders));
      const limits = new Map(orders.map(({ id, limit }) => [id, limit]));
      const bidsThatTrade = trades.map(({ bid }) => Number(limits.get(bid)));
      const asksThatTrade = trades.map(({ ask }) => Number(limits.get(ask)));
      const mean = (Math.min(...bidsThatTrade) + Math.max(...asksThatTrade)) / 2;
      expect(price).toBe(trades.length === 0 ? null : BigInt(Math.floor(mean)));
    }),
    { numRuns: 150 },
  );
});

describe('vcg: a member pays what the others are worth without it less what they are worth with it', () => {
  const isPaidRight = (orders: readonly Order[], most: typeof mostWorthByTrying) => {
    const { bids, asks } = openBook(callOf(orders));
    const { payments, fills } = vcg.clear(callOf(orders));
    const all = most(bids, asks);
    for (const [member, paid] of payments) {
      const others = (lines: typeof bids) => lines.filter(({ order }) => order.member !== member);
      const own = orders.reduce((sum, { id, side, limit, member: whose }) => {
        const value = limit * (fills.get(id) ?? 0n);
        return whose === member ? sum + (side === 'buy' ? value : -value) : sum;
      }, 0n);
      expect([member, paid]).toEqual([member, most(others(bids), others(asks)) - (all - own)]);
    }
    return payments.size;
  };

  test('by trying everything', () => {
    let paying = 0;
    fc.assert(
      fc.property(smallBooks, (orders) => {
        paying += isPaidRight(orders, mostWorthByTrying);
      }),
      { numRuns: 150 },
    );
    expect(paying).toBeGreaterThan(100);
  });

  test('by HiGHS on a large book', () => {
    fc.assert(
      fc.property(largeBooks, (orders) => {
        isPaidRight(orders, mostWorthByProgramme);
      }),
      { numRuns: 2 },
    );
  });
});
