/**
 * A market in which traders shout one price after the other, each for one Wh, for as many days as asked.
 * What they keep lasts overnight; what they may trade is theirs anew every morning.
 */

import type { Price } from '@commonwatt/units';
import type { Draw } from '../draw.ts';
import type { Side } from '../order.ts';
import type { Trader, TradingSituation } from './trader.ts';

export type Seat = {
  readonly side: Side;
  /** What each Wh of the day is worth or costs; each is traded before the next. At least one. */
  readonly limits: readonly Price[];
  // biome-ignore lint/suspicious/noExplicitAny: what it keeps is its own
  readonly trader: Trader<any>;
};

/**
 * How shouts meet. `book`: the best bid and the best ask stand until they trade or are bettered, and a
 * shout that reaches the other side's trades at the price that stood (Gode and Sunder 1993, section II).
 * `acceptance`: each trader of the other side is asked whether it would shout as much at that moment, and
 * one of those, each as likely, takes the shout at its price (Cliff and Bruten 1997). With both a shout must
 * better what stands on its side, and a trade clears what stands.
 */
export type Meeting = 'book' | 'acceptance';

export type SessionRules = {
  readonly days: number;
  /** A day ends after so many turns to shout, or when one side has nothing left. */
  readonly shoutsPerDay: number;
  /** It also ends after so many turns in a row without a trade, where this is given. */
  readonly quietShoutsMax?: number;
  readonly floor: Price;
  readonly ceiling: Price;
  readonly draw: Draw;
  /** `book` unless said otherwise. */
  readonly meeting?: Meeting;
};

export type SessionTrade = {
  readonly price: Price;
  /** The buyer's limit less the seller's, whatever the price. */
  readonly gain: bigint;
  /** Places in the list of seats. */
  readonly buyer: number;
  readonly seller: number;
};

const SEATS_MAX = 1000;
const DAYS_MAX = 1000;
const SHOUTS_PER_DAY_MAX = 100_000;

/** A price that stands, and whose it is. */
type Standing = { readonly price: Price; readonly at: number };

type Day = {
  readonly seats: readonly Seat[];
  readonly rules: SessionRules;
  readonly memories: unknown[];
  /** Wh traded today, by seat. */
  readonly traded: number[];
  readonly best: { buy: Standing | null; sell: Standing | null };
  readonly trades: SessionTrade[];
};

/**
 * The trades of each day, in the order they were made.
 * @throws RangeError on a session that is too large, or a seat without a limit.
 */
export function tradeForDays(
  seats: readonly Seat[],
  rules: SessionRules,
): readonly (readonly SessionTrade[])[] {
  checkSession(seats, rules);
  const opening = { ...dayOf(seats, rules, []), memories: [] };
  const memories = seats.map((seat, at) => seat.trader.begin(situationOf(opening, at), rules.draw));
  return Array.from({ length: rules.days }, () => {
    const day = dayOf(seats, rules, memories);
    let lastTrade = 0;
    for (let shouts = 0; shouts < rules.shoutsPerDay; shouts++) {
      if (shouts - lastTrade >= (rules.quietShoutsMax ?? SHOUTS_PER_DAY_MAX)) break;
      const able = seats.flatMap((_, at) => (hasLeft(day, at) ? [at] : []));
      const sides = new Set(able.map((at) => seats[at]?.side));
      if (sides.size < 2) break;
      const at = able[Number(rules.draw(BigInt(able.length)))];
      if (at !== undefined && shoutFrom(day, at)) lastTrade = shouts + 1;
    }
    return day.trades;
  });
}

/** What the seats could gain at most in a day, if everybody knew everything. */
export function mostGain(seats: readonly Seat[]): bigint {
  const limitsOf = (side: Side) =>
    seats.filter((seat) => seat.side === side).flatMap(({ limits }) => limits);
  const bids = limitsOf('buy').sort((a, b) => (a > b ? -1 : 1));
  const asks = limitsOf('sell').sort((a, b) => (a < b ? -1 : 1));
  let gain = 0n;
  for (const [at, bid] of bids.entries()) {
    const ask = asks[at];
    if (ask !== undefined && bid > ask) gain += bid - ask;
  }
  return gain;
}

