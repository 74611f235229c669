import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { degreeDays, heatNeedWh } from './heat-need.ts';

const YEAR = { startMs: Date.UTC(2021, 0, 1), slotMs: 900_000, slots: 365 * 96, seed: 3 };
const sum = (series: Int32Array) => series.reduce((all, one) => all + one, 0);

test.each([
  [-10, 30],
  [14.9, 5.1],
  [15, 0],
  [25, 0],
])('a day of %d degrees counts %d degree days', (degrees, counts) => {
  expect(degreeDays(degrees)).toBeCloseTo(counts, 12);
});

describe('heatNeedWh', () => {
  test('comes to the heat of a calendar year', () => {
    const total = sum(heatNeedWh(12_000, YEAR));
    expect(total).toBeGreaterThanOrEqual(11_999_999);
    expect(total).toBeLessThanOrEqual(12_000_000);
  });

  test('needs most in winter and hardly any in July', () => {
    const needWh = heatNeedWh(12_000, YEAR);
    const month = (from: number) => sum(needWh.subarray(from * 96, (from + 31) * 96));
    expect(month(0)).toBeGreaterThan(1_500_000);
    expect(month(181)).toBeLessThan(month(0) / 10);
  });

  test('is the same need in slots of any length', () => {
    const days = { ...YEAR, slots: 20 * 96 };
    const quarters = heatNeedWh(9_000, days);
    const hours = heatNeedWh(9_000, { ...days, slotMs: 3_600_000, slots: 20 * 24 });
    for (const [hour, need] of hours.entries()) {
      expect(Math.abs(sum(quarters.subarray(hour * 4, hour * 4 + 4)) - need)).toBeLessThan(2);
    }
  });

  test('a later start sees the same days', () => {
    const whole = heatNeedWh(12_000, YEAR);
    fc.assert(
      fc.property(fc.nat({ max: 300 * 96 }), (later) => {
        const startMs = YEAR.startMs + later * YEAR.slotMs;
        const part = heatNeedWh(12_000, { ...YEAR, startMs, slots: 300 });
        for (let slot = 0; slot < 300; slot += 1) {
          expect(Math.abs((part[slot] ?? 0) - (whole[later + slot] ?? 0))).toBeLessThan(2);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('takes each calendar year by itself', () => {
    const years = heatNeedWh(10_000, { ...YEAR, slots: (365 + 365) * 96 });
    expect(Math.abs(sum(years.subarray(0, 365 * 96)) - 10_000_000)).toBeLessThan(2);
    expect(Math.abs(sum(years.subarray(365 * 96)) - 10_000_000)).toBeLessThan(2);
  });
});
