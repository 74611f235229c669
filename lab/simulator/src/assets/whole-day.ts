/**
 * A solver's candidate for a day, made whole Wh. The rule, slot by slot:
 * - a vehicle has at each slot's end got the candidate's sum of its stay so far, rounded half up;
 * - a heat pump has by then taken the candidate's sum rounded up, and in any case what keeps the heat of this
 *   slot and of all later ones within its power, but never more than the storage has room for;
 * - a battery takes or gives whatever makes the sum of net exchange with the meter the candidate's,
 *   rounded half up, as far as its power and content allow. Where the candidate's net is nothing, so is
 *   the rounded one: the price kinks there.
 * No slot of any asset is more than a Wh off because of the rounding; every law of the assets
 * holds exactly, whatever the candidate says.
 */

import { CANDIDATE_MILLIONTHS, type Candidate } from '@commonwatt/mechanisms';
import { exchange } from './battery.ts';
import {
  type Columns,
  type Flexible,
  type Stores,
  servedMilliWh,
  stayTasks,
} from './cheapest-day.ts';
import type { DayRows } from './day-rows.ts';
import { electricityForWh, type Heating, heat } from './heat-pump.ts';
import type { Charging } from './vehicle-charging.ts';

/** A sum that lies so little above a whole Wh is that Wh: the solver's tolerance, 96 times and more. */
const NEAR_WH = 0.001;

/** Writes the day's rows, and moves the stores to its end. */
export function wholeDay(
  flexible: Flexible,
  stores: Stores,
  candidate: Candidate,
  columns: Columns,
  from: number,
  to: number,
  rows: DayRows,
): void {
  const { cell, charging, heating, netWh } = flexible;
  const values = (column: number) => valuesOf(candidate, column, to - from);
  const vehicle = values(columns.vehicleWh);
  const heatPump = values(columns.heatPumpWh);
  const charge = values(columns.chargeWh);
  const discharge = values(columns.dischargeWh);
  if (charging !== undefined) wholeVehicle(charging, stores, vehicle, from, to, rows.vehicleWh);
  if (heating !== undefined) wholeHeatPump(heating, stores, heatPump, from, to, rows.heatPumpWh);
  if (cell === undefined) return;
  let exact = 0;
  let given = 0;
  for (let at = 0; at < to - from; at += 1) {
    const slot = from + at;
    const net = netWh[slot] ?? 0;
    const flow = (charge[at] ?? 0) - (discharge[at] ?? 0);
    exact += net + flow + (vehicle[at] ?? 0) + (heatPump[at] ?? 0);
    const wanted = Math.floor(exact + 0.5) - given;
    given += wanted;
    const others = net + (rows.vehicleWh[slot] ?? 0) + (rows.heatPumpWh[slot] ?? 0);
    stores.contentParts = exchange(cell, stores.contentParts, wanted - others, slot, rows);
  }
}

function valuesOf({ values }: Candidate, column: number, count: number): Float64Array {
  const wattHours = new Float64Array(count);
  if (column < 0) return wattHours;
  for (let at = 0; at < count; at += 1) {
    wattHours[at] = Number(values[column + at] ?? 0n) / Number(CANDIDATE_MILLIONTHS);
  }
  return wattHours;
}

function wholeVehicle(
  charging: Charging,
  stores: Stores,
  candidate: Float64Array,
  from: number,
  to: number,
  vehicleWh: Int32Array,
): void {
  for (const { stay, slots, leastWh, mostWh } of stayTasks(charging, stores, from, to)) {
    let exact = 0;
    let given = 0;
    for (const [passed, slot] of slots.entries()) {
      exact += candidate[slot - from] ?? 0;
      const later = (slots.length - passed - 1) * charging.powerWh;
      const wanted = Math.max(Math.floor(exact + 0.5), leastWh - later);
      const charge = clamp(wanted - given, 0, Math.min(charging.powerWh, mostWh - given));
      vehicleWh[slot] = charge;
      given += charge;
    }
    stores.deliveredWh[stay] = (stores.deliveredWh[stay] ?? 0) + given;
  }
}

function wholeHeatPump(
  heating: Heating,
  { heat: left }: Stores,
  candidate: Float64Array,
  from: number,
  to: number,
  heatPumpWh: Int32Array,
): void {
  const leave = leaveMilliWh(heating, servedMilliWh(heating, left, from, to), from);
  let exact = 0;
  let given = 0;
  for (let at = 0; at < to - from; at += 1) {
    const slot = from + at;
    exact += candidate[at] ?? 0;
    const least = electricityForWh(heating, slot, left.storedMilliWh, leave[at] ?? 0);
    // The last Wh may make more than there is room for: it is the first that does.
    const fullMilliWh = heating.storageWh * 1_000;
    const most = electricityForWh(heating, slot, left.storedMilliWh, fullMilliWh);
    const wanted = Math.ceil(exact - NEAR_WH) - given;
    const electricWh = Math.max(least, clamp(wanted, 0, most));
    heatPumpWh[slot] = electricWh;
    given += electricWh;
    heat(heating, slot, electricWh, left);
  }
}

/** What must be stored after each slot so that full power serves all that can be served later. */
function leaveMilliWh(
  { powerWh, performancePermille }: Heating,
  served: Float64Array,
  from: number,
): Float64Array {
  const leave = new Float64Array(served.length);
  for (let at = served.length - 1; at > 0; at -= 1) {
    const made = powerWh * (performancePermille[from + at] ?? 1_000);
    leave[at - 1] = Math.max(0, (leave[at] ?? 0) + (served[at] ?? 0) - made);
  }
  return leave;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
