import { describe, expect, test } from 'vitest';
import { type DayKind, localTime, type Season } from './local-calendar.ts';

describe('local time in Germany', () => {
  test.each<[string, DayKind, Season, number, number]>([
    ['2025-01-14T23:00Z', 'workday', 'winter', 15, 0],
    ['2025-05-04T21:45Z', 'sunday', 'transition', 124, 95],
    ['2025-05-04T22:00Z', 'workday', 'transition', 125, 0],
    ['2025-03-20T12:00Z', 'workday', 'winter', 79, 52],
    ['2025-03-21T12:00Z', 'workday', 'transition', 80, 52],
    ['2025-05-15T10:00Z', 'workday', 'summer', 135, 48],
    ['2025-09-14T10:00Z', 'sunday', 'summer', 257, 48],
    ['2025-09-15T10:00Z', 'workday', 'transition', 258, 48],
    ['2025-10-31T12:00Z', 'workday', 'transition', 304, 52],
    ['2025-11-01T12:00Z', 'saturday', 'winter', 305, 52],
    ['2024-12-31T11:00Z', 'saturday', 'winter', 366, 48],
    ['2023-12-24T11:00Z', 'sunday', 'winter', 358, 48],
    ['2025-12-31T23:00Z', 'sunday', 'winter', 1, 0],
  ])('%s', (text, dayKind, season, dayOfYear, quarterHour) => {
    expect(localTime(Date.parse(text))).toEqual({ dayKind, season, dayOfYear, quarterHour });
  });

  test('summer time begins and ends at 01:00 UTC on the last Sunday', () => {
    expect(localTime(Date.parse('2021-03-28T00:45Z')).quarterHour).toBe(7);
    expect(localTime(Date.parse('2021-03-28T01:00Z')).quarterHour).toBe(12);
    expect(localTime(Date.parse('2021-10-31T00:45Z')).quarterHour).toBe(11);
    expect(localTime(Date.parse('2021-10-31T01:00Z')).quarterHour).toBe(8);
  });

  test.each([
    ['2025-04-18', 'Good Friday'],
    ['2025-04-21', 'Easter Monday'],
    ['2025-05-29', 'Ascension'],
    ['2025-06-09', 'Whit Monday'],
    ['2024-04-01', 'Easter Monday'],
    ['2038-04-26', 'Easter Monday'],
    ['2025-10-03', 'German Unity'],
    ['2025-12-26', 'the day after Christmas'],
  ])('%s is a Sunday: %s', (date) => {
    expect(localTime(Date.parse(`${date}T10:00Z`)).dayKind).toBe('sunday');
  });
});
