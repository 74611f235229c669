/**
 * Matching by willingness: an order names up to three members with whom it would trade, best first.
 * Pairs that want each other most trade first, at the middle of their limits; orders that name
 * nobody take anybody, after those that were named.
 */

import type { Energy } from '@commonwatt/units';
import { divideDown, energy, lesser, price } from '@commonwatt/units';
import { clearBook } from '../book.ts';
import { defineAuction } from '../define.ts';
import type { Call, Trade } from '../mechanism.ts';
import { compareLots } from '../merit-order.ts';
import { clearingOf, openBook, tradeOf, tradesOf } from '../open-book.ts';
import type { Order } from '../order.ts';
import type { OwnedLine } from '../self-trade.ts';

const NAMES_MAX = 3;
/** The rank of whoever is not named by an order that names nobody. */
const ANYBODY = NAMES_MAX + 1;
/** A member with many orders, named by many, makes a pair of each. */
const PAIRS_MAX = 4_000_000;

export const willingness = defineAuction({
  name: 'willingness',
  version: 1,
  source:
    'Wang, Xu, Xu and Shao 2018 (multidimensional willingness, up to three willing objects), as told in ' +
    'Wang, Zhou, Lu et al. 2019, section 5.2.2; ranks in the place of their learnt willingness, matching ' +
    'ours',
  rule:
    'Own crossing orders out first; pairs with crossing limits in which each names the other, or one ' +
    'names the other who names nobody, trade by lowest sum of ranks (1 to 3, 4 for not named), then ' +
    'widest gap; what is left of orders that name nobody trades by merit; each pair at the middle of ' +
    'its limits, rounded down',
  ties:
    'Pairs of equal ranks and gap: lowest lot of the bid, then of the ask; equal limits at the margin ' +
    'of the rest share pro rata by largest remainder, then by lot',
  holds:
    'Nobody trades with a member whom it has not named, unless it named nobody; not efficient, not truthful',
  settings: [],
  columns: [
    {
      name: 'willing',
      meaning:
        'Up to three members with whom the order would trade, best first; empty for anybody.',
      form: 'names',
      least: 1n,
      most: BigInt(NAMES_MAX),
    },
  ],
  properties: [
    'budget_balance',
    'strong_budget_balance',
    'individual_rationality',
    'gap_shared',
    'shift',
  ],
  refuseMore({ orders }) {
    const pairs = pairCount(orders);
    return pairs > PAIRS_MAX ? { code: 'too_many_pairs', pairs, pairsMax: PAIRS_MAX } : undefined;
  },
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const left = new Map<OwnedLine, bigint>();
    for (const line of [...bids, ...asks]) left.set(line, line.energy);
    const named = namedTrades(bids, asks, left);
    const open = [...bids, ...asks].flatMap((line) => {
      const rest = left.get(line) ?? 0n;
      return namesOf(line).length === 0 && rest > 0n ? [{ ...line, energy: energy(rest) }] : [];
    });
    const rest = clearBook(open, {});
    const trades = [...named, ...tradesOf(rest.bids, rest.asks, midpoint)];
    return clearingOf(standing, { trades });
  },
});

type Pair = {
  readonly bid: OwnedLine;
  readonly ask: OwnedLine;
  readonly ranks: number;
};

function namedTrades(
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
  left: Map<OwnedLine, bigint>,
): Trade[] {
  const trades: Trade[] = [];
  for (const { bid, ask } of pairsOf(bids, asks).sort(byWillingness)) {
    const amount = lesser(left.get(bid) ?? 0n, left.get(ask) ?? 0n);
    if (amount === 0n) continue;
    left.set(bid, (left.get(bid) ?? 0n) - amount);
    left.set(ask, (left.get(ask) ?? 0n) - amount);
    const traded: Energy = energy(amount);
    trades.push(tradeOf(bid, ask, traded, midpoint(bid, ask)));
  }
  return trades;
}

/** Pairs in which one names the other, and the other it or nobody. Each once. */
function pairsOf(bids: readonly OwnedLine[], asks: readonly OwnedLine[]): Pair[] {
  const pairs: Pair[] = [];
  const asksOf = byMember(asks);
  const bidsOf = byMember(bids);
  const consider = (bid: OwnedLine, ask: OwnedLine) => {
    const [of, by] = [rankOf(bid, ask), rankOf(ask, bid)];
    if (of === undefined || by === undefined || bid.limit < ask.limit) return;
    pairs.push({ bid, ask, ranks: of + by });
  };
  for (const bid of bids) {
    for (const name of new Set(namesOf(bid))) {
      for (const ask of asksOf.get(name) ?? []) consider(bid, ask);
    }
  }
  for (const ask of asks) {
    for (const name of new Set(namesOf(ask))) {
      for (const bid of bidsOf.get(name) ?? []) {
        if (namesOf(bid).length === 0) consider(bid, ask);
      }
    }
  }
  return pairs;
}

/** From 1; nothing for a member that an order with names does not name. */
function rankOf(line: OwnedLine, other: OwnedLine): number | undefined {
  const names = namesOf(line);
  if (names.length === 0) return ANYBODY;
  const at = names.indexOf(other.order.member);
  return at < 0 ? undefined : at + 1;
}

function namesOf({ order }: OwnedLine): readonly string[] {
  return willingOf(order);
}

function willingOf({ extra }: Order): readonly string[] {
  const names = extra?.willing;
  return typeof names === 'object' && !('numerator' in names) ? names : [];
}

function byMember(lines: readonly OwnedLine[]): ReadonlyMap<string, readonly OwnedLine[]> {
  const members = new Map<string, OwnedLine[]>();
  for (const line of lines) {
    const own = members.get(line.order.member);
    if (own === undefined) members.set(line.order.member, [line]);
    else own.push(line);
  }
  return members;
}

function byWillingness(a: Pair, b: Pair): number {
  if (a.ranks !== b.ranks) return a.ranks - b.ranks;
  const [gap, other] = [a.bid.limit - a.ask.limit, b.bid.limit - b.ask.limit];
  if (gap !== other) return gap > other ? -1 : 1;
  return compareLots(a.bid, b.bid) || compareLots(a.ask, b.ask);
}

function midpoint(bid: OwnedLine, ask: OwnedLine) {
  const middle = price(divideDown(bid.limit + ask.limit, 2n));
  return { buyerPrice: middle, sellerPrice: middle };
}

function pairCount(orders: Call['orders']): number {
  const counts = new Map<string, number>();
  for (const { member } of orders) counts.set(member, (counts.get(member) ?? 0) + 1);
  let pairs = 0;
  for (const order of orders) {
    for (const name of willingOf(order)) pairs += counts.get(name) ?? 0;
  }
  return pairs;
}
