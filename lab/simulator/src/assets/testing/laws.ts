/**
 * What every plan must keep, whoever made it: computed anew from the input, in bigint, by none of the
 * planning code but the weather's.
 */

import { heatNeedWh } from '../heat-need.ts';
import { heatingOf } from '../heat-pump.ts';
import type { AssetInput, AssetPlan } from '../plan-assets.ts';

const MS_PER_HOUR = 3_600_000;
const DAY_MINUTES = 1_440;

/** The laws that are broken, each with slot and values; none where all are kept. */
export function brokenLaws(input: AssetInput, plan: AssetPlan): readonly string[] {
  const unmet = { wh: 0 };
  const broken = [
    ...batteryFaults(input, plan),
    ...vehicleFaults(input, plan, unmet),
    ...heatPumpFaults(input, plan, unmet),
  ];
  if (unmet.wh !== plan.unmetWh) broken.push(`unmet ${plan.unmetWh}, reckoned ${unmet.wh}`);
  return broken;
}

function at(series: Int32Array | null, slot: number): number {
  return series?.[slot] ?? 0;
}

function powerOfSlotWh(powerW: number, slotMs: number): number {
  return Math.floor((powerW * slotMs) / MS_PER_HOUR);
}

function batteryFaults({ battery, slotMs, loadWh }: AssetInput, plan: AssetPlan): string[] {
  const { batteryChargeWh, batteryDischargeWh, batteryWh } = plan;
  if (battery === undefined) {
    return batteryChargeWh || batteryDischargeWh || batteryWh ? ['a battery from nowhere'] : [];
  }
  const broken: string[] = [];
  const most = powerOfSlotWh(battery.power_w, slotMs);
  const charging = BigInt(battery.charge_efficiency_percent);
  const discharging = BigInt(battery.discharge_efficiency_percent);
  const parts = 100n * discharging;
  const capacity = BigInt(battery.capacity_wh) * parts;
  let content = BigInt(battery.initial_wh) * parts;
  for (let slot = 0; slot < loadWh.length; slot += 1) {
    const [charge, discharge] = [at(batteryChargeWh, slot), at(batteryDischargeWh, slot)];
    content += BigInt(charge) * charging * discharging - BigInt(discharge) * 10_000n;
    const isWithin = charge >= 0 && discharge >= 0 && charge <= most && discharge <= most;
    if (!isWithin || (charge > 0 && discharge > 0)) {
      broken.push(`slot ${slot}: charge ${charge}, discharge ${discharge} of ${most}`);
    }
    if (content < 0n || content > capacity) broken.push(`slot ${slot}: content ${content}`);
    if (BigInt(at(batteryWh, slot)) !== content / parts) {
      broken.push(`slot ${slot}: content ${at(batteryWh, slot)}, reckoned ${content / parts}`);
    }
  }
  return broken;
}

/** Clocks without a change: a stay is `stayMinutes` from each arrival on that the run sees. */
function vehicleFaults(input: AssetInput, { vehicleWh }: AssetPlan, unmet: { wh: number }) {
  const { electricVehicle: vehicle, slotMs, loadWh, localDay, localMinuteOfDay } = input;
  if (vehicle === undefined) return vehicleWh ? ['a vehicle from nowhere'] : [];
  const broken: string[] = [];
  const slotMinutes = slotMs / 60_000;
  const most = powerOfSlotWh(vehicle.power_w, slotMs);
  const arrives = minuteOf(vehicle.arrives);
  const leaves = minuteOf(vehicle.leaves) + (vehicle.leaves > vehicle.arrives ? 0 : DAY_MINUTES);
  const startMinute = localDay(0) * DAY_MINUTES + localMinuteOfDay(0);
  const endMinute = startMinute + loadWh.length * slotMinutes;
  const counted = new Set<number>();
  for (let day = localDay(0) - 1; day * DAY_MINUTES < endMinute; day += 1) {
    const [begin, end] = [day * DAY_MINUTES + arrives, day * DAY_MINUTES + leaves];
    const first = Math.ceil((begin - startMinute) / slotMinutes);
    const count = Math.floor((end - startMinute) / slotMinutes) - first;
    if (begin + slotMinutes <= startMinute || first < 0) continue;
    let got = 0;
    const seen = Math.max(0, Math.min(count, loadWh.length - first));
    if (seen === 0) continue;
    for (let slot = first; slot < first + seen; slot += 1) {
      got += at(vehicleWh, slot);
      counted.add(slot);
      if (at(vehicleWh, slot) < 0 || at(vehicleWh, slot) > most) {
        broken.push(`slot ${slot}: vehicle ${at(vehicleWh, slot)} of ${most}`);
      }
    }
    // What no later slot of the stay can bring must have come by now.
    const due = Math.min(vehicle.need_wh_per_day - (count - seen) * most, seen * most);
    if (got > vehicle.need_wh_per_day || got < due) broken.push(`day ${day}: got ${got}, ${due}`);
    unmet.wh += Math.max(0, vehicle.need_wh_per_day - (count - seen) * most - got);
  }
  for (const [slot, charge] of vehicleWh?.entries() ?? []) {
    if (charge !== 0 && !counted.has(slot))
      broken.push(`slot ${slot}: charged ${charge} while away`);
  }
  return broken;
}

function minuteOf(clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

function heatPumpFaults(input: AssetInput, { heatPumpWh }: AssetPlan, unmet: { wh: number }) {
  const { heatPump, startMs, slotMs, loadWh, seed } = input;
  if (heatPump === undefined) return heatPumpWh ? ['a heat pump from nowhere'] : [];
  const broken: string[] = [];
  const most = powerOfSlotWh(heatPump.power_w, slotMs);
  const days = { startMs, slotMs, slots: loadWh.length, seed };
  const needWh = input.heatWh ?? heatNeedWh(heatPump.annual_heat_kwh, days);
  const { performancePermille } = heatingOf(heatPump, needWh, days);
  let stored = 0;
  for (let slot = 0; slot < loadWh.length; slot += 1) {
    const permille = at(performancePermille, slot);
    const electric = at(heatPumpWh, slot);
    if (electric < 0 || electric > most) broken.push(`slot ${slot}: pump ${electric} of ${most}`);
    const before = stored;
    stored += electric * permille - at(needWh, slot) * 1_000;
    if (stored < 0) unmet.wh += Math.ceil(-stored / permille);
    stored = Math.max(0, stored);
    const room = heatPump.storage_wh * 1_000 + permille;
    if (stored >= room && electric > 0) broken.push(`slot ${slot}: ${before} to ${stored} stored`);
  }
  return broken;
}
