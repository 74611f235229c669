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
import type { Line, Order } from './order.ts';

/** A line together with the order that it stands for. */
export type OwnedLine = Line & { readonly order: Order };

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

export function removeSelfTrades(lines: readonly OwnedLine[]): SelfTradeRemoval {
  const taken = new Map<OwnedLine, bigint>();
  const selfTrades: SelfTrade[] = [];
  const bids = byMerit(lines, 'buy');
  const asks = byMerit(lines, 'sell');
  const asksOf = byMember(asks);
  const bidsOf = byMember(bids);
  for (const member of [...bidsOf.keys()].sort(compareText)) {
    const own = asksOf.get(member);
    if (own !== undefined) crossOwn(bidsOf.get(member) ?? [], own, taken, selfTrades);
  }
  if (selfTrades.length === 0) return { lines: [...bids, ...asks], selfTrades };
  const left: OwnedLine[] = [];
  for (const line of [...bids, ...asks]) {
    const removed = taken.get(line) ?? 0n;
    if (removed === 0n) left.push(line);
    else if (removed < line.energy) left.push({ ...line, energy: energy(line.energy - removed) });
  }
  return { lines: left, selfTrades };
}

/** Both lists stand by merit; equal lots within a member cannot be, so the result is one. */
function crossOwn(
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
  taken: Map<OwnedLine, bigint>,
  selfTrades: SelfTrade[],
): void {
  let bidAt = 0;
  let askAt = 0;
  for (;;) {
    const bid = bids[bidAt];
    const ask = asks[askAt];
    if (bid === undefined || ask === undefined || bid.limit < ask.limit) return;
    const bidTaken = taken.get(bid) ?? 0n;
    const askTaken = taken.get(ask) ?? 0n;
    const bidLeft = bid.energy - bidTaken;
    const askLeft = ask.energy - askTaken;
    const crossing = bidLeft < askLeft ? bidLeft : askLeft;
    taken.set(bid, bidTaken + crossing);
    taken.set(ask, askTaken + crossing);
    const { member } = bid.order;
    selfTrades.push({ member, bid: bid.order.id, ask: ask.order.id, energy: energy(crossing) });
    if (crossing === bidLeft) bidAt += 1;
    if (crossing === askLeft) askAt += 1;
  }
}

function byMember(lines: readonly OwnedLine[]): Map<string, OwnedLine[]> {
  const members = new Map<string, OwnedLine[]>();
  for (const line of lines) {
    const own = members.get(line.order.member);
    if (own === undefined) members.set(line.order.member, [line]);
    else own.push(line);
  }
  return members;
}

/** By UTF-16 code units: the same on every machine, unlike any order of a locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
