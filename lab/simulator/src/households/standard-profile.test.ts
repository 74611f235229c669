import { describe, expect, test } from 'vitest';
import { localTime } from './local-calendar.ts';
import { dynamisation, type LoadKind, standardLoadW } from './standard-profile.ts';

const QUARTER_HOUR_MS = 900_000;

describe('standard load', () => {
  test.each<LoadKind>(['home', 'office', 'factory'])('%s: a year comes to 1000 kWh', (kind) => {
    let wattHours = 0;
    const endMs = Date.UTC(2026, 0, 1);
    for (let ms = Date.UTC(2025, 0, 1); ms < endMs; ms += QUARTER_HOUR_MS) {
      const watts = standardLoadW(kind, localTime(ms));
      expect(watts).toBeGreaterThan(0);
      wattHours += watts / 4;
    }
    expect(Math.abs(wattHours - 1_000_000)).toBeLessThan(25_000);
  });

  test('homes peak in the evening, offices at work, and nobody sleeps in the factory', () => {
    const at = (text: string) => localTime(Date.parse(text));
    const evening = at('2025-01-14T18:30Z');
    const night = at('2025-01-15T02:00Z');
    const morning = at('2025-01-14T09:00Z');
    const sunday = at('2025-01-12T09:00Z');
    expect(standardLoadW('home', evening)).toBeGreaterThan(4 * standardLoadW('home', night));
    expect(standardLoadW('office', morning)).toBeGreaterThan(10 * standardLoadW('office', sunday));
    expect(standardLoadW('factory', night)).toBeGreaterThan(80);
  });

  test('homes take more in winter: VDEW gives 1.24 on day 0 and less than 0.8 in July', () => {
    expect(dynamisation(0)).toBe(1.24);
    expect(dynamisation(15)).toBeCloseTo(1.2567, 3);
    expect(dynamisation(200)).toBeLessThan(0.8);
    expect(dynamisation(365)).toBeCloseTo(1.24, 1);
  });

  test('interpolation loses no energy over a day, midnight included', () => {
    const day = Array.from({ length: 96 }, (_, quarterHour) =>
      standardLoadW('office', {
        dayKind: 'workday',
        season: 'winter',
        dayOfYear: 15,
        quarterHour,
      }),
    );
    const published = 4358; // Wh: the sum of the 24 hourly means
    expect(day.reduce((sum, watts) => sum + watts / 4, 0)).toBeCloseTo(published, 6);
  });

  test('a quarter hour that does not exist is refused', () => {
    const time = { dayKind: 'workday', season: 'winter', dayOfYear: 1, quarterHour: 96 } as const;
    expect(() => standardLoadW('home', time)).toThrow('quarterHour: expected 0 to 95, got 96');
  });
});
