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

/** The limits of a side, the best first, each with all the energy at it; one at a time. */
type Levels = {
  limit: number;
  energyWh: number;
  /** Goes to the next limit with energy; false when there is none. */
  next(): boolean;
};

/** With so many price steps an order, or fewer, counting is quicker than sorting. */
const STEPS_PER_ORDER_MAX = 8;

/** @throws RangeError for columns of different lengths and for more orders than a call may hold */
export function clearUniformColumns({ bids, asks, k, lots }: ColumnsCall): ColumnsClearing {
  expectColumns(bids, asks);
  const { volumeWh, bid, ask } = crossing(levelsOf(bids, 'buy'), levelsOf(asks, 'sell'));
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
  let least = limits[0] ?? 0;
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
  const way = side === 'sell' ? 1 : -1;
  let step = side === 'sell' ? -1 : steps;
  return {
    limit: 0,
    energyWh: 0,
    next() {
      do step += way;
      while (energyAt[step] === 0);
      const energyWh = energyAt[step];
      if (energyWh === undefined) return false;
      this.limit = least + step;
      this.energyWh = energyWh;
      return true;
    },
  };
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
  let done = 0;
  const keyAt = (at: number) => keys[side === 'sell' ? at : count - 1 - at] as number;
  return {
    limit: 0,
    energyWh: 0,
    next() {
      let energyWh = 0;
      // Orders without energy are not there: they neither set nor bound a price.
      while (energyWh === 0) {
        if (done === count) return false;
        const step = Math.floor(keyAt(done) / ORDERS_MAX);
        this.limit = least + step;
        for (; done < count; done++) {
          const index = keyAt(done) - step * ORDERS_MAX;
          if (index < 0 || index >= ORDERS_MAX) break;
          energyWh += energiesWh[index] as number;
        }
      }
      this.energyWh = energyWh;
      return true;
    },
  };
}

/** The last limit of a side that trades, what is left for it, and the first that is left with energy. */
type Margin = {
  readonly accepted: number;
  readonly rejected: number | null;
  /** Shared by all orders at the accepted limit; undefined where they are all served. */
  readonly sharedWh: number | undefined;
};

type Crossing = {
  readonly volumeWh: number;
  readonly bid: Margin | null;
  readonly ask: Margin | null;
};

/** The best demand meets the best supply while its limit is not below. */
function crossing(demand: Levels, supply: Levels): Crossing {
  let volumeWh = 0;
  let acceptedBid = 0;
  let acceptedAsk = 0;
  let buying = demand.next();
  let selling = supply.next();
  let demandedWh = demand.energyWh;
  let suppliedWh = supply.energyWh;
  while (buying && selling && demand.limit >= supply.limit) {
    const metWh = Math.min(demandedWh, suppliedWh);
    volumeWh += metWh;
    acceptedBid = demand.limit;
    acceptedAsk = supply.limit;
    demandedWh -= metWh;
    suppliedWh -= metWh;
    if (demandedWh === 0) {
      buying = demand.next();
      demandedWh = demand.energyWh;
    }
    if (suppliedWh === 0) {
      selling = supply.next();
      suppliedWh = supply.energyWh;
    }
  }
  if (volumeWh === 0) return { volumeWh, bid: null, ask: null };
  return {
    volumeWh,
    bid: marginOf(demand, acceptedBid, buying, demandedWh),
    ask: marginOf(supply, acceptedAsk, selling, suppliedWh),
  };
}

/** `left` is whether the side still has energy, `leftWh` how much of the level it stands at. */
function marginOf(
  { limit, energyWh }: Levels,
  accepted: number,
  left: boolean,
  leftWh: number,
): Margin {
  if (!left) return { accepted, rejected: null, sharedWh: undefined };
  if (leftWh === energyWh) return { accepted, rejected: limit, sharedWh: undefined };
  return { accepted, rejected: accepted, sharedWh: energyWh - leftWh };
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
