/**
 * What a member's battery, electric vehicle and heat pump do over a run, each by its own schedule. Those
 * with `lp` are planned together, on top of those without; the others in the order vehicle, heat pump,
 * battery, so that a battery by `rule` follows all the member's use.
 */

import type { Solve } from '@commonwatt/mechanisms';
import type { BatteryPlan, ElectricVehiclePlan, HeatPumpPlan } from '../scenario/scenario.ts';
import { type BatterySeries, cellOf, followNet } from './battery.ts';
import type { Flexible } from './cheapest-day.ts';
import { type DayRows, dayRows } from './day-rows.ts';
import { heatNeedWh } from './heat-need.ts';
import { type HeatLeft, heatingOf, heatOnDemand } from './heat-pump.ts';
import { planCheapest } from './plan-cheapest.ts';
import {
  type Charging,
  chargeAtOnce,
  chargeEvenly,
  chargingOf,
  unmetVehicleWh,
} from './vehicle-charging.ts';

const SLOT_MS: readonly number[] = [15, 30, 60].map((minutes) => minutes * 60_000);

export interface AssetInput {
  readonly battery?: BatteryPlan | undefined;
  readonly electricVehicle?: ElectricVehiclePlan | undefined;
  readonly heatPump?: HeatPumpPlan | undefined;
  /** The start of the first slot, a multiple of `slotMs`: 15, 30 or 60 minutes. */
  readonly startMs: number;
  readonly slotMs: number;
  /** What the member uses without these assets, and what its plants make; as long as the run. */
  readonly loadWh: Int32Array;
  readonly generationWh: Int32Array;
  /** Minutes since local midnight at the start of a slot. */
  readonly localMinuteOfDay: (slot: number) => number;
  /** The number of its local date, by days: one more than that of the day before. */
  readonly localDay: (slot: number) => number;
  /** Nano-EUR per Wh, whole. */
  readonly supplyPrice: number;
  readonly feedInPrice: number;
  /** Of the weather: the same for all members of a place. */
  readonly seed: number;
  /** Heat needed in each slot, where it is known; by degree days of the seed's weather otherwise. */
  readonly heatWh?: Int32Array | undefined;
}

/** Whole Wh of each slot, on the member's side; null where there is no such asset. */
export interface AssetPlan {
  readonly batteryChargeWh: Int32Array | null;
  readonly batteryDischargeWh: Int32Array | null;
  /** Content at the end of each slot, rounded down. */
  readonly batteryWh: Int32Array | null;
  readonly vehicleWh: Int32Array | null;
  readonly heatPumpWh: Int32Array | null;
  /** Electricity that vehicle and heat pump should have had and did not get; heat counts by what it would have taken. */
  readonly unmetWh: number;
}

/**
 * @param solve needed where a schedule is `lp`.
 * @throws RangeError for series, slots, prices or a battery that cannot be; Error where `solve` is missing or answers nothing.
 */
