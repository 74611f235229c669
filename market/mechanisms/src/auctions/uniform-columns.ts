/**
 * The uniform-price call over columns of numbers: price, volume and fills as `clearUniformPrice` gives them,
 * for calls that are large or many. It knows no members, so nobody in it may stand on both sides, and it
 * pairs nobody.
 *
 * Whole numbers throughout: limits of 32 bits and energies of 32 bits, so that the energy of 2^20 orders is
 * below 2^52 and exact.
 */

import { energy, type Price, price, splitByLargestRemainder } from '@commonwatt/units';
import { ORDERS_MAX } from '../order.ts';
import { type Fraction, MIDPOINT, type PriceInterval, priceWithin } from '../price-rule.ts';

/** One side of a call: one limit in nano per Wh and one energy in Wh for each order. */
export type SideColumns = {
  readonly limits: Int32Array;
  readonly energiesWh: Uint32Array;
};

export type ColumnsCall = {
  readonly bids: SideColumns;
  readonly asks: SideColumns;
  readonly k?: Fraction;
  /** The lot of an order, asked only of those that share a limit at the margin. */
  readonly lots: (side: 'buy' | 'sell', index: number) => string;
};

export type ColumnsClearing = {
  readonly price: Price | null;
  readonly priceInterval: PriceInterval | null;
  readonly volumeWh: number;
  /** In the order of the columns. */
  readonly bidFillsWh: Uint32Array;
  readonly askFillsWh: Uint32Array;
};

/** The limits of a side, the best first, each with all the energy at it. */
type Levels = { readonly limits: Int32Array; readonly energiesWh: Float64Array; count: number };

/** With so many price steps an order, or fewer, counting is quicker than sorting. */
const STEPS_PER_ORDER_MAX = 8;

/** @throws RangeError for columns of different lengths and for more orders than a call may hold */
export function clearUniformColumns({ bids, asks, k, lots }: ColumnsCall): ColumnsClearing {
  expectColumns(bids, asks);
  const demand = levelsOf(bids, 'buy');
  const supply = levelsOf(asks, 'sell');
  const volumeWh = crossing(demand, supply);
  const bid = margin(demand, volumeWh);
  const ask = margin(supply, volumeWh);
  const bidFillsWh = fills(bids, 'buy', bid, lots);
  const askFillsWh = fills(asks, 'sell', ask, lots);
  if (bid === null || ask === null) {
    return { price: null, priceInterval: null, volumeWh, bidFillsWh, askFillsWh };
  }
  const low = bid.rejected === null ? ask.accepted : Math.max(ask.accepted, bid.rejected);
  const high = ask.rejected === null ? bid.accepted : Math.min(bid.accepted, ask.rejected);
  const priceInterval = { low: price(BigInt(low)), high: price(BigInt(high)) };
  return {
    price: priceWithin(priceInterval, k ?? MIDPOINT),
    priceInterval,
    volumeWh,
    bidFillsWh,
    askFillsWh,
  };
}

function expectColumns(bids: SideColumns, asks: SideColumns): void {
  for (const { limits, energiesWh } of [bids, asks]) {
    if (limits.length !== energiesWh.length) {
      throw new RangeError(
        `clearing: expected as many energies as limits, got ${energiesWh.length} for ${limits.length}`,
      );
    }
  }
  const orders = bids.limits.length + asks.limits.length;
  if (orders > ORDERS_MAX) {
    throw new RangeError(`clearing: expected at most ${ORDERS_MAX} orders, got ${orders}`);
  }
}

function levelsOf(columns: SideColumns, side: 'buy' | 'sell'): Levels {
  const { limits } = columns;
  if (limits.length === 0) return noLevels(0);
  let least = limits[0] as number;
  let most = least;
  for (let at = 1; at < limits.length; at++) {
    const limit = limits[at] as number;
    if (limit < least) least = limit;
    else if (limit > most) most = limit;
  }
  const steps = most - least + 1;
  return steps <= STEPS_PER_ORDER_MAX * limits.length
    ? countedLevels(columns, side, least, steps)
    : sortedLevels(columns, side, least);
}

const noLevels = (most: number): Levels => ({
  limits: new Int32Array(most),
  energiesWh: new Float64Array(most),
  count: 0,
});

/** Adds the energies up at every price step from the cheapest to the dearest. */
function countedLevels(
  { limits, energiesWh }: SideColumns,
  side: 'buy' | 'sell',
  least: number,
  steps: number,
): Levels {
  const energyAt = new Float64Array(steps);
  for (let at = 0; at < limits.length; at++) {
    const step = (limits[at] as number) - least;
    energyAt[step] = (energyAt[step] as number) + (energiesWh[at] as number);
  }
  const levels = noLevels(Math.min(steps, limits.length));
  for (let at = 0; at < steps; at++) {
    const step = side === 'sell' ? at : steps - 1 - at;
    addLevel(levels, least + step, energyAt[step] as number);
  }
  return levels;
}