function checkSession(seats: readonly Seat[], { days, shoutsPerDay }: SessionRules): void {
  if (seats.length > SEATS_MAX) {
    throw new RangeError(`session: expected at most ${SEATS_MAX} seats, got ${seats.length}`);
  }
  if (days > DAYS_MAX) {
    throw new RangeError(`session: expected at most ${DAYS_MAX} days, got ${days}`);
  }
  if (shoutsPerDay > SHOUTS_PER_DAY_MAX) {
    const most = SHOUTS_PER_DAY_MAX;
    throw new RangeError(`session: expected at most ${most} shouts a day, got ${shoutsPerDay}`);
  }
  const empty = seats.findIndex(({ limits }) => limits.length === 0);
  if (empty >= 0) throw new RangeError(`session: expected a limit in seat ${empty}, got none`);
}

function dayOf(seats: readonly Seat[], rules: SessionRules, memories: unknown[]): Day {
  const best = { buy: null, sell: null };
  return { seats, rules, memories, traded: seats.map(() => 0), best, trades: [] };
}

function seatAt({ seats }: Day, at: number): Seat {
  const seat = seats[at];
  if (seat === undefined) throw new RangeError(`session: expected a seat, got number ${at}`);
  return seat;
}

function hasLeft(day: Day, at: number): boolean {
  return (day.traded[at] ?? 0) < seatAt(day, at).limits.length;
}

/** The limit of the Wh in turn; of the last one when all are traded. */
function limitOf(day: Day, at: number): Price {
  const { limits } = seatAt(day, at);
  const limit = limits[Math.min(day.traded[at] ?? 0, limits.length - 1)];
  if (limit === undefined) throw new RangeError(`session: expected a limit in seat ${at}`);
  return limit;
}

function situationOf(day: Day, at: number): TradingSituation {
  return {
    side: seatAt(day, at).side,
    limit: limitOf(day, at),
    floor: day.rules.floor,
    ceiling: day.rules.ceiling,
    bestBid: day.best.buy?.price ?? null,
    bestAsk: day.best.sell?.price ?? null,
    active: hasLeft(day, at),
  };
}

function quoteOf(day: Day, at: number): Price | null {
  return seatAt(day, at).trader.quote(day.memories[at], situationOf(day, at), day.rules.draw);
}

/** Whether a trade came of it. */
function shoutFrom(day: Day, at: number): boolean {
  const { side } = seatAt(day, at);
  const shouted = quoteOf(day, at);
  if (shouted === null) return false;
  const own = day.best[side];
  if (own !== null && !isBetter(side, shouted, own.price)) return false;
  const partner = day.rules.meeting === 'acceptance' ? takerOf : standingOf;
  const met = partner(day, side, shouted);
  const accepted = met !== null;
  tellAll(day, side, met?.price ?? shouted, accepted);
  if (met === null) day.best[side] = { price: shouted, at };
  else settle(day, side === 'buy' ? [at, met.at] : [met.at, at], met.price);
  return accepted;
}

/** Whose order stands on the other side and is reached. */
function standingOf(day: Day, side: Side, shouted: Price): Standing | null {
  const other = day.best[side === 'buy' ? 'sell' : 'buy'];
  const isReached =
    other !== null && (shouted === other.price || isBetter(side, shouted, other.price));
  return isReached ? other : null;
}

/** One of those on the other side who would shout as much themselves. */
function takerOf(day: Day, side: Side, shouted: Price): Standing | null {
  const willing = day.seats.flatMap((seat, at) => {
    if (seat.side === side || !hasLeft(day, at)) return [];
    const theirs = quoteOf(day, at);
    const isWilling = theirs !== null && !isBetter(side, theirs, shouted);
    return isWilling ? [at] : [];
  });
  if (willing.length === 0) return null;
  const at = willing[Number(day.rules.draw(BigInt(willing.length)))];
  return at === undefined ? null : { price: shouted, at };
}

/** Whether a price is nearer to a trade than another, shouted from that side. */
function isBetter(side: Side, one: Price, other: Price): boolean {
  return side === 'buy' ? one > other : one < other;
}

function tellAll(day: Day, side: Side, price: Price, accepted: boolean): void {
  const shout = { side, price, accepted };
  for (const [at, { trader }] of day.seats.entries()) {
    const situation = situationOf(day, at);
    day.memories[at] = trader.observe(day.memories[at], shout, situation, day.rules.draw);
  }
}

function settle(day: Day, [buyer, seller]: readonly [number, number], price: Price): void {
  day.trades.push({ price, gain: limitOf(day, buyer) - limitOf(day, seller), buyer, seller });
  for (const at of [buyer, seller]) day.traded[at] = (day.traded[at] ?? 0) + 1;
  day.best.buy = null;
  day.best.sell = null;
}
