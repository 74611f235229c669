/**
 * The cheapest schedule of one battery for costs that rise with what the household takes from the grid. One step is
 * one hour, so that kWh and kW are one number.
 */

import { square } from '../arithmetic.ts';

export interface Battery {
  readonly energyKwh: number;
  /** Stored energy at the beginning, and again at the end. */
  readonly startKwh: number;
  /** What can be stored and what can be taken out in an hour. */
  readonly powerKw: number;
  /** Stored per kWh taken in, and given out per kWh stored: from above 0 to 1. */
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
}

/** What one more kWh from the grid costs in an hour: base + slope x kWh, EUR/kWh; both at least 0. */
export interface MarginalCost {
  readonly base: number;
  readonly slope: number;
}

export interface BatteryDay {
  readonly battery: Battery;
  /** What the household uses in each hour, kWh. Nothing is fed into the grid. */
  readonly loadsKwh: readonly number[];
  readonly costs: readonly MarginalCost[];
}

export interface Schedule {
  /** Energy stored in each hour; below 0, taken out. */
  readonly storedKwh: readonly number[];
  /** What a kWh stored is worth at the end of each hour, EUR/kWh: the multipliers that prove it cheapest. */
  readonly worths: readonly number[];
}

/** What the grid gives in an hour in which so much is stored. */
export function gridKwh(battery: Battery, loadKwh: number, storedKwh: number): number {
  return storedKwh > 0
    ? loadKwh + storedKwh / battery.chargeEfficiency
    : loadKwh + storedKwh * battery.dischargeEfficiency;
}

export function gridLoadsKwh(
  { battery, loadsKwh }: Omit<BatteryDay, 'costs'>,
  storedKwh: readonly number[],
): number[] {
  return loadsKwh.map((loadKwh, hour) => gridKwh(battery, loadKwh, storedKwh[hour] ?? 0));
}

export function hourCostEur({ base, slope }: MarginalCost, energyKwh: number): number {
  return base * energyKwh + (slope * square(energyKwh)) / 2;
}

export function dayCostEur(day: BatteryDay, storedKwh: readonly number[]): number {
  return gridLoadsKwh(day, storedKwh).reduce(
    (sum, energyKwh, hour) => sum + hourCostEur(costAt(day, hour), energyKwh),
    0,
  );
}

const BISECTIONS = 70;
/** Closer levels are one, kWh. */
const LEVEL_KWH = 1e-10;

/**
 * The cheapest schedule. The worth of stored energy before an hour is convex in the level; its inverse, the level at
 * which a stored kWh is worth `v`, is the inverse after that hour less what the hour stores at `v`, kept within the
 * battery. So one pass finds in each hour the worth at which the level is what it is, by halving. Slopes above 0.
 */
export function cheapestSchedule(day: BatteryDay): Schedule {
  const hours = day.loadsKwh.length;
  const dearest = Math.max(
    ...day.costs.map(({ base, slope }, hour) => {
      const { powerKw, chargeEfficiency } = day.battery;
      return base + slope * ((day.loadsKwh[hour] ?? 0) + powerKw / chargeEfficiency);
    }),
  );
  const worthMost =
    (2 * dearest) / (day.battery.dischargeEfficiency * day.battery.chargeEfficiency);
  const storedKwh: number[] = [];
  const worths: number[] = [];
  let level = day.battery.startKwh;
  let worth = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    const now = level;
    const excess = (tried: number) =>
      levelAfter(day, hour, tried) - storedAt(day, hour, tried) - now;
    if (hour === 0 || Math.abs(excess(worth)) > LEVEL_KWH) {
      worth = fallingRoot(excess, { from: -worthMost, to: worthMost });
    }
    const stored = storedAt(day, hour, worth);
    storedKwh.push(stored);
    worths.push(worth);
    level += stored;
  }
  return { storedKwh, worths };
}

/** The level after an hour at which a stored kWh is worth so much to all later hours. */
function levelAfter(day: BatteryDay, hour: number, worth: number): number {
  let level = day.battery.startKwh;
  for (let later = day.loadsKwh.length - 1; later > hour; later -= 1) {
    level = Math.min(day.battery.energyKwh, Math.max(0, level - storedAt(day, later, worth)));
  }
  return level;
}

/** What an hour stores where a stored kWh is worth so much: it rises with that worth. */
function storedAt(day: BatteryDay, hour: number, worth: number): number {
  const { chargeEfficiency, dischargeEfficiency } = day.battery;
  const { base, slope } = costAt(day, hour);
  const { least, most } = storedBounds(day, hour);
  const loadKwh = day.loadsKwh[hour] ?? 0;
  const charged = ((worth * chargeEfficiency - base) / slope - loadKwh) * chargeEfficiency;
  if (charged > 0) return Math.min(most, charged);
  const discharged = ((worth / dischargeEfficiency - base) / slope - loadKwh) / dischargeEfficiency;
  return discharged < 0 ? Math.max(least, discharged) : 0;
}

function storedBounds({ battery, loadsKwh }: BatteryDay, hour: number) {
  const used = (loadsKwh[hour] ?? 0) / battery.dischargeEfficiency;
  return { least: -Math.min(battery.powerKw, used), most: battery.powerKw };
}

/**
 * A bound that no schedule's cost is below, whatever the worths: hours and levels each at their cheapest once a
 * stored kWh is priced at its worth (Lagrangian duality). The right worths make it the least cost itself. Costs may
 * be level (slope 0): the cheapest of an hour is then at an end or at rest.
 */
export function leastCostBoundEur(day: BatteryDay, worths: readonly number[]): number {
  const { startKwh, energyKwh } = day.battery;
  let bound = ((worths.at(-1) ?? 0) - (worths[0] ?? 0)) * startKwh;
  for (const [hour, worth] of worths.entries()) {
    const { least, most } = storedBounds(day, hour);
    const isLevel = costAt(day, hour).slope === 0;
    const tried = isLevel ? [least, 0, most] : [storedAt(day, hour, worth)];
    const cheapest = tried.map((stored) => {
      const energy = gridKwh(day.battery, day.loadsKwh[hour] ?? 0, stored);
      return hourCostEur(costAt(day, hour), energy) - worth * stored;
    });
    bound += Math.min(...cheapest);
    const next = worths[hour + 1];
    if (next !== undefined) bound += Math.min(0, (worth - next) * energyKwh);
  }
  return bound;
}

function costAt({ costs }: BatteryDay, hour: number): MarginalCost {
  const cost = costs[hour];
  if (cost === undefined) throw new RangeError(`costs: expected one for hour ${hour}, got none`);
  return cost;
}

/** Where a function that falls from above 0 to below 0 is 0. */
function fallingRoot(
  falling: (at: number) => number,
  interval: { readonly from: number; readonly to: number },
): number {
  let { from, to } = interval;
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (from + to) / 2;
    if (falling(middle) > 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}
