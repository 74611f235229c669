/** McAfee, SBBA and MUDA against their rules written out Wh by Wh. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call, Clearing } from '../mechanism.ts';
import { openBook } from '../open-book.ts';
import type { Line, Order } from '../order.ts';
import { lotsLikeIds as lots } from '../testing/book.ts';
import { smallBooks } from '../testing/books.ts';
import { mostWorthByTrying, wattHours } from '../testing/optimum.ts';
import { mcafee } from './mcafee.ts';
import { muda } from './muda.ts';
import { sbba } from './sbba.ts';

const callOf = (orders: readonly Order[]): Call => ({ orders, lots, settings: {} });
const count = (list: readonly bigint[], isIn: (limit: bigint) => boolean) =>
  list.filter(isIn).length;

/** The margin: how many Wh meet, the last limits among them and the best limits beyond those. */
function marginOf(lines: readonly Line[]) {
  const bids = wattHours(lines, 'buy');
  const asks = wattHours(lines, 'sell');
  let volume = 0;
  while (meets(bids[volume], asks[volume])) volume += 1;
  const [bid, ask] = [bids[volume - 1], asks[volume - 1]];
  if (bid === undefined || ask === undefined) return undefined;
  const nextBid = bids.find((limit) => limit < bid);
  const nextAsk = asks.find((limit) => limit > ask);
  return { bids, asks, volume, bid, ask, nextBid, nextAsk };
}

function meets(bid: bigint | undefined, ask: bigint | undefined): boolean {
  return bid !== undefined && ask !== undefined && bid >= ask;
}

/** All lines that take part get the same part of their energy, but for less than a Wh. */
function expectShared(lines: readonly Line[], isIn: (line: Line) => boolean, cleared: Clearing) {
  const sharing = lines.filter(isIn);
  const offered = sharing.reduce((sum, { energy }) => sum + energy, 0n);
  for (const { lot, energy, side } of lines.filter(({ side: one }) => one === sharing[0]?.side)) {
    const got = cleared.fills.get(idOf(lot)) ?? 0n;
    const isSharing = sharing.some((one) => one.lot === lot && one.side === side);
    if (!isSharing) expect(got).toBe(0n);
    const off = got * offered - energy * cleared.volume;
    if (isSharing) expect(off < offered && -off < offered).toBe(true);
  }
}

/** Lots are the ids spelt in hexadecimal here. */
const idOf = (lot: string) =>
  (lot.match(/../g) ?? []).map((hex) => String.fromCharCode(Number.parseInt(hex, 16))).join('');

const floorHalf = (sum: bigint) => (sum - (((sum % 2n) + 2n) % 2n)) / 2n;

describe('mcafee', () => {
  test('trades and prices are those of the rule, Wh by Wh', () => {
    const seen = { whole: 0, reduced: 0 };
    fc.assert(
      fc.property(smallBooks, (orders) => {
        const { bids, asks } = openBook(callOf(orders));
        const lines = [...bids, ...asks];
        const cleared = mcafee.clear(callOf(orders));
        const margin = marginOf(lines);
        if (margin === undefined) {
          expect(cleared.volume).toBe(0n);
          return;
        }
        const { bid, ask, nextBid, nextAsk } = margin;
        const twice =
          nextBid === undefined || nextAsk === undefined ? undefined : nextBid + nextAsk;
        if (twice !== undefined && 2n * ask <= twice && twice <= 2n * bid) {
          seen.whole += 1;
          expect(cleared.price).toBe(floorHalf(twice));
          expect(cleared.volume).toBe(BigInt(margin.volume));
          expect(cleared.surplus).toBe(0n);
          expect(cleared.welfare).toBe(mostWorthByTrying(bids, asks));
          return;
        }
        const buying = count(margin.bids, (limit) => limit > bid);
        const selling = count(margin.asks, (limit) => limit < ask);
        const volume = Math.min(buying, selling);
        if (volume > 0) seen.reduced += 1;
        expect(cleared).toMatchObject({ price: null, volume: BigInt(volume) });
        expect(cleared.surplus).toBe(BigInt(volume) * (bid - ask));
        // No more energy is lost than the marginal levels trade.
        const lost = margin.volume - volume;
        expect(lost).toBeLessThanOrEqual(Math.max(margin.volume - buying, margin.volume - selling));
        expectShared(lines, ({ side, limit }) => side === 'buy' && limit > bid, cleared);
        expectShared(lines, ({ side, limit }) => side === 'sell' && limit < ask, cleared);
      }),
      { numRuns: 1500 },
    );
    expect(seen.whole).toBeGreaterThan(5);
    expect(seen.reduced).toBeGreaterThan(10);
  });
});

