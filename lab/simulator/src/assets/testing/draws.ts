/** Members with assets, drawn for laws: short runs, clocks without a change, energies of a few Wh to a few kWh. */

import fc from 'fast-check';
import type { BatteryPlan, ElectricVehiclePlan, HeatPumpPlan } from '../../scenario/scenario.ts';
import { cellOf } from '../battery.ts';
import type { Flexible, Tariff } from '../cheapest-day.ts';
import { heatNeedWh } from '../heat-need.ts';
import { heatingOf } from '../heat-pump.ts';
import type { AssetInput } from '../plan-assets.ts';
import { chargingOf } from '../vehicle-charging.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const FROM_MS = Date.UTC(2021, 1, 15);

const quarterHours = fc
  .nat({ max: 95 })
  .map((at) => `${String(at >> 2).padStart(2, '0')}:${String((at & 3) * 15).padStart(2, '0')}`);

export const batteries: fc.Arbitrary<BatteryPlan> = fc
  .record({
    capacity_wh: fc.nat({ max: 9_000 }),
    power_w: fc.integer({ min: 1, max: 6_000 }),
    charge_efficiency_percent: fc.integer({ min: 50, max: 100 }),
    discharge_efficiency_percent: fc.integer({ min: 50, max: 100 }),
    fullPercent: fc.nat({ max: 100 }),
    schedule: fc.constantFrom('rule', 'lp'),
  })
  .map(({ fullPercent, ...battery }) => ({
    ...battery,
    initial_wh: Math.floor((battery.capacity_wh * fullPercent) / 100),
  }));

export const vehicles: fc.Arbitrary<ElectricVehiclePlan> = fc.record({
  need_wh_per_day: fc.nat({ max: 20_000 }),
  power_w: fc.integer({ min: 1, max: 11_000 }),
  arrives: quarterHours,
  leaves: quarterHours,
  schedule: fc.constantFrom('at-once', 'evenly', 'lp'),
});

export const heatPumps: fc.Arbitrary<HeatPumpPlan> = fc.record({
  annual_heat_kwh: fc.integer({ min: 1, max: 40_000 }),
  power_w: fc.integer({ min: 1, max: 4_000 }),
  coefficient_of_performance_percent: fc.integer({ min: 100, max: 600 }),
  storage_wh: fc.oneof(fc.constant(0), fc.nat({ max: 20_000 })),
  schedule: fc.constantFrom('on-demand', 'lp'),
});

/** Feed-in from 0 to the supply price. */
const tariffs = fc
  .record({
    supplyPrice: fc.integer({ min: 1_000, max: 400_000 }),
    feedInPercent: fc.nat({ max: 100 }),
  })
  .map(({ supplyPrice, feedInPercent }) => ({
    supplyPrice,
    feedInPrice: Math.floor((supplyPrice * feedInPercent) / 100),
  }));

/** A member of up to `daysMax` days, with any of the three assets. */
export function assetInputs(daysMax: number): fc.Arbitrary<AssetInput> {
  return fc
    .record({
      battery: fc.option(batteries, { nil: undefined }),
      electricVehicle: fc.option(vehicles, { nil: undefined }),
      heatPump: fc.option(heatPumps, { nil: undefined }),
      slotMinutes: fc.constantFrom(15, 30, 60),
      hours: fc.integer({ min: 1, max: daysMax * 24 }),
      startHour: fc.nat({ max: 23 }),
      tariff: tariffs,
      seed: fc.nat({ max: 1_000 }),
    })
    .chain(({ slotMinutes, hours, startHour, tariff, ...rest }) => {
      const slots = (hours * 60) / slotMinutes;
      const series = (most: number) =>
        fc.int32Array({ min: 0, max: most, minLength: slots, maxLength: slots });
      const minute = (slot: number) => startHour * 60 + slot * slotMinutes;
      return fc.record({ loadWh: series(1_500), generationWh: series(2_500) }).map(
        (members): AssetInput => ({
          ...rest,
          ...tariff,
          ...members,
          startMs: FROM_MS + startHour * 60 * MINUTE_MS,
          slotMs: slotMinutes * MINUTE_MS,
          localMinuteOfDay: (slot) => minute(slot) % DAY_MINUTES,
          localDay: (slot) => Math.floor(minute(slot) / DAY_MINUTES),
        }),
      );
    });
}

export interface DrawnFlexible {
  readonly flexible: Flexible;
  readonly tariff: Tariff;
  readonly slotMs: number;
}

/** The assets of such a member alone, to be planned together. */
export function flexibles(daysMax: number): fc.Arbitrary<DrawnFlexible> {
  return assetInputs(daysMax).map((input) => {
    const { battery, electricVehicle, heatPump, loadWh, generationWh, startMs, slotMs } = input;
    const slots = loadWh.length;
    const days = { startMs, slotMs, slots, seed: input.seed };
    return {
      flexible: {
        netWh: Float64Array.from(loadWh, (load, slot) => load - (generationWh[slot] ?? 0)),
        cell: battery && cellOf(battery, slotMs),
        charging: electricVehicle && chargingOf(electricVehicle, { ...input, slots }),
        heating: heatPump && heatingOf(heatPump, heatNeedWh(heatPump.annual_heat_kwh, days), days),
      },
      tariff: input,
      slotMs,
    };
  });
}
