/**
 * Households with batteries whose schedules move what energy costs all: in each hour the street pays
 * coefficient x (energy of the street)^2, EUR.
 */

import { square } from '../arithmetic.ts';
import {
  type Battery,
  type BatteryDay,
  cheapestSchedule,
  gridLoadsKwh,
  leastCostBoundEur,
  type MarginalCost,
  type Schedule,
} from './battery.ts';

/**
 * How the cost of the street is shared. `daily`: by each household's share of the day's use, whatever the hour
 * (Mohsenian-Rad et al. 2010). `hourly`: each hour by what was taken from the grid in it (Baharlouei et al. 2012, as
 * told by Jacquot et al. 2017).
 */
export type Billing = 'daily' | 'hourly';

export interface StreetHousehold {
  readonly loadsKwh: readonly number[];
  /** Nothing where it has none. */
  readonly battery?: Battery;
}

export interface Street {
  readonly households: readonly StreetHousehold[];
  /** EUR/kWh^2 of each hour, above 0. */
  readonly coefficients: readonly number[];
}

/** What each household takes from the grid in each hour. */
export type GridLoads = readonly (readonly number[])[];

export interface Outcome {
  readonly loadsKwh: GridLoads;
  readonly schedules: readonly (Schedule | undefined)[];
  readonly rounds: number;
  readonly isSettled: boolean;
}

export function atRest({ households }: Street): GridLoads {
  return households.map(({ loadsKwh }) => loadsKwh);
}

export function streetLoadsKwh(loads: GridLoads): number[] {
  const [first = [], ...others] = loads;
  return others.reduce<number[]>(
    (sum, row) => sum.map((one, hour) => one + (row[hour] ?? 0)),
    [...first],
  );
}

export function streetCostEur({ coefficients }: Street, loads: GridLoads): number {
  return streetLoadsKwh(loads).reduce(
    (sum, energyKwh, hour) => sum + (coefficients[hour] ?? 0) * square(energyKwh),
    0,
  );
}

/** The greatest hour over the mean of all hours. */
export function peakToAverage(loads: GridLoads): number {
  const street = streetLoadsKwh(loads);
  const sum = street.reduce((total, one) => total + one, 0);
  return (Math.max(...street) * street.length) / sum;
}

/**
 * What one more kWh costs a household in an hour, given what the others take: by the hour, the derivative of
 * coefficient (others + own) own; by the day, its fixed share of the derivative of the whole cost. The share scales all
 * hours alike and is left out.
 */
export function marginalCosts(
  { coefficients }: Street,
  loads: GridLoads,
  at: number,
  billing: Billing,
): MarginalCost[] {
  const street = streetLoadsKwh(loads);
  return coefficients.map((coefficient, hour) => {
    const others = (street[hour] ?? 0) - (loads[at]?.[hour] ?? 0);
    const weight = billing === 'daily' ? 2 : 1;
    return { base: weight * coefficient * others, slope: 2 * coefficient };
  });
}

function dayOf(street: Street, loads: GridLoads, at: number, billing: Billing) {
  const household = street.households[at];
  if (household?.battery === undefined) return undefined;
  const { battery, loadsKwh } = household;
  return { battery, loadsKwh, costs: marginalCosts(street, loads, at, billing) };
}

/** The household's best response to what the others take. */
export function bestResponse(
  street: Street,
  loads: GridLoads,
  at: number,
  billing: Billing,
): { readonly schedule: Schedule; readonly loadsKwh: readonly number[] } | undefined {
  const day = dayOf(street, loads, at, billing);
  if (day === undefined) return undefined;
  const schedule = cheapestSchedule(day);
  return { schedule, loadsKwh: gridLoadsKwh(day, schedule.storedKwh) };
}

const ROUNDS_MAX = 2_000;

