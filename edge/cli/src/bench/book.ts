/**
 * A continuous order book against the npm package nodejs-order-book, fed with one stream of orders and
 * withdrawals. What stands at every price in the end must be equal.
 */

import { OrderBook } from '@commonwatt/mechanisms';
import { OrderBook as PackageBook, Side } from 'nodejs-order-book';
import type { Bench } from './figure.ts';
import { compare, cpuSeconds } from './figure.ts';

const EVENTS = 100_000;
const WITHDRAWN_PER_CENT = 30;
const PRICE_LEVELS = 2_000;
/** How far from the middle an order's price may lie. */
const SPREAD = 120;
const ENERGY_WH_MOST = 5_000;

export const book: Bench = async () => {
  const events = streamOf();
  expectEqual(depthOf(throughOurs(events)), packageDepth(throughPackage(events)));
  const rate = async (run: () => unknown) => EVENTS / (await cpuSeconds(run));
  return [
    await compare({
      name: 'book',
      unit: 'events per CPU second',
      ours: () => rate(() => throughOurs(events)),
      yardstick: () => rate(() => throughPackage(events)),
    }),
  ];
};

/** An order, or the withdrawal of an earlier one. */
type Event =
  | {
      readonly order: number;
      readonly buys: boolean;
      readonly level: number;
      readonly energyWh: number;
    }
  | { readonly withdraws: number };

/** The same numbers in every run: prices around a middle that wanders. */
function streamOf(): readonly Event[] {
  const events: Event[] = [];
  let state = 20_261_121;
  const draw = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let middle = PRICE_LEVELS / 2;
  let orders = 0;
  for (let at = 0; at < EVENTS; at++) {
    if (orders > 0 && draw(100) < WITHDRAWN_PER_CENT) {
      events.push({ withdraws: draw(orders) });
      continue;
    }
    middle = Math.min(PRICE_LEVELS - SPREAD, Math.max(SPREAD, middle + draw(3) - 1));
    const level = middle + draw(2 * SPREAD) - SPREAD;
    events.push({ order: orders, buys: draw(2) === 0, level, energyWh: 1 + draw(ENERGY_WH_MOST) });
    orders += 1;
  }
  return events;
}

function throughOurs(events: readonly Event[]): OrderBook {
  const ours = new OrderBook({ orders: EVENTS, levels: PRICE_LEVELS });
  for (const event of events) {
    if ('withdraws' in event) ours.withdraw(event.withdraws);
    // Every order is of a member of its own, so that nobody meets itself.
    else if (event.buys) ours.buy(event.order, event.level, event.energyWh, event.order);
    else ours.sell(event.order, event.level, event.energyWh, event.order);
  }
  return ours;
}

function throughPackage(events: readonly Event[]): PackageBook {
  const theirs = new PackageBook();
  for (const event of events) {
    if ('withdraws' in event) theirs.cancel(`${event.withdraws}`);
    else {
      theirs.limit({
        id: `${event.order}`,
        side: event.buys ? Side.BUY : Side.SELL,
        size: event.energyWh,
        // It takes no price of zero.
        price: event.level + 1,
      });
    }
  }
  return theirs;
}

/** Wh by level, as text. */
function depthOf(ours: OrderBook): string {
  const depth: string[] = [];
  for (let level = 0; level < PRICE_LEVELS; level++) {
    const standsWh = ours.depthWh(level);
    if (standsWh > 0) depth.push(`${level}:${standsWh}`);
  }
  return depth.join(' ');
}

function packageDepth(theirs: PackageBook): string {
  return theirs
    .depth()
    .flat()
    .sort(([a], [b]) => a - b)
    .map(([price, sizeWh]) => `${price - 1}:${sizeWh}`)
    .join(' ');
}

function expectEqual(ours: string, theirs: string): void {
  if (ours === theirs) return;
  throw new Error(
    `bench: expected a depth of ${theirs.length} characters, got ${ours.length} others`,
  );
}