describe('sbba', () => {
  test('trades and price are those of the rule, Wh by Wh', () => {
    const seen = { whole: 0, reduced: 0 };
    fc.assert(
      fc.property(smallBooks, (orders) => {
        const { bids, asks } = openBook(callOf(orders));
        const lines = [...bids, ...asks];
        const cleared = sbba.clear(callOf(orders));
        const margin = marginOf(lines);
        if (margin === undefined) {
          expect(cleared.volume).toBe(0n);
          return;
        }
        const { bid, ask, nextAsk } = margin;
        const isWhole = nextAsk !== undefined && nextAsk <= bid;
        const buyers = ({ side, limit }: Line) =>
          side === 'buy' && (isWhole ? limit >= bid : limit > bid);
        // At the next ask nobody is lost; at the marginal bid exactly those who bid it.
        const lost = isWhole ? 0 : margin.volume - count(margin.bids, (limit) => limit > bid);
        expect(cleared.volume).toBe(BigInt(margin.volume - lost));
        if (cleared.volume === 0n) return;
        seen[isWhole ? 'whole' : 'reduced'] += 1;
        expect(cleared.price).toBe(isWhole ? nextAsk : bid);
        expect(cleared.surplus).toBe(0n);
        expectShared(lines, buyers, cleared);
        expectShared(lines, ({ side, limit }) => side === 'sell' && limit <= ask, cleared);
      }),
      { numRuns: 400 },
    );
    expect(seen.whole).toBeGreaterThan(5);
    expect(seen.reduced).toBeGreaterThan(20);
  });
});

describe('muda', () => {
  /** Between the best prices where nothing crosses, else the middle of all prices that clear. */
  function priceOf(lines: readonly Line[]): bigint | undefined {
    const bids = wattHours(lines, 'buy');
    const asks = wattHours(lines, 'sell');
    const [best, cheapest] = [bids[0], asks[0]];
    if (best === undefined || cheapest === undefined) return undefined;
    if (best < cheapest) return floorHalf(best + cheapest);
    const candidates = Array.from({ length: 41 }, (_, at) => BigInt(at - 20));
    const tradedAt = (at: bigint) =>
      Math.min(
        count(bids, (limit) => limit >= at),
        count(asks, (limit) => limit <= at),
      );
    const most = Math.max(...candidates.map(tradedAt));
    const clears = candidates.filter(
      (at) =>
        tradedAt(at) === most &&
        count(bids, (limit) => limit > at) <= most &&
        count(asks, (limit) => limit < at) <= most,
    );
    return floorHalf((clears[0] ?? 0n) + (clears.at(-1) ?? 0n));
  }

  test('each half trades at the price of the other, lowest lots first', () => {
    let traded = 0;
    fc.assert(
      fc.property(smallBooks, fc.nat({ max: 9 }), (orders, seed) => {
        const drawn = (id: string) => lots(id) + ((id.charCodeAt(1) * 7 + seed) % 16).toString(16);
        const call = { orders, lots: drawn, settings: {} };
        const { bids, asks } = openBook(call);
        const isFirst = (member: string) => {
          const own = orders.filter((one) => one.member === member).map(({ id }) => drawn(id));
          return Number.parseInt(own.sort()[0]?.at(-1) ?? '0', 16) % 2 === 0;
        };
        const halves = [true, false].map((wanted) =>
          [...bids, ...asks].filter(({ order }) => isFirst(order.member) === wanted),
        );
        const expected = new Map<string, bigint>();
        for (const [half, lines] of halves.entries()) {
          const at = priceOf(halves[1 - half] ?? []);
          if (at === undefined) continue;
          const takers = lines.filter(({ side, limit }) =>
            side === 'buy' ? limit >= at : limit <= at,
          );
          const wanted = (side: Line['side']) => wattHours(takers, side).length;
          const volume = Math.min(wanted('buy'), wanted('sell'));
          for (const side of ['buy', 'sell'] as const) {
            let left = BigInt(volume);
            const byLot = takers.filter((one) => one.side === side);
            for (const { order, energy } of byLot.sort((a, b) => (a.lot < b.lot ? -1 : 1))) {
              const part = energy < left ? energy : left;
              if (part > 0n) expected.set(order.id, part);
              left -= part;
            }
          }
        }
        const { fills } = muda.clear(call);
        expect(new Map([...fills].sort())).toEqual(new Map([...expected].sort()));
        if (fills.size > 0) traded += 1;
      }),
      { numRuns: 1500 },
    );
    expect(traded).toBeGreaterThan(10);
  });
});
