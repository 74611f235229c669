/**
 * A heat pump: electricity into heat by its coefficient of performance, which falls as it gets colder.
 * Electricity is whole Wh; heat is kept in thousandths of a Wh and the coefficient in thousandths, so that
 * stored heat = heat made - heat needed holds exactly. What one indivisible Wh of electricity makes too
 * much waits for the next slot, with or without a storage.
 */

import type { HeatPumpPlan } from '../scenario/scenario.ts';
import { energyOfSlotWh } from './battery.ts';
import { type Days, eachDay } from './heat-need.ts';

const RATED_DEGREES = 7;
const FLOW_DEGREES = 35;
/** Where the regression holds: the flow is so much warmer than the air. */
const LIFT_DEGREES_MIN = 15;
const LIFT_DEGREES_MAX = 60;
/** A heating rod makes as much heat as it takes electricity: less is never made. */
const LEAST_PERMILLE = 1_000;

export interface Heating {
  /** Most electricity in a slot. */
  readonly powerWh: number;
  /** Heat by electricity in each slot, in thousandths. */
  readonly performancePermille: Int32Array;
  readonly needWh: Int32Array;
  readonly storageWh: number;
}

export function heatingOf(heatPump: HeatPumpPlan, needWh: Int32Array, days: Days): Heating {
  const performancePermille = new Int32Array(days.slots);
  const ratedPercent = heatPump.coefficient_of_performance_percent;
  eachDay(days, ({ degrees, from, to }) => {
    performancePermille.fill(performanceAt(degrees, ratedPercent), from, to);
  });
  return {
    powerWh: energyOfSlotWh(heatPump.power_w, days.slotMs),
    performancePermille,
    needWh,
    storageWh: heatPump.storage_wh,
  };
}

/** In thousandths, from the rated coefficient at 7 degrees outdoors and a flow of 35 (A7/W35 of EN 14511). */
export function performanceAt(outdoorDegrees: number, ratedPercent: number): number {
  const part = regression(FLOW_DEGREES - outdoorDegrees) / regression(FLOW_DEGREES - RATED_DEGREES);
  return Math.max(LEAST_PERMILLE, Math.round(ratedPercent * 10 * part));
}

/** Staffell et al. 2012, A review of domestic heat pumps, air source: of the lift from air to flow. */
function regression(degrees: number): number {
  const lift = Math.min(LIFT_DEGREES_MAX, Math.max(LIFT_DEGREES_MIN, degrees));
  return 6.81 - 0.121 * lift + 0.00063 * lift * lift;
}

/** What a slot leaves behind: the heat stored, and the electricity that what was missing would have taken. */
export interface HeatLeft {
  storedMilliWh: number;
  unmetWh: number;
}

/** Runs the pump with so much electricity in one slot. What lacks is unmet, rounded up to whole Wh of electricity. */
export function heat(heating: Heating, slot: number, electricWh: number, left: HeatLeft): void {
  const permille = heating.performancePermille[slot] ?? LEAST_PERMILLE;
  const needMilliWh = (heating.needWh[slot] ?? 0) * 1_000;
  const stored = left.storedMilliWh + electricWh * permille - needMilliWh;
  if (stored < 0) left.unmetWh += Math.ceil(-stored / permille);
  left.storedMilliWh = Math.max(0, stored);
}

/** The schedule `on-demand`: in every slot the least whole Wh that its heat takes, as far as the power allows. */
export function heatOnDemand(
  heating: Heating,
  left: HeatLeft,
  from: number,
  to: number,
  heatPumpWh: Int32Array,
): void {
  for (let slot = from; slot < to; slot += 1) {
    const electricWh = electricityForWh(heating, slot, left.storedMilliWh, 0);
    heatPumpWh[slot] = electricWh;
    heat(heating, slot, electricWh, left);
  }
}

/** Least whole Wh of electricity with which so much heat is left after the slot, within the power. */
export function electricityForWh(
  { performancePermille, needWh, powerWh }: Heating,
  slot: number,
  storedMilliWh: number,
  leaveMilliWh: number,
): number {
  const lacking = (needWh[slot] ?? 0) * 1_000 + leaveMilliWh - storedMilliWh;
  const wanted = Math.ceil(lacking / (performancePermille[slot] ?? LEAST_PERMILLE));
  return Math.min(powerWh, Math.max(0, wanted));
}
