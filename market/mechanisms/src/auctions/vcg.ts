/**
 * The Vickrey auction on both sides: the trades worth most by merit, and every member pays what its
 * being there costs the others (the Clarke pivot). The market maker makes up what is missing.
 */

import { clearBook } from '../book.ts';
import { defineAuction } from '../define.ts';
import { northWestCorner } from '../north-west.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';

/** Every member who trades asks for one more walk over the book. */
const ORDERS_MAX = 20_000;

export const vcg = defineAuction({
  name: 'vcg',
  version: 1,
  source: 'Vickrey 1961; Clarke 1971; Groves 1973; on both sides as in Nisan 2007, section 9.3',
  rule:
    'Own crossing orders out first; most volume by merit; a member pays what the others are worth without ' +
    'it less what they are worth with it',
  ties:
    'Equal limits at the margin share pro rata to energy by largest remainder, equal remainders ' +
    'by lowest lot',
  holds:
    'Truthful and efficient for members with one order; runs a deficit, as no rule can be truthful, ' +
    'efficient and balanced (Myerson and Satterthwaite 1983)',
  settings: [],
  properties: ['individual_rationality', 'merit_order', 'truthful', 'efficient', 'scale', 'shift'],
  refuseMore: ({ orders }) =>
    orders.length > ORDERS_MAX
      ? { code: 'too_many_orders', orders: orders.length, ordersMax: ORDERS_MAX }
      : undefined,
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const cleared = clearBook([...bids, ...asks], {});
    const trades = tradesOf(cleared.bids, cleared.asks, () => ({
      buyerPrice: null,
      sellerPrice: null,
    }));
    const worth = new Map<string, bigint>();
    for (const { line, energy } of [...cleared.bids, ...cleared.asks]) {
      const { member } = line.order;
      const value = line.limit * energy;
      worth.set(member, (worth.get(member) ?? 0n) + (line.side === 'buy' ? value : -value));
    }
    const payments = new Map<string, bigint>();
    for (const [member, own] of worth) {
      const others = cleared.welfare - own;
      payments.set(member, welfareWithout(member, bids, asks) - others);
    }
    return clearingOf(standing, { trades, payments, priceInterval: cleared.priceInterval });
  },
});

function welfareWithout(
  member: string,
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
): bigint {
  const others = ({ order }: OwnedLine) => order.member !== member;
  let welfare = 0n;
  const meet = (bid: OwnedLine, ask: OwnedLine) => bid.limit > ask.limit;
  for (const pair of northWestCorner(bids.filter(others), asks.filter(others), meet)) {
    welfare += pair.energy * (pair.bid.limit - pair.ask.limit);
  }
  return welfare;
}