export function planAssets(input: AssetInput, solve?: Solve): AssetPlan {
  checkInput(input);
  const { battery, electricVehicle, heatPump, loadWh, startMs, slotMs, seed } = input;
  const slots = loadWh.length;
  const days = { startMs, slotMs, slots, seed };
  const cell = battery && cellOf(battery, slotMs);
  const charging = electricVehicle && chargingOf(electricVehicle, { ...input, slots });
  const heating =
    heatPump &&
    heatingOf(heatPump, input.heatWh ?? heatNeedWh(heatPump.annual_heat_kwh, days), days);
  const isVehicleByRule = electricVehicle?.schedule !== 'lp';
  const isHeatByRule = heatPump?.schedule !== 'lp';
  const isBatteryByRule = battery?.schedule !== 'lp';

  const rows = dayRows(slots);
  const heatLeft: HeatLeft = { storedMilliWh: 0, unmetWh: 0 };
  if (charging && isVehicleByRule) chargeByRule(charging, electricVehicle?.schedule, rows);
  if (heating && isHeatByRule) heatOnDemand(heating, heatLeft, 0, slots, rows.heatPumpWh);
  const netWh = new Float64Array(slots);
  for (let slot = 0; slot < slots; slot += 1) netWh[slot] = useWh(input, rows, slot);
  let unmetHeatWh = heatLeft.unmetWh;
  if (!(isVehicleByRule && isHeatByRule && isBatteryByRule)) {
    if (solve === undefined) throw new Error('schedule lp: expected a solver, got none');
    const flexible: Flexible = {
      netWh,
      cell: isBatteryByRule ? undefined : cell,
      charging: isVehicleByRule ? undefined : charging,
      heating: isHeatByRule ? undefined : heating,
    };
    const cheapest = planCheapest(flexible, input, slotMs, solve);
    unmetHeatWh += cheapest.stores.heat.unmetWh;
    if (!isVehicleByRule) rows.vehicleWh.set(cheapest.rows.vehicleWh);
    if (!isHeatByRule) rows.heatPumpWh.set(cheapest.rows.heatPumpWh);
    if (!isBatteryByRule) copyBattery(cheapest.rows, rows);
    for (let slot = 0; slot < slots; slot += 1) netWh[slot] = useWh(input, rows, slot);
  }
  if (cell && isBatteryByRule) followNet(cell, cell.initialParts, netWh, 0, slots, rows);
  return {
    batteryChargeWh: cell ? rows.chargeWh : null,
    batteryDischargeWh: cell ? rows.dischargeWh : null,
    batteryWh: cell ? rows.contentWh : null,
    vehicleWh: charging ? rows.vehicleWh : null,
    heatPumpWh: heating ? rows.heatPumpWh : null,
    unmetWh: unmetHeatWh + (charging ? unmetVehicleWh(charging, rows.vehicleWh) : 0),
  };
}

/** Use less own generation, battery aside. */
function useWh({ loadWh, generationWh }: AssetInput, rows: DayRows, slot: number): number {
  return (
    (loadWh[slot] ?? 0) -
    (generationWh[slot] ?? 0) +
    (rows.vehicleWh[slot] ?? 0) +
    (rows.heatPumpWh[slot] ?? 0)
  );
}

function chargeByRule(
  charging: Charging,
  schedule: ElectricVehiclePlan['schedule'] | undefined,
  { vehicleWh }: DayRows,
): void {
  if (schedule === 'evenly') {
    chargeEvenly(charging, vehicleWh);
    return;
  }
  const deliveredWh = new Float64Array(charging.stays.length);
  chargeAtOnce(charging, deliveredWh, 0, vehicleWh.length, vehicleWh);
}

function copyBattery(from: BatterySeries, to: BatterySeries): void {
  to.chargeWh.set(from.chargeWh);
  to.dischargeWh.set(from.dischargeWh);
  to.contentWh.set(from.contentWh);
}

function checkInput(input: AssetInput): void {
  const { slotMs, startMs, loadWh, generationWh, heatWh } = input;
  if (!SLOT_MS.includes(slotMs)) {
    throw new RangeError(`slotMs: expected 15, 30 or 60 minutes, got ${slotMs}`);
  }
  if (!Number.isSafeInteger(startMs) || startMs % slotMs !== 0) {
    throw new RangeError(`startMs: expected a multiple of ${slotMs}, got ${startMs}`);
  }
  for (const [name, series] of Object.entries({ generationWh, heatWh })) {
    if (series !== undefined && series.length !== loadWh.length) {
      throw new RangeError(`${name}: expected ${loadWh.length} slots, got ${series.length}`);
    }
  }
  for (const name of ['supplyPrice', 'feedInPrice'] as const) {
    if (!Number.isSafeInteger(input[name])) {
      throw new RangeError(`${name}: expected whole nano-EUR per Wh, got ${input[name]}`);
    }
  }
}
