/**
 * A battery in the hands of a market whose batteries lose nothing and are empty between its calls.
 *
 * The battery's own law holds. The market counts what it gets back: for every Wh that it stores, the battery takes in as
 * much as it needs to give that Wh back whole, so the market's energy comes out to the Wh, and what the battery loses is
 * taken in beside it: a use of its member's. What the market may store, and how fast, is made small enough that the
 * battery can always follow.
 */

import { type BatterySeries, type Cell, exchange } from './battery.ts';

/** What a battery is to a market: Wh that come back, and most of them in a slot either way. */
export interface LentSize {
  readonly capacityWh: number;
  readonly powerWh: number;
}

/** Where a lent battery stands. */
interface LentStand {
  readonly contentParts: number;
  /** The market's: all of it can be given back. */
  readonly storedWh: number;
}

export function lentSize(cell: Cell): LentSize {
  const { powerWh, capacityParts, partsPerWhCharged, partsPerWhDischarged } = cell;
  // Whole Wh are taken in, so that content lies above what is stored by less than a Wh given out.
  const aboveParts = partsPerWhDischarged - stepParts(cell);
  return {
    capacityWh: Math.max(0, Math.floor((capacityParts - aboveParts) / partsPerWhDischarged)),
    powerWh: Math.floor((powerWh * partsPerWhCharged) / partsPerWhDischarged),
  };
}

/** Every content is so many of these parts, or a multiple. */
function stepParts({ partsPerWh, partsPerWhCharged, partsPerWhDischarged }: Cell): number {
  return greatestDivisor(greatestDivisor(partsPerWhDischarged, partsPerWhCharged), partsPerWh);
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}

/** Whether content is left that the member can still use, as at the start of a run: nobody lends that. */
export function holdsOwnEnergy(cell: Cell, contentParts: number): boolean {
  return cell.powerWh > 0 && contentParts >= cell.partsPerWhDischarged;
}

/**
 * Stores `flowWh` of the market's in a slot, or gives it back where it is below zero.
 * @throws Error for a flow beyond `lentSize`
 */
export function carry(
  cell: Cell,
  { contentParts, storedWh }: LentStand,
  flowWh: number,
  slot: number,
  series: BatterySeries,
): LentStand {
  const after = storedWh + flowWh;
  const missingParts = after * cell.partsPerWhDischarged - contentParts;
  const metered =
    flowWh > 0 ? Math.max(0, Math.ceil(missingParts / cell.partsPerWhCharged)) : flowWh;
  const content = exchange(cell, contentParts, metered, slot, series);
  const done = (series.chargeWh[slot] as number) - (series.dischargeWh[slot] as number);
  if (done !== metered || after < 0) {
    throw new Error(`lent battery: expected a flow within its size, got ${flowWh} Wh`);
  }
  return { contentParts: content, storedWh: after };
}
