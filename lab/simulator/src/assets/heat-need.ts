/**
 * The heat that a home needs, by degree days: on a day whose mean is below 15 degrees it needs heat in
 * proportion to what the day lacks of 20 degrees (heating limit and room temperature of VDI 2067, G20/15),
 * on others none. The days of a calendar year (UTC) share the heat of the year, and the slots of a day
 * share the heat of the day evenly, for walls level out the hours. The shares are rounded so that any
 * run of slots of a year comes to its sum within a Wh.
 */

import { dailyTemperatures } from './outdoor-temperature.ts';

const HEATING_LIMIT_DEGREES = 15;
const ROOM_DEGREES = 20;
const DAY_MS = 86_400_000;
const WH_PER_KWH = 1_000;

export interface Days {
  readonly startMs: number;
  readonly slotMs: number;
  readonly slots: number;
  readonly seed: number;
}

/** What a day's mean temperature counts for in the heat of the year. */
export function degreeDays(meanDegrees: number): number {
  return meanDegrees < HEATING_LIMIT_DEGREES ? ROOM_DEGREES - meanDegrees : 0;
}

/** Heat of each slot in Wh. */
export function heatNeedWh(annualHeatKwh: number, days: Days): Int32Array {
  const needWh = new Int32Array(days.slots);
  const slotsPerDay = DAY_MS / days.slotMs;
  let exactWh = 0;
  let givenWh = 0;
  eachDay(days, ({ degrees, degreesOfYear, from, to }) => {
    const dayWh = (annualHeatKwh * WH_PER_KWH * degreeDays(degrees)) / degreesOfYear;
    for (let slot = from; slot < to; slot += 1) {
      exactWh += dayWh / slotsPerDay;
      needWh[slot] = Math.floor(exactWh) - givenWh;
      givenWh += needWh[slot] ?? 0;
    }
  });
  return needWh;
}

/** Calls for each day (UTC) of a run, with its mean temperature, the degree days of its year and its slots. */
export function eachDay(
  { startMs, slotMs, slots, seed }: Days,
  visit: (day: { degrees: number; degreesOfYear: number; from: number; to: number }) => void,
): void {
  let year = Number.NaN;
  let temperatures: Float64Array = new Float64Array(0);
  let degreesOfYear = 0;
  for (let from = 0, to = 0; from < slots; from = to) {
    const dayMs = Math.floor((startMs + from * slotMs) / DAY_MS) * DAY_MS;
    to = Math.min(slots, Math.ceil((dayMs + DAY_MS - startMs) / slotMs));
    const yearOfDay = new Date(dayMs).getUTCFullYear();
    if (yearOfDay !== year) {
      year = yearOfDay;
      temperatures = dailyTemperatures(year, seed);
      degreesOfYear = temperatures.reduce((sum, degrees) => sum + degreeDays(degrees), 0);
    }
    const degrees = temperatures[(dayMs - Date.UTC(year, 0, 1)) / DAY_MS] ?? 0;
    visit({ degrees, degreesOfYear, from, to });
  }
}