/** Sorts limits and places as one number each; equal limits come together. */
function sortedLevels(
  { limits, energiesWh }: SideColumns,
  side: 'buy' | 'sell',
  least: number,
): Levels {
  const count = limits.length;
  const keys = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    keys[at] = ((limits[at] as number) - least) * ORDERS_MAX + at;
  }
  keys.sort();
  const levels = noLevels(count);
  let energyWh = 0;
  let step = -1;
  for (let at = 0; at < count; at++) {
    const key = keys[side === 'sell' ? at : count - 1 - at] as number;
    const own = Math.floor(key / ORDERS_MAX);
    if (own !== step) {
      if (step >= 0) addLevel(levels, least + step, energyWh);
      step = own;
      energyWh = 0;
    }
    energyWh += energiesWh[key - own * ORDERS_MAX] as number;
  }
  addLevel(levels, least + step, energyWh);
  return levels;
}

/** Orders without energy are not there: they neither set nor bound a price. */
function addLevel(levels: Levels, limit: number, energyWh: number): void {
  if (energyWh === 0) return;
  levels.limits[levels.count] = limit;
  levels.energiesWh[levels.count] = energyWh;
  levels.count += 1;
}

/** The best demand meets the best supply while its limit is not below. */
function crossing(demand: Levels, supply: Levels): number {
  let volumeWh = 0;
  let buying = 0;
  let selling = 0;
  let demandedWh = demand.count > 0 ? (demand.energiesWh[0] as number) : 0;
  let suppliedWh = supply.count > 0 ? (supply.energiesWh[0] as number) : 0;
  while (buying < demand.count && selling < supply.count) {
    if ((demand.limits[buying] as number) < (supply.limits[selling] as number)) break;
    const metWh = Math.min(demandedWh, suppliedWh);
    volumeWh += metWh;
    demandedWh -= metWh;
    suppliedWh -= metWh;
    if (demandedWh === 0 && ++buying < demand.count) {
      demandedWh = demand.energiesWh[buying] as number;
    }
    if (suppliedWh === 0 && ++selling < supply.count) {
      suppliedWh = supply.energiesWh[selling] as number;
    }
  }
  return volumeWh;
}

/** The last limit of a side that trades, what is left for it, and the first that is left with energy. */
type Margin = {
  readonly accepted: number;
  readonly rejected: number | null;
  /** Shared by all orders at the accepted limit; undefined where they are all served. */
  readonly sharedWh: number | undefined;
};

function margin(levels: Levels, volumeWh: number): Margin | null {
  if (volumeWh === 0) return null;
  let leftWh = volumeWh;
  let at = 0;
  while (leftWh > (levels.energiesWh[at] as number)) {
    leftWh -= levels.energiesWh[at] as number;
    at += 1;
  }
  const accepted = levels.limits[at] as number;
  if (leftWh < (levels.energiesWh[at] as number)) {
    return { accepted, rejected: accepted, sharedWh: leftWh };
  }
  const rejected = at + 1 < levels.count ? (levels.limits[at + 1] as number) : null;
  return { accepted, rejected, sharedWh: undefined };
}

function fills(
  { limits, energiesWh }: SideColumns,
  side: 'buy' | 'sell',
  edge: Margin | null,
  lots: ColumnsCall['lots'],
): Uint32Array {
  const filledWh = new Uint32Array(limits.length);
  if (edge === null) return filledWh;
  const { accepted, sharedWh } = edge;
  const sharing: number[] = [];
  for (let at = 0; at < limits.length; at++) {
    const limit = limits[at] as number;
    if (limit === accepted && sharedWh !== undefined) {
      if (energiesWh[at] !== 0) sharing.push(at);
    } else if (side === 'buy' ? limit >= accepted : limit <= accepted) {
      filledWh[at] = energiesWh[at] as number;
    }
  }
  if (sharedWh !== undefined) shareMargin(filledWh, sharing, sharedWh, energiesWh, side, lots);
  return filledWh;
}

/** Pro rata by largest remainder, equal remainders by lowest lot. */
function shareMargin(
  filledWh: Uint32Array,
  sharing: readonly number[],
  sharedWh: number,
  energiesWh: Uint32Array,
  side: 'buy' | 'sell',
  lots: ColumnsCall['lots'],
): void {
  const parts = splitByLargestRemainder(
    energy(BigInt(sharedWh)),
    sharing.map((at) => BigInt(energiesWh[at] as number)),
    sharing.map((at) => lots(side, at)),
  );
  for (const [part, at] of sharing.entries()) filledWh[at] = Number(parts[part]);
}
