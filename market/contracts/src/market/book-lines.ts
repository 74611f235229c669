/**
 * The book of a clearing without its owners: lines from which anyone computes the same outcome. They say who
 * belongs together only where the outcome depends on it: the ledger clears the lines without marks first, as a
 * stranger would, and sets marks where that comes to something else.
 */

import {
  type AuctionMechanism,
  type Call,
  type Clearing,
  clearLinesBy,
  compareLots,
  type MarkedLine,
  type OwnedLine,
  ownedLine,
  refuseLinesCall,
  removeSelfTrades,
  type SelfTrade,
  type Trade,
} from '@commonwatt/mechanisms';
import { isByTime } from './mechanism.ts';

export interface PublicBook {
  /** By lot, so that the list tells nothing of arrival. */
  readonly lines: readonly MarkedLine[];
  /** Own crossing energy that the rule took out before the call. */
  readonly selfTrades: readonly SelfTrade[];
}

/** `clearing` is what the mechanism made of the call; nothing where it refuses it. */
export function publicBook(
  mechanism: AuctionMechanism,
  call: Call,
  clearing: Clearing | undefined,
): PublicBook {
  if (clearing !== undefined && isWithLines(clearing)) return clearing;
  const { orders, lots, settings, tables } = call;
  const whole = orders.map((order) => ownedLine(order, lots)).sort(compareLots);
  const { lines: net, selfTrades } = isByTime(mechanism)
    ? { lines: whole, selfTrades: [] }
    : removeSelfTrades(whole);
  const lines = [...net].sort(compareLots).map(unmarked);
  const again = { mechanism, settings, lines, tables };
  const cleared = refuseLinesCall(again) === undefined ? clearLinesBy(again) : undefined;
  const own = clearing === undefined ? [] : selfTrades;
  return isSame(clearing, cleared, lots)
    ? { lines, selfTrades: own }
    : { lines: marked(whole), selfTrades: own };
}

/** The uniform price tells its lines itself: nothing beyond own crossings depends on members. */
function isWithLines(clearing: Clearing): clearing is Clearing & PublicBook {
  return 'lines' in clearing && 'selfTrades' in clearing;
}

function unmarked({ lot, side, limit, energy, order }: OwnedLine): MarkedLine {
  return { lot, side, limit, energy, time: order.time, zone: order.zone };
}

/** Members are numbered as they come in the list. */
function marked(lines: readonly OwnedLine[]): MarkedLine[] {
  const parties = new Map<string, number>();
  return lines.map((line) => {
    const { member } = line.order;
    const party = parties.get(member) ?? parties.size;
    parties.set(member, party);
    return { ...unmarked(line), party };
  });
}

/** Whether names and lots come to the same price, interval and trades. */
function isSame(
  named: Clearing | undefined,
  byLot: Clearing | undefined,
  lots: Call['lots'],
): boolean {
  if (named === undefined || byLot === undefined) return named === byLot;
  const { price, priceInterval: interval } = named;
  const other = byLot.priceInterval;
  if (price !== byLot.price || interval?.low !== other?.low || interval?.high !== other?.high) {
    return false;
  }
  const expected = named.trades.map((trade) => pairText(lots(trade.bid), lots(trade.ask), trade));
  const got = new Set(byLot.trades.map((trade) => pairText(trade.bid, trade.ask, trade)));
  return got.size === expected.length && expected.every((text) => got.has(text));
}

function pairText(bid: string, ask: string, { energy, buyerPrice, sellerPrice }: Trade): string {
  return `${bid} ${ask} ${energy} ${buyerPrice} ${sellerPrice}`;
}
