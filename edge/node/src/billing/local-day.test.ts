import { expect, test } from 'vitest';
import { checkTimeZone, lastDayBefore, localDay, localTime, startOfDay } from './local-day.ts';

const HOUR_MS = 3_600_000;

test.each<[string, string, number]>([
  ['Europe/Vienna', '2026-03-29', 23],
  ['Europe/Vienna', '2026-06-01', 24],
  ['Europe/Vienna', '2026-10-25', 25],
  // Midnight itself is left out here when summer time begins.
  ['Africa/Cairo', '2024-04-26', 23],
  ['UTC', '2026-03-29', 24],
])('in %s the day %s has %i hours', (zone, day, hours) => {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const next = new Date(Date.UTC(year, month - 1, date + 1)).toISOString().slice(0, 10);
  expect((startOfDay(zone, next) - startOfDay(zone, day)) / HOUR_MS).toBe(hours);
});

test('a day begins where the one before it has ended', () => {
  const start = startOfDay('Europe/Vienna', '2026-05-01');
  expect(new Date(start).toISOString()).toBe('2026-04-30T22:00:00.000Z');
  expect(localDay('Europe/Vienna', start)).toBe('2026-05-01');
  expect(localDay('Europe/Vienna', start - 1)).toBe('2026-04-30');
  expect(localTime('Asia/Kathmandu', 0)).toBe('1970-01-01T05:30:00');
  expect(lastDayBefore('2026-03-01')).toBe('2026-02-28');
});

test.each(['2026-02-30', '2026-5-1', 'May', ''])('%s is no day', (day) => {
  expect(() => startOfDay('UTC', day)).toThrow(/^day: /);
});

test('a zone that nobody knows is refused', () => {
  expect(() => checkTimeZone('Europe/Lindengasse')).toThrow(RangeError);
});
