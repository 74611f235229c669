import { describe, expect, test } from 'vitest';
import { cloudiness } from './cloudiness.ts';
import { SeededRandom } from './seeded-random.ts';
import { MIDDLE_OF_GERMANY, type SolarPlant, solarOutputW, sunAt } from './solar-plant.ts';

const QUARTER_HOUR_MS = 900_000;
const SOUTH: SolarPlant = { installedW: 10_000, tiltDegrees: 35, azimuthDegrees: 0 };
const place = MIDDLE_OF_GERMANY;

function outputW(plant: SolarPlant, startMs: number, cloudOktas: number): number {
  return solarOutputW(plant, { place, sun: sunAt(startMs, place), cloudOktas });
}

function dayWh(plant: SolarPlant, dayMs: number, cloudOktas: number, quarters = [0, 96]): number {
  let wattHours = 0;
  for (let i = quarters[0] ?? 0; i < (quarters[1] ?? 96); i += 1) {
    wattHours += outputW(plant, dayMs + i * QUARTER_HOUR_MS, cloudOktas) / 4;
  }
  return wattHours;
}

describe('the sun', () => {
  test('stands at noon where latitude and declination put it', () => {
    const highest = (day: string) => {
      const sines = Array.from(
        { length: 96 },
        (_, i) => sunAt(Date.parse(day) + i * QUARTER_HOUR_MS, place).sineElevation,
      );
      return (Math.asin(Math.max(...sines)) * 180) / Math.PI;
    };
    expect(highest('2025-06-21')).toBeCloseTo(90 - 51.16 + 23.45, 0);
    expect(highest('2025-12-21')).toBeCloseTo(90 - 51.16 - 23.45, 0);
  });

  test('rises and sets within a quarter hour of the almanac', () => {
    // Middle of Germany, 20 March 2025: sunrise about 05:23 UTC, sunset about 17:30 UTC, which the
    // almanac gives for the upper limb and with refraction, some four minutes wider.
    const up = (time: string) => sunAt(Date.parse(`2025-03-20T${time}Z`), place).sineElevation > 0;
    expect([up('05:00'), up('05:30'), up('17:00'), up('17:30')]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('a solar plant', () => {
  test('gives nothing by night, and never more than its rating', () => {
    expect(outputW(SOUTH, Date.parse('2025-06-21T23:00Z'), 0)).toBe(0);
    for (let i = 0; i < 96; i += 1) {
      const watts = outputW(SOUTH, Date.parse('2025-05-21') + i * QUARTER_HOUR_MS, 0);
      expect(Number.isInteger(watts)).toBe(true);
      expect(watts).toBeGreaterThanOrEqual(0);
      expect(watts).toBeLessThanOrEqual(SOUTH.installedW);
    }
  });

  test('east works in the morning, west in the afternoon, about alike over the day', () => {
    const east = { ...SOUTH, azimuthDegrees: -90 };
    const west = { ...SOUTH, azimuthDegrees: 90 };
    const dayMs = Date.parse('2025-06-21');
    const noon = 45; // 11:15 UTC, solar noon at 10.45 degrees east
    expect(dayWh(east, dayMs, 0, [0, noon])).toBeGreaterThan(
      1.5 * dayWh(east, dayMs, 0, [noon, 96]),
    );
    expect(dayWh(west, dayMs, 0, [noon, 96])).toBeGreaterThan(
      1.5 * dayWh(west, dayMs, 0, [0, noon]),
    );
    expect(dayWh(east, dayMs, 0) / dayWh(west, dayMs, 0)).toBeCloseTo(1, 1);
  });

  test('an overcast sky leaves about a fifth of a clear one', () => {
    const dayMs = Date.parse('2025-06-21');
    const ratio = dayWh(SOUTH, dayMs, 8) / dayWh(SOUTH, dayMs, 0);
    expect(ratio).toBeGreaterThan(0.15);
    expect(ratio).toBeLessThan(0.3);
  });

  test('clouds beyond the scale are refused', () => {
    expect(() => outputW(SOUTH, 0, 8.1)).toThrow('cloudOktas: expected 0 to 8, got 8.1');
    expect(() => outputW(SOUTH, 0, Number.NaN)).toThrow('got NaN');
  });

  test.each([1, 2, 3])('a year under seed %i yields what German roofs yield', (seed) => {
    const clouds = cloudiness(new SeededRandom(seed));
    const startMs = Date.UTC(2025, 0, 1);
    let wattHours = 0;
    let oktas = 0;
    const slots = 365 * 96;
    for (let i = 0; i < slots; i += 1) {
      const cloudOktas = clouds.oktasAt(i);
      oktas += cloudOktas;
      wattHours += outputW(SOUTH, startMs + i * QUARTER_HOUR_MS, cloudOktas) / 4;
    }
    const yieldHours = wattHours / SOUTH.installedW;
    expect(yieldHours).toBeGreaterThan(800);
    expect(yieldHours).toBeLessThan(1150);
    expect(oktas / slots).toBeGreaterThan(4);
    expect(oktas / slots).toBeLessThan(6);
  });
});

describe('cloudiness', () => {
  test('lasts: an hour later it is nearly the same, three days later it is not', () => {
    const clouds = cloudiness(new SeededRandom(5));
    const at = (slotIndex: number) => clouds.oktasAt(slotIndex) - 5;
    const correlation = (lag: number) => {
      let product = 0;
      let square = 0;
      for (let i = 0; i < 20_000; i += 1) {
        product += at(i) * at(i + lag);
        square += at(i) * at(i);
      }
      return product / square;
    };
    expect(correlation(4)).toBeGreaterThan(0.85);
    expect(Math.abs(correlation(288))).toBeLessThan(0.15);
  });

  test('is fixed by its seed', () => {
    const oktas = (seed: number) => cloudiness(new SeededRandom(seed)).oktasAt(1000);
    expect(oktas(1)).toBe(oktas(1));
    expect(oktas(1)).not.toBe(oktas(2));
  });
});