/**
 * Best responses in turn until nobody moves by more than `toleranceKwh`. By the day all minimise one cost; by the
 * hour they descend the sum of coefficient ((street)^2 + sum of own^2) / 2, whose derivatives are everybody's
 * marginal costs: convex both, so that they settle at its least.
 */
export function settle(
  street: Street,
  billing: Billing,
  start: GridLoads = atRest(street),
  toleranceKwh = 1e-8,
): Outcome {
  let loads = start;
  const schedules: (Schedule | undefined)[] = street.households.map(() => undefined);
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    let moved = 0;
    for (const at of street.households.keys()) {
      const answer = bestResponse(street, loads, at, billing);
      if (answer === undefined) continue;
      const before = loads[at] ?? [];
      for (const [hour, energyKwh] of answer.loadsKwh.entries()) {
        moved = Math.max(moved, Math.abs(energyKwh - (before[hour] ?? 0)));
      }
      loads = loads.with(at, answer.loadsKwh);
      schedules[at] = answer.schedule;
    }
    if (moved <= toleranceKwh)
      return { loadsKwh: loads, schedules, rounds: round, isSettled: true };
  }
  return { loadsKwh: loads, schedules, rounds: ROUNDS_MAX, isSettled: false };
}

/** Everybody answers the day before at once. */
export function answerAtOnce(street: Street, loads: GridLoads, billing: Billing): GridLoads {
  return loads.map((own, at) => bestResponse(street, loads, at, billing)?.loadsKwh ?? own);
}

/**
 * The most that any household could gain by any other schedule, proven by a bound below its cost, EUR; by the day in
 * the cost of the street, of which it bears a share. Floats round it to a little beside 0, either way.
 */
export function gainBoundEur(street: Street, loads: GridLoads, billing: Billing): number {
  const gains = loads.map((own, at) => {
    const day = dayOf(street, loads, at, billing);
    if (day === undefined) return 0;
    const { worths } = cheapestSchedule(day);
    return costOfLoads(day, own) - leastCostBoundEur(day, worths);
  });
  return gains.reduce((most, gain) => (Math.abs(gain) > Math.abs(most) ? gain : most), 0);
}

function costOfLoads({ costs }: BatteryDay, loadsKwh: readonly number[]): number {
  return loadsKwh.reduce((sum, energyKwh, hour) => {
    const { base = 0, slope = 0 } = costs[hour] ?? {};
    return sum + base * energyKwh + (slope * square(energyKwh)) / 2;
  }, 0);
}

/**
 * A bound that the cost of the street is nowhere below: cost is convex, so that it lies above its tangent at these
 * loads, and on the tangent every household is alone with fixed prices, for which worths give a bound.
 */
export function streetCostBoundEur(street: Street, loads: GridLoads): number {
  const energies = streetLoadsKwh(loads);
  const prices = street.coefficients.map((one, hour) => ({
    base: 2 * one * (energies[hour] ?? 0),
    slope: 0,
  }));
  let bound = streetCostEur(street, loads);
  for (const [at, own] of loads.entries()) {
    const day = dayOf(street, loads, at, 'daily');
    if (day === undefined) continue;
    const { worths } = cheapestSchedule(day);
    const alone = { ...day, costs: prices };
    bound += leastCostBoundEur(alone, worths) - costOfLoads(alone, own);
  }
  return bound;
}

/** What each household pays. */
export function billsEur(street: Street, loads: GridLoads, billing: Billing): number[] {
  const energies = streetLoadsKwh(loads);
  const used = street.households.map((one) => one.loadsKwh.reduce((sum, kwh) => sum + kwh, 0));
  const all = used.reduce((sum, one) => sum + one, 0);
  const cost = streetCostEur(street, loads);
  return loads.map((own, at) =>
    billing === 'daily'
      ? (cost * (used[at] ?? 0)) / all
      : own.reduce(
          (sum, kwh, hour) => sum + (street.coefficients[hour] ?? 0) * (energies[hour] ?? 0) * kwh,
          0,
        ),
  );
}
