import { expect, test } from 'vitest';
import { dayAfter, daysOfMonth, monthAfter, monthName } from './days.ts';

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
