/** A continuous double auction of single Wh, in rounds, to watch traders in. */

import { type Price, price } from '@commonwatt/units';
import type { Draw } from '../draw.ts';
import type { Side } from '../order.ts';
import type { Trader } from '../traders/trader.ts';

export type Seat = {
  readonly side: Side;
  readonly limit: Price;
  // biome-ignore lint/suspicious/noExplicitAny: what it keeps is its own
  readonly trader: Trader<any>;
};

/** A price that stands, and whose it is. */
type Shouted = { readonly price: Price; readonly seat: number };

export type TradedWattHour = { readonly price: Price; readonly gain: bigint };

/** A market that lasts for days: on each, every seat trades one Wh at most. Memories are kept overnight. */
export function tradeForDays(
  seats: readonly Seat[],
  { days, shoutsPerDay, draw }: { days: number; shoutsPerDay: number; draw: Draw },
): readonly (readonly TradedWattHour[])[] {
  const floor = price(0n);
  const ceiling = price(400n);
  const memories = seats.map(({ side, limit, trader }) =>
    trader.begin({ side, limit, floor, ceiling, bestBid: null, bestAsk: null, active: true }, draw),
  );
  return Array.from({ length: days }, () => {
    const active = seats.map(() => true);
    const trades: TradedWattHour[] = [];
    const best: { buy: Shouted | null; sell: Shouted | null } = { buy: null, sell: null };
    for (let shouts = 0; shouts < shoutsPerDay; shouts++) {
      const at = Number(draw(BigInt(seats.length)));
      const seat = seats[at];
      if (seat === undefined || active[at] !== true) continue;
      const situation = (index: number, one: Seat) => ({
        side: one.side,
        limit: one.limit,
        floor,
        ceiling,
        bestBid: best.buy?.price ?? null,
        bestAsk: best.sell?.price ?? null,
        active: active[index] === true,
      });
      const shouted = seat.trader.quote(memories[at], situation(at, seat), draw);
      if (shouted === null) continue;
      const other = best[seat.side === 'buy' ? 'sell' : 'buy'];
      const standing = best[seat.side];
      const better = (a: Price, b: Price) => (seat.side === 'buy' ? a > b : a < b);
      if (standing !== null && !better(shouted, standing.price)) continue;
      const accepted = other !== null && (shouted === other.price || better(shouted, other.price));
      const tradePrice = accepted && other !== null ? other.price : shouted;
      for (const [index, one] of seats.entries()) {
        memories[index] = one.trader.observe(
          memories[index],
          { side: seat.side, price: tradePrice, accepted },
          situation(index, one),
          draw,
        );
      }
      if (accepted && other !== null) {
        const partner = seats[other.seat];
        if (partner === undefined) throw new Error('trading day: expected a seat');
        const [buyer, seller] = seat.side === 'buy' ? [seat, partner] : [partner, seat];
        trades.push({ price: tradePrice, gain: buyer.limit - seller.limit });
        active[at] = false;
        active[other.seat] = false;
        best.buy = null;
        best.sell = null;
      } else {
        best[seat.side] = { price: shouted, seat: at };
      }
    }
    return trades;
  });
}

/** Eleven buyers and eleven sellers whose limits meet at 200. */
// biome-ignore lint/suspicious/noExplicitAny: traders of every memory sit here
export function crossingSeats(trader: Trader<any>): readonly Seat[] {
  return Array.from({ length: 22 }, (_, at): Seat => {
    const rank = BigInt(at >> 1);
    return at % 2 === 0
      ? { side: 'buy', limit: price(325n - 25n * rank), trader }
      : { side: 'sell', limit: price(75n + 25n * rank), trader };
  });
}

/** What the seats could gain at most in a day. */
export function mostGain(seats: readonly Seat[]): bigint {
  const limits = (side: Side) => seats.filter((seat) => seat.side === side).map((s) => s.limit);
  const bids = limits('buy').sort((a, b) => (a > b ? -1 : 1));
  const asks = limits('sell').sort((a, b) => (a < b ? -1 : 1));
  let gain = 0n;
  for (const [at, bid] of bids.entries()) {
    const ask = asks[at];
    if (ask !== undefined && bid > ask) gain += bid - ask;
  }
  return gain;
}
