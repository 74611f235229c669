import { describe, expect, test } from 'vitest';
import { dailyTemperatures, seasonalTemperature } from './outdoor-temperature.ts';

/** Deutscher Wetterdienst, area means of Germany in 1991 to 2020, January to December. */
const MONTHS = [0.9, 1.5, 4.7, 9.0, 13.1, 16.4, 18.3, 17.9, 13.8, 9.4, 4.8, 1.8];

test('the season is within a degree of the monthly means', () => {
  for (const [month, degrees] of MONTHS.entries()) {
    expect(Math.abs(seasonalTemperature((month + 0.5) / 12) - degrees)).toBeLessThan(1);
  }
});

describe('dailyTemperatures', () => {
  test('has a value for every day of the year', () => {
    expect(dailyTemperatures(2021, 1)).toHaveLength(365);
    expect(dailyTemperatures(2024, 1)).toHaveLength(366);
  });

  test('is the same for a year and seed, and another for others', () => {
    expect(dailyTemperatures(2021, 1)).toEqual(dailyTemperatures(2021, 1));
    expect(dailyTemperatures(2021, 1)).not.toEqual(dailyTemperatures(2021, 2));
    expect(dailyTemperatures(2021, 1)).not.toEqual(dailyTemperatures(2022, 1));
  });

  test('deviates from the season by 3.5 degrees, and keeps 0.7 of it from day to day', () => {
    let square = 0;
    let product = 0;
    let days = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      let before = 0;
      for (const [day, degrees] of dailyTemperatures(2021, seed).entries()) {
        const deviation = degrees - seasonalTemperature((day + 0.5) / 365);
        square += deviation * deviation;
        product += deviation * before;
        before = deviation;
        days += 1;
      }
    }
    expect(Math.sqrt(square / days)).toBeCloseTo(3.5, 0);
    expect(product / square).toBeCloseTo(0.7, 1);
  });
});
