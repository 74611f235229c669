/** Orders as they come, one after another, into a price-time book. */

import { energy, price } from '@commonwatt/units';
import type { Trade } from '../mechanism.ts';
import { compareLots } from '../merit-order.ts';
import { tradeOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';
import { OrderBook } from './order-book.ts';

/** The book reckons in whole numbers up to 2^53 - 1. */
export const ENERGY_WH_MOST = 9_007_199_254_740_991n;

/** Trades by time, equal times by lot; an order leaves before those of its last moment come. */
export function tradeByTime(lines: readonly OwnedLine[]): Trade[] {
  const arrivals = lines.filter((line) => line.energy > 0n).sort(byTime);
  const limits = [...new Set(arrivals.map(({ limit }) => limit))].sort((a, b) => (a < b ? -1 : 1));
  const levels = new Map(limits.map((limit, level) => [limit, level]));
  const members = new Map<string, number>();
  const departures = arrivals
    .map((line, at) => ({ at, leaves: leavesAt(line) }))
    .filter(({ leaves }) => leaves !== undefined)
    .sort((a, b) => (a.leaves as number) - (b.leaves as number));
  const book = new OrderBook({ orders: arrivals.length, levels: limits.length });
  let departed = 0;
  for (const [at, line] of arrivals.entries()) {
    const time = timeOf(line);
    for (; departed < departures.length; departed++) {
      const { at: who, leaves } = departures[departed] as { at: number; leaves: number };
      if (leaves > time) break;
      book.withdraw(who);
    }
    const leaves = leavesAt(line);
    if (leaves !== undefined && leaves <= time) continue;
    const { member } = line.order;
    const number = members.get(member) ?? members.size;
    members.set(member, number);
    const level = levels.get(line.limit) as number;
    if (line.side === 'buy') book.buy(at, level, Number(line.energy), number);
    else book.sell(at, level, Number(line.energy), number);
  }
  const { incoming, standing, levels: at, energiesWh } = book.fills;
  return [...incoming].map((order, index) => {
    const came = arrivals[order] as OwnedLine;
    const stood = arrivals[standing[index] as number] as OwnedLine;
    const [bid, ask] = came.side === 'buy' ? [came, stood] : [stood, came];
    const agreed = price(limits[at[index] as number] as bigint);
    return tradeOf(bid, ask, energy(BigInt(energiesWh[index] as number)), {
      buyerPrice: agreed,
      sellerPrice: agreed,
    });
  });
}

function byTime(a: OwnedLine, b: OwnedLine): number {
  return timeOf(a) - timeOf(b) || compareLots(a, b);
}

export function timeOf({ order }: OwnedLine): number {
  if (order.time === undefined) throw new TypeError(`${order.id}: expected a time`);
  return order.time;
}

/** When the order is out of the book: withdrawn or expired, whichever is first. */
function leavesAt({ order }: OwnedLine): number | undefined {
  const times = [order.extra?.withdrawn, order.extra?.expires]
    .filter((one) => typeof one === 'bigint')
    .map(Number);
  return times.length === 0 ? undefined : Math.min(...times);
}
