/**
 * The uniform-price call auction with k-pricing: everybody who trades in the slot trades at one
 * price, between what the last buyer would still have paid and what the last seller would still
 * have taken. This file adds the owners; the rule itself is in book.ts.
 */

import type { Energy, Money, Price } from '@commonwatt/units';
import { cost, energy, money } from '@commonwatt/units';
import type { BookClearing, Filled, Margins, Rationing } from './book.ts';
import { clearBook, withinCollar } from './book.ts';
import type { Clearing, Trade, Unmatched } from './mechanism.ts';
import { byMerit, compareLots } from './merit-order.ts';
import { northWestCorner } from './north-west.ts';
import type { Line, Lots, Order } from './order.ts';
import { refuseOrders } from './order.ts';
import type { PriceRule } from './price-rule.ts';
import { refusePriceRule } from './price-rule.ts';
import type { OwnedLine, SelfTrade } from './self-trade.ts';
import { ownedLine, removeSelfTrades } from './self-trade.ts';

export type UniformPriceCall = PriceRule & {
  readonly orders: readonly Order[];
  readonly lots: Lots;
};

export type UniformPriceTrade = Trade & { readonly buyerPrice: Price; readonly sellerPrice: Price };

/** `fills` and `unmatched` list bids by merit, then asks by merit; `payments` sum to zero. */
export type UniformPriceClearing = Clearing & {
  readonly trades: readonly UniformPriceTrade[];
  /** Energy taken out before the call because one member stood on both sides; also in `unmatched`. */
  readonly selfTrades: readonly SelfTrade[];
  readonly gains: { readonly buyers: Money; readonly sellers: Money };
  readonly margins: Margins;
  readonly rationed: Rationing | null;
  /** The call without owners, by lot: from these lines alone `clearLines` gives the same outcome. */
  readonly lines: readonly Line[];
};

/** @throws RangeError when `refuseOrders` or `refusePriceRule` refuse: ask them first. */
export function clearUniformPrice(call: UniformPriceCall): UniformPriceClearing {
  const refusal = refusePriceRule(call) ?? refuseOrders(call.orders, call.lots);
  if (refusal !== undefined) throw refused(refusal.code);
  return clearSoundUniformPrice(call);
}

/** Of a call that nobody refuses, unchecked: a check takes as long as the clearing. */
export function clearSoundUniformPrice(call: UniformPriceCall): UniformPriceClearing {
  const { orders, lots, collar } = call;
  const owned = orders.map((order) => ownedLine(order, lots));
  const standing = [...byMerit(owned, 'buy'), ...byMerit(owned, 'sell')];
  const admitted = standing.filter((line) => withinCollar(line, collar));
  const { lines, selfTrades } = removeSelfTrades(admitted);
  const cleared = clearBook(lines, call);
  const fills = new Map<string, Energy>();
  for (const { line, energy: filled } of [...cleared.bids, ...cleared.asks]) {
    fills.set(line.order.id, filled);
  }
  const { price, priceInterval, volume, welfare, gains, margins, rationed } = cleared;
  let sortedByLot: Line[] | undefined;
  return {
    price,
    priceInterval,
    volume,
    trades: tradesOf(cleared),
    fills,
    unmatched: unmatchedOf(standing, fills),
    selfTrades,
    payments: paymentsOf(cleared),
    welfare,
    // At one price for all, what buyers pay is what sellers get.
    surplus: money(0n),
    gains,
    margins,
    rationed,
    // Few ask for them, and sorting by lot takes as long as everything before.
    get lines() {
      sortedByLot ??= anonymous(lines);
      return sortedByLot;
    },
  };
}

function refused(code: string): RangeError {
  return new RangeError(`clearing: expected orders and a rule that can be cleared, got ${code}`);
}

/** In the pairs of the north-west corner over filled bids and filled asks, both by merit. */
function tradesOf({ price, bids, asks }: BookClearing<OwnedLine>): UniformPriceTrade[] {
  if (price === null) return [];
  return northWestCorner(bids, asks).map(({ bid, ask, energy: traded }) => ({
    bid: bid.line.order.id,
    ask: ask.line.order.id,
    buyer: bid.line.order.member,
    seller: ask.line.order.member,
    energy: traded,
    buyerPrice: price,
    sellerPrice: price,
  }));
}

function unmatchedOf(
  standing: readonly OwnedLine[],
  fills: ReadonlyMap<string, Energy>,
): Unmatched[] {
  const unmatched: Unmatched[] = [];
  for (const { order } of standing) {
    const left = order.energy - (fills.get(order.id) ?? 0n);
    if (left > 0n) unmatched.push({ id: order.id, energy: energy(left) });
  }
  return unmatched;
}

function paymentsOf({ price, bids, asks }: BookClearing<OwnedLine>): Map<string, Money> {
  const payments = new Map<string, Money>();
  if (price === null) return payments;
  const post = ({ line, energy: filled }: Filled<OwnedLine>, sign: bigint) => {
    const { member } = line.order;
    payments.set(member, money((payments.get(member) ?? 0n) + sign * cost(filled, price)));
  };
  for (const bid of bids) post(bid, 1n);
  for (const ask of asks) post(ask, -1n);
  return payments;
}

/** Sorted by lot, so that the list tells nothing of arrival. */
function anonymous(lines: readonly OwnedLine[]): Line[] {
  return lines
    .map(({ lot, side, limit, energy: left }) => ({ lot, side, limit, energy: left }))
    .sort(compareLots);
}
