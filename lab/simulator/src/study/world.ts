/**
 * The world of a run: what every member uses and makes in every slot, laid out once. It knows neither prices shouted
 * nor mechanisms, so that two mechanisms are compared in the very same world.
 */

import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Solve } from '@commonwatt/mechanisms';
import { parseInstant, parsePrice } from '@commonwatt/units';
import { type Cell, cellOf } from '../assets/battery.ts';
import { type AssetPlan, planAssets } from '../assets/plan-assets.ts';
import { SLOTS_PER_DAY } from '../households/day-sequence.ts';
import { type DayPower, energySeries } from '../households/energy-series.ts';
import { measuredPower } from '../households/measured.ts';
import { consumerWatts, type DayWatts, solarWatts } from '../households/member-power.ts';
import { type ElectricityUnit, ProfileFileError, readRows } from '../households/profile-rows.ts';
import { mixSeeds, SeededRandom } from '../households/seeded-random.ts';
import { MIDDLE_OF_GERMANY } from '../households/solar-plant.ts';
import { keptSurroundings, type Surroundings, surroundings } from '../households/surroundings.ts';
import type { Scenario, ScenarioMember } from '../scenario/scenario.ts';
import { type LocalTime, localTimes } from './local-time.ts';

export interface World {
  readonly startMs: number;
  readonly slotMs: number;
  readonly slots: number;
  readonly localTime: LocalTime;
  /** Nano-EUR per Wh. */
  readonly supplyPrice: number;
  readonly feedInPrice: number;
  readonly localFee: number;
  readonly members: readonly WorldMember[];
}

export interface WorldMember {
  readonly name: string;
  readonly feeder: string | null;
  readonly incomeEurPerMonth?: number;
  readonly trader: string;
  /** What a Wh from the community is worth at most, and must bring at least, in nano-EUR. */
  readonly buyLimit: number;
  readonly sellLimit: number;
  /** Vehicle and heat pump aside. */
  readonly loadWh: Int32Array;
  readonly generationWh: Int32Array;
  readonly assets: AssetPlan | null;
  readonly initialBatteryWh: number;
  readonly cell: Cell | null;
  /** Whether a market runs the battery, and not the member's schedule. */
  readonly isBatteryLent: boolean;
}

export interface WorldOptions {
  /** Where the scenario's files are looked for. */
  readonly directory: string;
  /** Asked by assets whose schedule is `lp`. */
  readonly solve?: Solve | undefined;
}

const QUARTER_HOUR_MS = 900_000;
/** What a column of a world holds of one slot. */
const ENERGY_WH_MAX = 2_147_483_647;
const WEATHER_STREAM = 1;
const MEMBER_STREAM = 2;

/** @throws ProfileFileError for a file that cannot be read or does not hold the whole time */
export function worldOf(scenario: Scenario, options: WorldOptions): World {
  const { time, tariffs, seed } = scenario;
  const startMs = parseInstant(time.from, { field: 'time.from' });
  const slotMs = time.slot_minutes * 60_000;
  const slots = (parseInstant(time.until, { field: 'time.until' }) - startMs) / slotMs;
  const localTime = localTimes(time.zone, { startMs, slotMs, slots });
  const supplyPrice = priceOf(tariffs.supply_ct_per_kwh);
  const feedInPrice = priceOf(tariffs.feed_in_ct_per_kwh);
  const localFee = priceOf(tariffs.local_fee_ct_per_kwh);
  const weather = new SeededRandom(mixSeeds(seed, WEATHER_STREAM));
  const quarterHours = slots * (slotMs / QUARTER_HOUR_MS);
  const around = keptSurroundings(
    surroundings({ startMs, place: MIDDLE_OF_GERMANY, weather }),
    quarterHours + (SLOTS_PER_DAY - 1),
  );
  const span = { startMs, slotMs, slots };
  const members = scenario.members.map((member, at): WorldMember => {
    const own = mixSeeds(seed, MEMBER_STREAM, at);
    const loadWh = loadOf(member, own, { around, span, options });
    const generationWh = generationOf(member, { around, span, options });
    const { battery, electric_vehicle: electricVehicle, heat_pump: heatPump } = member;
    const hasAssets = [battery, electricVehicle, heatPump].some((one) => one !== undefined);
    const { buy_limit_ct_per_kwh: buy, sell_limit_ct_per_kwh: sell } = member;
    const { income_eur_per_month: income } = member;
    return {
      name: member.name,
      feeder: member.feeder ?? null,
      ...(income === undefined ? {} : { incomeEurPerMonth: income }),
      trader: member.trader ?? scenario.traders.trader,
      buyLimit: buy === undefined ? supplyPrice - localFee : priceOf(buy),
      sellLimit: sell === undefined ? feedInPrice : priceOf(sell),
      loadWh,
      generationWh,
      initialBatteryWh: battery?.initial_wh ?? 0,
      cell: battery === undefined ? null : cellOf(battery, slotMs),
      isBatteryLent: false,
      assets: hasAssets
        ? planAssets(
            {
              battery,
              electricVehicle,
              heatPump,
              startMs,
              slotMs,
              loadWh,
              generationWh,
              localMinuteOfDay: localTime.minuteOfDay,
              localDay: localTime.day,
              supplyPrice,
              feedInPrice,
              // All homes have one winter.
              seed: mixSeeds(seed, WEATHER_STREAM),
            },
            options.solve,
          )
        : null,
    };
  });
  return { ...span, localTime, supplyPrice, feedInPrice, localFee, members };
}

