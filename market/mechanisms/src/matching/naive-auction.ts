/**
 * One bid to one ask so that the pairs are worth most in all, found by the naive auction algorithm: bids take turns
 * to bid for the ask that suits them best, and raise its price until everyone is content.
 *
 * Everyone may also stay alone: each bid has a place of its own that is worth nothing, and each ask a bidder of its
 * own. So both sides are of one size, and the increment can be made smaller phase by phase; values are multiplied
 * by more than there are bidders, so that the last phase, with an increment of 1, ends at the optimum.
 */

import { divideDown, energy, lesser, price } from '@commonwatt/units';
import { defineAuction } from '../define.ts';
import { clearingOf, openBook, tradeOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';

const ORDERS_MAX = 200;
const SMALLER_BY = 6n;

export const naiveAuction = defineAuction({
  name: 'naive-auction',
  version: 1,
  source:
    'Bertsekas 1979 and 1988 (auction algorithm, increments scaled); for energy Nunna and Doolla 2013, as ' +
    'told in Wang, Zhou, Lu et al. 2019, section 5.2.1',
  rule:
    'One bid to one ask so that (bid limit - ask limit) x lesser energy is greatest in all; asks get the price at which ' +
    'no bid would rather have another, spread over their energy, rounded down',
  ties: 'Bidders take turns by merit, equal limits by lowest lot; of equal objects the first by merit',
  holds:
    'The assignment of most value; prices support it: nobody gains by another partner at them; not truthful. At most 200 orders',
  settings: [],
  properties: ['budget_balance', 'individual_rationality'],
  refuseMore: ({ orders }) =>
    orders.length > ORDERS_MAX
      ? { code: 'too_many_orders_to_assign', orders: orders.length, ordersMax: ORDERS_MAX }
      : undefined,
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const { pairs, rounds } = assign(bids, asks);
    const trades = pairs.map(({ bid, ask, gain }) => {
      const traded = lesser(bid.energy, ask.energy);
      const raised = ask.limit + divideDown(gain, traded);
      const at = price(lesser(raised, bid.limit));
      return tradeOf(bid, ask, energy(traded), { buyerPrice: at, sellerPrice: at });
    });
    return clearingOf(standing, { trades, details: { rounds } });
  },
});

type Assigned = {
  readonly bid: OwnedLine;
  readonly ask: OwnedLine;
  /** What the ask earns beyond its limit, in nano. */
  readonly gain: bigint;
};

function worthOf(bid: OwnedLine, ask: OwnedLine): bigint {
  if (bid.order.member === ask.order.member) return -1n;
  return (bid.limit - ask.limit) * lesser(bid.energy, ask.energy);
}

/** Bidders are the bids and one for each ask; objects are the asks and one for each bid. */
function assign(
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
): { readonly pairs: readonly Assigned[]; readonly rounds: number } {
  const size = bids.length + asks.length;
  const scale = BigInt(size + 1);
  const values = Array.from({ length: size }, (_, bidder) =>
    Array.from({ length: size }, (_object, object) => {
      const bid = bids[bidder];
      const ask = asks[object];
      return bid === undefined || ask === undefined ? 0n : worthOf(bid, ask) * scale;
    }),
  );
  const prices = Array.from({ length: size }, () => 0n);
  let increment = 1n;
  for (const row of values) for (const value of row) if (value > increment) increment = value;
  let owners: number[] = [];
  let rounds = 0;
  for (;;) {
    owners = prices.map(() => -1);
    const waiting = [...values.keys()].reverse();
    for (;;) {
      const bidder = waiting.pop();
      if (bidder === undefined) break;
      rounds += 1;
      const { object, raise } = bestObject(values[bidder] as bigint[], prices);
      prices[object] = (prices[object] as bigint) + raise + increment;
      const before = owners[object] as number;
      owners[object] = bidder;
      if (before >= 0) waiting.push(before);
    }
    if (increment === 1n) break;
    increment = increment > SMALLER_BY ? increment / SMALLER_BY : 1n;
  }
  const free = prices.reduce(lesser, prices[0] ?? 0n);
  const pairs = asks.flatMap((ask, object): Assigned[] => {
    const bid = bids[owners[object] as number];
    if (bid === undefined) return [];
    return [{ bid, ask, gain: divideDown((prices[object] as bigint) - free, scale) }];
  });
  const ranks = new Map(bids.map((bid, rank) => [bid, rank]));
  pairs.sort((a, b) => (ranks.get(a.bid) ?? 0) - (ranks.get(b.bid) ?? 0));
  return { pairs, rounds };
}

/** The object of most value less price, and by how much it beats the next best. */
function bestObject(
  values: readonly bigint[],
  prices: readonly bigint[],
): { readonly object: number; readonly raise: bigint } {
  let object = 0;
  let best: bigint | undefined;
  let second: bigint | undefined;
  for (const [at, value] of values.entries()) {
    const net = value - (prices[at] as bigint);
    if (best === undefined || net > best) {
      second = best;
      best = net;
      object = at;
    } else if (second === undefined || net > second) {
      second = net;
    }
  }
  return { object, raise: best === undefined || second === undefined ? 0n : best - second };
}
