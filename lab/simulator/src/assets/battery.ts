/**
 * A battery between the member and its meter. What goes in and out is whole Wh on the member's side of
 * it; its content is kept exactly, in parts of a Wh so small that both efficiencies are whole numbers of
 * them: content = initial + charge efficiency x charged - discharged / discharge efficiency. Nothing is
 * rounded in between, so no loss but that of the efficiencies ever arises; where a content is shown in
 * Wh it is rounded down.
 */

import type { BatteryPlan } from '../scenario/scenario.ts';

const CAPACITY_WH_MAX = 0x7fff_ffff;
const MS_PER_HOUR = 3_600_000;

/** A battery in the parts that its content is counted in. */
export interface Cell {
  readonly partsPerWh: number;
  /** What one Wh taken in adds, and what one Wh given out takes away. */
  readonly partsPerWhCharged: number;
  readonly partsPerWhDischarged: number;
  readonly capacityParts: number;
  readonly initialParts: number;
  /** Most in a slot, either way. */
  readonly powerWh: number;
}

/** @throws RangeError where it would start fuller than full, or is larger than a series of Wh can hold. */
export function cellOf(battery: BatteryPlan, slotMs: number): Cell {
  const { capacity_wh: capacityWh, initial_wh: initialWh } = battery;
  if (capacityWh > CAPACITY_WH_MAX) {
    throw new RangeError(
      `battery.capacity_wh: expected at most ${CAPACITY_WH_MAX}, got ${capacityWh}`,
    );
  }
  if (initialWh > capacityWh) {
    throw new RangeError(
      `battery.initial_wh: expected at most the capacity of ${capacityWh}, got ${initialWh}`,
    );
  }
  // 1 Wh in adds a/100 Wh, 1 Wh out takes 100/b Wh: parts of 1/(100 b) Wh make a b and 100 x 100 of them.
  const partsPerWh = 100 * battery.discharge_efficiency_percent;
  return {
    partsPerWh,
    partsPerWhCharged: battery.charge_efficiency_percent * battery.discharge_efficiency_percent,
    partsPerWhDischarged: 100 * 100,
    capacityParts: capacityWh * partsPerWh,
    initialParts: initialWh * partsPerWh,
    powerWh: energyOfSlotWh(battery.power_w, slotMs),
  };
}

/** What a power comes to in a slot, in whole Wh, rounded down. */
export function energyOfSlotWh(powerW: number, slotMs: number): number {
  return Math.floor((powerW * slotMs) / MS_PER_HOUR);
}

export function mostChargeWh(cell: Cell, contentParts: number): number {
  const room = Math.floor((cell.capacityParts - contentParts) / cell.partsPerWhCharged);
  return Math.min(cell.powerWh, room);
}

export function mostDischargeWh(cell: Cell, contentParts: number): number {
  return Math.min(cell.powerWh, Math.floor(contentParts / cell.partsPerWhDischarged));
}

export interface BatterySeries {
  readonly chargeWh: Int32Array;
  readonly dischargeWh: Int32Array;
  /** At the end of each slot, rounded down. */
  readonly contentWh: Int32Array;
}

export function batterySeries(slots: number): BatterySeries {
  return {
    chargeWh: new Int32Array(slots),
    dischargeWh: new Int32Array(slots),
    contentWh: new Int32Array(slots),
  };
}

/**
 * Takes `flowWh` in one slot, or gives it where it is below zero, as far as power and content allow.
 * Returns the content after it.
 */
export function exchange(
  cell: Cell,
  contentParts: number,
  flowWh: number,
  slot: number,
  { chargeWh, dischargeWh, contentWh }: BatterySeries,
): number {
  const charge = flowWh > 0 ? Math.min(flowWh, mostChargeWh(cell, contentParts)) : 0;
  const discharge = flowWh < 0 ? Math.min(-flowWh, mostDischargeWh(cell, contentParts)) : 0;
  const after =
    contentParts + charge * cell.partsPerWhCharged - discharge * cell.partsPerWhDischarged;
  chargeWh[slot] = charge;
  dischargeWh[slot] = discharge;
  contentWh[slot] = Math.floor(after / cell.partsPerWh);
  return after;
}

/**
 * The schedule `rule`, slot by slot: what the member's plants make above its use goes in, what they
 * lack comes out. `netWh` is use less own generation. Returns the content at the end.
 */
export function followNet(
  cell: Cell,
  initialParts: number,
  netWh: Float64Array,
  from: number,
  to: number,
  series: BatterySeries,
): number {
  let contentParts = initialParts;
  for (let slot = from; slot < to; slot += 1) {
    contentParts = exchange(cell, contentParts, -(netWh[slot] ?? 0), slot, series);
  }
  return contentParts;
}