/** What a member takes from outside itself in a slot; below zero what it gives. */
export function netWh({ loadWh, generationWh, assets }: WorldMember, slot: number): number {
  const own = (loadWh[slot] as number) - (generationWh[slot] as number);
  return assets === null ? own : own + flexibleWh(assets, slot);
}

/** What the assets add to the load, below zero where the battery gives. */
function flexibleWh(assets: AssetPlan, slot: number): number {
  const { batteryChargeWh, batteryDischargeWh, vehicleWh, heatPumpWh } = assets;
  return (
    (batteryChargeWh?.[slot] ?? 0) -
    (batteryDischargeWh?.[slot] ?? 0) +
    (vehicleWh?.[slot] ?? 0) +
    (heatPumpWh?.[slot] ?? 0)
  );
}

export function priceOf(ctPerKwh: number): number {
  return Number(parsePrice(String(ctPerKwh), 'ct/kWh'));
}

interface Span {
  readonly startMs: number;
  readonly slotMs: number;
  readonly slots: number;
}

interface Surrounding {
  readonly around: Surroundings;
  readonly span: Span;
  readonly options: WorldOptions;
}

function loadOf({ load }: ScenarioMember, seed: number, given: Surrounding): Int32Array {
  const { around, span, options } = given;
  if (load === undefined) return new Int32Array(span.slots);
  if ('file' in load) {
    const factor = { numerator: load.scale_percent, denominator: 100 };
    return measured(load.file, 'watts', span, options, { factor, laterSlots: load.later_slots });
  }
  const habits = {
    kind: load.model,
    annualKwh: load.annual_kwh,
    laterQuarterHours: load.model === 'home' ? (mixSeeds(seed, 0) % 9) - 4 : 0,
    seed,
    connectionW: Number.MAX_SAFE_INTEGER,
  };
  return wholeWh(consumerWatts(habits, around), span);
}

function generationOf({ solar }: ScenarioMember, given: Surrounding): Int32Array {
  const { around, span, options } = given;
  if (solar === undefined) return new Int32Array(span.slots);
  if ('file' in solar) {
    const factor = { numerator: solar.installed_w, denominator: 1 };
    return measured(solar.file, 'per-unit', span, options, { factor, laterSlots: 0 });
  }
  const plant = {
    installedW: solar.installed_w,
    tiltDegrees: solar.tilt_degrees,
    azimuthDegrees: solar.azimuth_degrees,
  };
  return wholeWh(solarWatts(plant, around), span);
}

/** Whole Wh of each slot, what a quarter hour leaves of a Wh carried into the next. */
function wholeWh(dayWatts: DayWatts, { slotMs, slots }: Span): Int32Array {
  const perSlot = slotMs / QUARTER_HOUR_MS;
  const energies = new Int32Array(slots);
  let carried = 0;
  let quarterHours: readonly number[] = [];
  let at = 0;
  for (let quarter = 0; quarter < slots * perSlot; quarter++) {
    if (at === quarterHours.length) {
      quarterHours = dayWatts(quarter);
      at = 0;
    }
    // A quarter of a watt-hour for each watt.
    carried += quarterHours[at] as number;
    at += 1;
    const whole = Math.floor(carried / 4);
    carried -= whole * 4;
    const slot = (quarter - (quarter % perSlot)) / perSlot;
    energies[slot] = (energies[slot] as number) + whole;
  }
  return energies;
}

interface Taken {
  readonly factor: { readonly numerator: number; readonly denominator: number };
  readonly laterSlots: number;
}

function measured(
  file: string,
  unit: ElectricityUnit,
  { startMs, slotMs, slots }: Span,
  { directory }: WorldOptions,
  { factor, laterSlots }: Taken,
): Int32Array {
  const text = readFileSync(isAbsolute(file) ? file : join(directory, file), 'utf8');
  const rows = readRows(file, text, unit);
  if (rows.faults.length > 0) throw new ProfileFileError(rows.faults);
  const endMs = rows.startMs + rows.samples.length * QUARTER_HOUR_MS;
  const untilMs = startMs + slots * slotMs;
  if (startMs < rows.startMs || untilMs > endMs) {
    const expected = `quarter hours from ${instant(startMs)} until ${instant(untilMs)}`;
    const got = `${instant(rows.startMs)} until ${instant(endMs)}`;
    throw new ProfileFileError([{ file, expected, got }]);
  }
  const first = (startMs - rows.startMs) / QUARTER_HOUR_MS + laterSlots;
  const whole = measuredPower(rows.samples, { first, factor: BigInt(factor.numerator) });
  const power: DayPower =
    factor.denominator === 1
      ? whole
      : (from) => whole(from).map((mean) => (mean / BigInt(factor.denominator)) as typeof mean);
  const series = energySeries(power);
  const perSlot = slotMs / QUARTER_HOUR_MS;
  const energies = new Int32Array(slots);
  for (let slot = 0; slot < slots; slot++) {
    let sum = 0;
    for (let part = 0; part < perSlot; part++) sum += Number(series(slot * perSlot + part));
    if (sum > ENERGY_WH_MAX) {
      const expected = `at most ${ENERGY_WH_MAX} Wh in a slot`;
      throw new ProfileFileError([{ file, expected, got: `${sum}` }]);
    }
    energies[slot] = sum;
  }
  return energies;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
