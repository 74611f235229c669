/**
 * Nobody trades with themselves. Where a member stands on both sides with crossing limits, the
 * crossing energy is taken out of both orders before the call and stays unmatched, so that it
 * neither fakes volume nor sets the price.
 *
 * The rule for a member with several orders: bids dearest first, asks cheapest first, equal limits
 * by lowest lot. The best bid meets the best ask while the bid's limit is not below the ask's; the
 * smaller remainder of the two is taken out of both, and whichever is empty gives way to the next.
 * What is left of the member's bids then lies wholly below what is left of its asks, so no single
 * price can fill both.
 */

import type { Energy } from '@commonwatt/units';
import { energy } from '@commonwatt/units';
import { byMerit } from './merit-order.ts';
import { northWestCorner } from './north-west.ts';
import type { Line, Lots, Order } from './order.ts';

/** A line together with the order that it stands for. */
export type OwnedLine = Line & { readonly order: Order };

export function ownedLine(order: Order, lots: Lots): OwnedLine {
  const { id, side, limit, energy: whole } = order;
  return { lot: lots(id), side, limit, energy: whole, order };
}

/** Energy that one member both asked for and offered, taken out of both orders. */
export type SelfTrade = {
  readonly member: string;
  readonly bid: string;
  readonly ask: string;
  readonly energy: Energy;
};

export type SelfTradeRemoval = {
  /** The lines with what is left of them; a line with nothing left is gone. By merit per side. */
  readonly lines: readonly OwnedLine[];
  /** By member, then in the order of the rule. */
  readonly selfTrades: readonly SelfTrade[];
};

/** Expects distinct lots, as `refuseLines` demands; then the result is one. */
export function removeSelfTrades(lines: readonly OwnedLine[]): SelfTradeRemoval {
  const taken = new Map<OwnedLine, bigint>();
  const selfTrades: SelfTrade[] = [];
  const bids = byMerit(lines, 'buy');
  const asks = byMerit(lines, 'sell');
  const asksOf = byMember(asks, new Set(bids.map((bid) => bid.order.member)));
  const bidsOf = byMember(bids, asksOf);
  for (const member of [...bidsOf.keys()].sort(compareText)) {
    for (const pair of northWestCorner(bidsOf.get(member) ?? [], asksOf.get(member) ?? [], cross)) {
      const { bid, ask, energy: crossing } = pair;
      taken.set(bid, (taken.get(bid) ?? 0n) + crossing);
      taken.set(ask, (taken.get(ask) ?? 0n) + crossing);
      selfTrades.push({ member, bid: bid.order.id, ask: ask.order.id, energy: crossing });
    }
  }
  if (selfTrades.length === 0) return { lines: [...bids, ...asks], selfTrades };
  const left: OwnedLine[] = [];
  for (const line of [...bids, ...asks]) {
    const removed = taken.get(line) ?? 0n;
    if (removed === 0n) left.push(line);
    else if (removed < line.energy) {
      const { lot, side, limit, order } = line;
      left.push({ lot, side, limit, energy: energy(line.energy - removed), order });
    }
  }
  return { lines: left, selfTrades };
}

function cross(bid: Line, ask: Line): boolean {
  return bid.limit >= ask.limit;
}

/** Groups the lines of the members in `wanted`: few stand on both sides of one call. */
function byMember(
  lines: readonly OwnedLine[],
  wanted: { has(member: string): boolean },
): Map<string, OwnedLine[]> {
  const members = new Map<string, OwnedLine[]>();
  for (const line of lines) {
    const { member } = line.order;
    if (!wanted.has(member)) continue;
    const own = members.get(member);
    if (own === undefined) members.set(member, [line]);
    else own.push(line);
  }
  return members;
}

/** By UTF-16 code units: the same on every machine, unlike any order of a locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
