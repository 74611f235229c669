/**
 * How an electric vehicle is charged: the schedules `at-once` and `evenly`. What it needs is whole Wh per
 * stay; what the stay cannot bring at full power is unmet, and nothing of it is owed to the next stay.
 */

import type { ElectricVehiclePlan } from '../scenario/scenario.ts';
import { energyOfSlotWh } from './battery.ts';
import { type LocalClock, type Stays, staysOf } from './vehicle-stays.ts';

export interface Charging extends Stays {
  readonly needWh: number;
  /** Most in a slot. */
  readonly powerWh: number;
}

export function chargingOf(vehicle: ElectricVehiclePlan, clock: LocalClock): Charging {
  return {
    ...staysOf(clock, vehicle.arrives, vehicle.leaves),
    needWh: vehicle.need_wh_per_day,
    powerWh: energyOfSlotWh(vehicle.power_w, clock.slotMs),
  };
}

/** Full power from arriving on. `deliveredWh` is what each stay has got so far, and grows. */
export function chargeAtOnce(
  { needWh, powerWh, stayOf }: Charging,
  deliveredWh: Float64Array,
  from: number,
  to: number,
  vehicleWh: Int32Array,
): void {
  for (let slot = from; slot < to; slot += 1) {
    const stay = stayOf[slot] ?? -1;
    const delivered = deliveredWh[stay];
    if (delivered === undefined) continue;
    const charge = Math.min(powerWh, needWh - delivered);
    vehicleWh[slot] = charge;
    deliveredWh[stay] = delivered + charge;
  }
}

/** After k of the n slots of a stay it has got k/n of its need, rounded down, as far as the power allows. */
export function chargeEvenly(charging: Charging, vehicleWh: Int32Array): void {
  const { needWh, powerWh, stays, stayOf } = charging;
  for (const [index, { from, to, homeSlots, beyondSlots }] of stays.entries()) {
    let passed = 0;
    let delivered = 0;
    for (let slot = from; slot < to; slot += 1) {
      if (stayOf[slot] !== index) continue;
      passed += 1;
      const due = Math.floor((needWh * passed) / (homeSlots + beyondSlots));
      const charge = Math.min(powerWh, due - delivered);
      vehicleWh[slot] = charge;
      delivered += charge;
    }
  }
}

/** What the stays should have brought and did not; a stay that goes on may still bring it after the run. */
export function unmetVehicleWh(charging: Charging, vehicleWh: Int32Array): number {
  const { needWh, powerWh, stays, stayOf } = charging;
  let unmetWh = 0;
  for (const [index, { from, to, beyondSlots }] of stays.entries()) {
    let missing = needWh - powerWh * beyondSlots;
    for (let slot = from; slot < to; slot += 1) {
      if (stayOf[slot] === index) missing -= vehicleWh[slot] ?? 0;
    }
    unmetWh += Math.max(0, missing);
  }
  return unmetWh;
}
