import { expect, test } from 'vitest';
import {
  dayAfter,
  dayOf,
  daysOfMonth,
  monthAfter,
  monthName,
  monthOf,
  startOfDay,
} from './days.ts';

test('months go over the ends of years', () => {
  expect(monthAfter('2025-12', 1)).toBe('2026-01');
  expect(monthAfter('2026-01', -1)).toBe('2025-12');
  expect(daysOfMonth('2025-12')).toEqual({ fromDay: '2025-12-01', untilDay: '2026-01-01' });
});

test('days go over the ends of months, leap days too', () => {
  expect(dayAfter('2024-02-28', 1)).toBe('2024-02-29');
  expect(dayAfter('2025-03-01', -1)).toBe('2025-02-28');
});

test('a month has its name', () => {
  expect(monthName('2025-05')).toBe('May 2025');
});

test.each([
  ['2021-03-28', 'Europe/Vienna', '2021-03-27T23:00:00.000Z'],
  ['2021-03-29', 'Europe/Vienna', '2021-03-28T22:00:00.000Z'],
  ['2021-10-31', 'UTC', '2021-10-31T00:00:00.000Z'],
  ['2021-06-01', 'Asia/Kathmandu', '2021-05-31T18:15:00.000Z'],
  // Its midnight did not exist: the clock went from 23:59:59 to 01:00.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
])('%s of %s begins at %s', (day, zone, instant) => {
  const startMs = startOfDay(day, zone);
  expect(new Date(startMs).toISOString()).toBe(instant);
  expect([dayOf(startMs, zone), dayOf(startMs - 1, zone)]).toEqual([day, dayAfter(day, -1)]);
  expect(monthOf(startMs, zone)).toBe(day.slice(0, 7));
});
