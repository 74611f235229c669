/**
 * The uniform-price call auction with k-pricing: everybody who trades in the slot trades at one
 * price, between what the last buyer would still have paid and what the last seller would still
 * have taken. This file adds the owners; the rule itself is in clear-lines.ts.
 */

import type { Energy, Money, Price } from '@commonwatt/units';
import { cost, energy, money } from '@commonwatt/units';
import type { BookClearing, Filled, Margins, Rationing } from './clear-lines.ts';
import { clearBook, withinCollar } from './clear-lines.ts';
import { compareAsks, compareBids, compareLots } from './merit-order.ts';
import type { Line, Lots, Order } from './order.ts';
import { lineOf, refuseOrders } from './order.ts';
import { pairFills } from './pairing.ts';
import type { PriceInterval, PriceRule } from './price-rule.ts';
import { refusePriceRule } from './price-rule.ts';
import type { OwnedLine, SelfTrade } from './self-trade.ts';
import { removeSelfTrades } from './self-trade.ts';

export type Trade = {
  /** Order ids and the members behind them. */
  readonly bid: string;
  readonly ask: string;
  readonly buyer: string;
  readonly seller: string;
  readonly energy: Energy;
  readonly buyerPrice: Price;
  readonly sellerPrice: Price;
};

/** Energy of an order that found no counterpart, self-trade removals included. */
export type Unmatched = { readonly id: string; readonly energy: Energy };

export type UniformPriceCall = PriceRule & {
  readonly orders: readonly Order[];
  readonly lots: Lots;
};

export type UniformPriceClearing = {
  readonly price: Price | null;
  readonly priceInterval: PriceInterval | null;
  readonly volume: Energy;
  readonly trades: readonly Trade[];
  /** By order id, for orders that got anything: bids by merit, then asks by merit. */
  readonly fills: ReadonlyMap<string, Energy>;
  /** Bids by merit, then asks by merit. */
  readonly unmatched: readonly Unmatched[];
  readonly selfTrades: readonly SelfTrade[];
  /** By member: what it pays, less what it is paid. Below zero when it receives. Sums to zero. */
  readonly payments: ReadonlyMap<string, Money>;
  readonly welfare: Money;
  readonly surplus: { readonly buyers: Money; readonly sellers: Money };
  readonly margins: Margins;
  readonly rationed: Rationing | null;
  /** The call without owners, by lot: from these lines alone `clearLines` gives the same outcome. */
  readonly lines: readonly Line[];
};

/** @throws RangeError when `refuseOrders` or `refusePriceRule` refuse: ask them first. */
export function clearUniformPrice(call: UniformPriceCall): UniformPriceClearing {
  const { orders, lots, collar } = call;
  const refusal = refusePriceRule(call) ?? refuseOrders(orders, lots);
  if (refusal !== undefined) throw new RangeError(`clearing: refused with ${refusal.code}`);
  const owned = orders.map((order): OwnedLine => ({ ...lineOf(order, lots), order }));
  const { lines, selfTrades } = removeSelfTrades(
    owned.filter((line) => withinCollar(line, collar)),
  );
  const cleared = clearBook(lines, call);
  const fills = new Map<string, Energy>();
  for (const { line, energy: filled } of [...cleared.bids, ...cleared.asks]) {
    fills.set(line.order.id, filled);
  }
  const { price, priceInterval, volume, welfare, surplus, margins, rationed } = cleared;
  return {
    price,
    priceInterval,
    volume,
    trades: tradesOf(cleared),
    fills,
    unmatched: unmatchedOf(owned, fills),
    selfTrades,
    payments: paymentsOf(cleared),
    welfare,
    surplus,
    margins,
    rationed,
    lines: anonymous(lines),
  };
}

function tradesOf({ price, bids, asks }: BookClearing<OwnedLine>): Trade[] {
  if (price === null) return [];
  return pairFills(bids, asks).map(({ bid, ask, energy: traded }) => ({
    bid: bid.order.id,
    ask: ask.order.id,
    buyer: bid.order.member,
    seller: ask.order.member,
    energy: traded,
    buyerPrice: price,
    sellerPrice: price,
  }));
}

function unmatchedOf(owned: readonly OwnedLine[], fills: ReadonlyMap<string, Energy>): Unmatched[] {
  const bids = owned.filter((line) => line.side === 'buy').sort(compareBids);
  const asks = owned.filter((line) => line.side === 'sell').sort(compareAsks);
  const unmatched: Unmatched[] = [];
  for (const { order } of [...bids, ...asks]) {
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
