/**
 * The two ends of every auction: how its book opens (merit, own crossing orders out) and how trades
 * become an outcome (fills, unmatched rest, payments, welfare, surplus).
 */

import type { Energy, Money, Price } from '@commonwatt/units';
import { energy, money } from '@commonwatt/units';
import type { Filled } from './book.ts';
import type { Call, Clearing, Detail, Trade, Unmatched } from './mechanism.ts';
import { byMerit } from './merit-order.ts';
import { northWestCorner } from './north-west.ts';
import type { Side } from './order.ts';
import type { PriceInterval } from './price-rule.ts';
import type { OwnedLine, SelfTrade } from './self-trade.ts';
import { ownedLine, removeSelfTrades } from './self-trade.ts';

export type OpenBook = {
  /** Every line with energy: bids by merit, then asks by merit. */
  readonly standing: readonly OwnedLine[];
  /** By merit, own crossing energy taken out. */
  readonly bids: readonly OwnedLine[];
  readonly asks: readonly OwnedLine[];
  readonly selfTrades: readonly SelfTrade[];
};

export function openBook({ orders, lots }: Pick<Call, 'orders' | 'lots'>): OpenBook {
  const owned = orders.map((order) => ownedLine(order, lots));
  const standing = [...byMerit(owned, 'buy'), ...byMerit(owned, 'sell')];
  const { lines, selfTrades } = removeSelfTrades(standing);
  const of = (wanted: Side) => lines.filter(({ side }) => side === wanted);
  return { standing, bids: of('buy'), asks: of('sell'), selfTrades };
}

/** Lines by what they have in common, such as a zone; names in the order of code units, lines in theirs. */
export function grouped(
  lines: readonly OwnedLine[],
  nameOf: (line: OwnedLine) => string,
): readonly (readonly [name: string, lines: readonly OwnedLine[]])[] {
  const groups = new Map<string, OwnedLine[]>();
  for (const line of lines) {
    const name = nameOf(line);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [line]);
    else group.push(line);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Prices per trade; null where only a member's payment is defined. */
type Priced = { readonly buyerPrice: Price | null; readonly sellerPrice: Price | null };

/** Trades from the north-west corner over what was filled, both lists by merit. */
export function tradesOf(
  bids: readonly Filled<OwnedLine>[],
  asks: readonly Filled<OwnedLine>[],
  priced: (bid: OwnedLine, ask: OwnedLine) => Priced,
): Trade[] {
  return northWestCorner(bids, asks).map(({ bid, ask, energy: traded }) =>
    tradeOf(bid.line, ask.line, traded, priced(bid.line, ask.line)),
  );
}

export function tradeOf(bid: OwnedLine, ask: OwnedLine, traded: Energy, priced: Priced): Trade {
  return {
    bid: bid.order.id,
    ask: ask.order.id,
    buyer: bid.order.member,
    seller: ask.order.member,
    energy: traded,
    ...priced,
  };
}

/** The lines with what earlier trades left of them; a line with nothing left is gone. */
export function leftAfter(lines: readonly OwnedLine[], trades: readonly Trade[]): OwnedLine[] {
  const traded = new Map<string, bigint>();
  for (const { bid, ask, energy: part } of trades) {
    for (const id of [bid, ask]) traded.set(id, (traded.get(id) ?? 0n) + part);
  }
  return lines.flatMap((line) => {
    const left = line.energy - (traded.get(line.order.id) ?? 0n);
    return left > 0n ? [{ ...line, energy: energy(left) }] : [];
  });
}

type Outcome = {
  readonly trades: readonly Trade[];
  readonly price?: Price | null;
  readonly priceInterval?: PriceInterval | null;
  /** By member, where the trades have no prices. */
  readonly payments?: ReadonlyMap<string, bigint>;
  readonly details?: { readonly [name: string]: Detail };
};

/** The whole outcome of trades, lists in the order of the standing lines. */
export function clearingOf(standing: readonly OwnedLine[], outcome: Outcome): Clearing {
  const { trades, price = null, priceInterval = null, details } = outcome;
  const filled = new Map<string, bigint>();
  let volume = 0n;
  for (const { bid, ask, energy: traded } of trades) {
    filled.set(bid, (filled.get(bid) ?? 0n) + traded);
    filled.set(ask, (filled.get(ask) ?? 0n) + traded);
    volume += traded;
  }
  const fills = new Map<string, Energy>();
  const unmatched: Unmatched[] = [];
  let welfare = 0n;
  for (const { order } of standing) {
    const got = filled.get(order.id) ?? 0n;
    if (got > 0n) fills.set(order.id, energy(got));
    if (got < order.energy) unmatched.push({ id: order.id, energy: energy(order.energy - got) });
    welfare += (order.side === 'buy' ? got : -got) * order.limit;
  }
  const payments = paymentsInOrder(standing, fills, outcome.payments ?? duesOf(trades));
  let surplus = 0n;
  for (const paid of payments.values()) surplus += paid;
  return {
    price,
    priceInterval,
    volume: energy(volume),
    trades,
    fills,
    unmatched,
    payments,
    welfare: money(welfare),
    surplus: money(surplus),
    ...(details && { details }),
  };
}

/** What each member pays by the prices of its trades. */
function duesOf(trades: readonly Trade[]): Map<string, bigint> {
  const dues = new Map<string, bigint>();
  const post = (member: string, amount: bigint) =>
    dues.set(member, (dues.get(member) ?? 0n) + amount);
  for (const { buyer, seller, energy: traded, buyerPrice, sellerPrice } of trades) {
    post(buyer, traded * (buyerPrice ?? 0n));
    post(seller, -traded * (sellerPrice ?? 0n));
  }
  return dues;
}

/** Members who trade, in the order of the lists, then those who only pay. */
function paymentsInOrder(
  standing: readonly OwnedLine[],
  fills: ReadonlyMap<string, Energy>,
  dues: ReadonlyMap<string, bigint>,
): Map<string, Money> {
  const payments = new Map<string, Money>();
  for (const { order } of standing) {
    const due = dues.get(order.member) ?? 0n;
    if (fills.has(order.id) || due !== 0n) payments.set(order.member, money(due));
  }
  return payments;
}
