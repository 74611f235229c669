/**
 * How cold each day is: the mean of the day, in degrees Celsius, as a cosine over the year and a
 * deviation that lasts for days. The cosine is the first harmonic of the monthly means of Germany in
 * 1991 to 2020 (Deutscher Wetterdienst, area means): 0.9, 1.5, 4.7, 9.0, 13.1, 16.4, 18.3, 17.9, 13.8,
 * 9.4, 4.8, 1.8. The deviation is a first-order autoregression from day to day, as weather generators
 * have it (Richardson 1981); its two constants are our choice.
 */

import { mixSeeds, SeededRandom } from '../households/seeded-random.ts';
import { cosineOfTurns } from '../households/sine.ts';

const MEAN_DEGREES = 9.3;
const AMPLITUDE_DEGREES = 8.8;
/** 17.4 days after the year's start, of 365.25. */
const COLDEST_TURNS = 0.0477;
const DEVIATION_DEGREES = 3.5;
/** What a day keeps of the one before. */
const PERSISTENCE = 0.7;
/** DEVIATION_DEGREES x sqrt(1 - PERSISTENCE^2), which keeps the spread as it is. */
const SHOCK_DEGREES = 2.5;

const DAY_MS = 86_400_000;

/** Means of the days of a calendar year (UTC), 1 January first. Each year is drawn by itself. */
export function dailyTemperatures(year: number, seed: number): Float64Array {
  const days = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / DAY_MS;
  const random = new SeededRandom(mixSeeds(seed, year));
  const degrees = new Float64Array(days);
  let deviation = DEVIATION_DEGREES * random.normal();
  for (let day = 0; day < days; day += 1) {
    degrees[day] = seasonalTemperature((day + 0.5) / days) + deviation;
    deviation = PERSISTENCE * deviation + SHOCK_DEGREES * random.normal();
  }
  return degrees;
}

/** Without the deviation; `turns` is the part of the year that has passed. */
export function seasonalTemperature(turns: number): number {
  return MEAN_DEGREES - AMPLITUDE_DEGREES * cosineOfTurns(turns - COLDEST_TURNS);
}
