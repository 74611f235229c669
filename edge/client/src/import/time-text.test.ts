import { describe, expect, test } from 'vitest';
import { timeFormat } from './time-text.ts';
import { isTimeZone, ZoneCalendar } from './zone-calendar.ts';

const wall = (text: string) => ({ kind: 'wall', wallMs: Date.parse(`${text}Z`) });
const instant = (text: string) => ({ kind: 'instant', atMs: Date.parse(text) });

test.each([
  ['iso', '2024-01-01T00:15+01:00', instant('2024-01-01T00:15+01:00')],
  ['iso', '2024-01-01 00:15:00Z', instant('2024-01-01T00:15:00Z')],
  ['iso', '2024-01-01T00:15-0330', instant('2024-01-01T00:15-03:30')],
  ['iso', '2024-01-01T00:15', wall('2024-01-01T00:15')],
  ['dd.MM.yyyy HH:mm', '28.03.2021 01:45', wall('2021-03-28T01:45')],
  ['dd.MM.yyyy HH:mm', '31.12.2021 24:00', wall('2022-01-01T00:00')],
  ['dd.MM.yy HH:mm', '28.03.21 01:45', wall('2021-03-28T01:45')],
  ['unix-seconds', '1613343600.0', { kind: 'instant', atMs: 1_613_343_600_000 }],
  ['unix-milliseconds', '1613343600000', { kind: 'instant', atMs: 1_613_343_600_000 }],
])('%s reads %s', (pattern, text, reading) => {
  expect(timeFormat(pattern)?.read(text)).toEqual(reading);
});

test.each([
  ['iso', '2024-02-30T00:15'],
  ['iso', '2024-01-01T24:15'],
  ['iso', '2024-01-01'],
  ['dd.MM.yyyy HH:mm', '28x03x2021 01:45'],
  ['dd.MM.yyyy HH:mm', '28.13.2021 01:45'],
  ['unix-seconds', '1613343600.5'],
  ['unix-seconds', '-5'],
])('%s does not read %s', (pattern, text) => {
  expect(timeFormat(pattern)?.read(text)).toBeUndefined();
});

test.each(['', 'HH:mm:ss', 'dd.MM.yyyy', 'dd.MM.yyyy yy HH:mm', 'nonsense'])(
  '%j is no format of a whole time',
  (pattern) => expect(timeFormat(pattern)).toBeUndefined(),
);

describe('days of a zone', () => {
  const berlin = new ZoneCalendar('Europe/Berlin');

  test.each([
    ['2021-03-27', 96],
    ['2021-03-28', 92],
    ['2021-10-31', 100],
  ])('%s has %i quarter hours', (date, quarters) => {
    const { fromMs, untilMs } = berlin.dayOfWall(Date.parse(`${date}T12:00Z`));
    expect((untilMs - fromMs) / 900_000).toBe(quarters);
    expect(berlin.dayOf(fromMs).date).toBe(date);
    expect(berlin.dayOf(untilMs - 1).date).toBe(date);
    expect(berlin.dayOf(untilMs).date).not.toBe(date);
  });

  test('a time is there once, not at all, or twice', () => {
    const at = (text: string) => berlin.instantsOf(Date.parse(`${text}Z`));
    expect(at('2021-03-28T01:45')).toEqual([Date.parse('2021-03-28T00:45Z')]);
    expect(at('2021-03-28T02:00')).toEqual([]);
    expect(at('2021-03-28T03:00')).toEqual([Date.parse('2021-03-28T01:00Z')]);
    expect(at('2021-10-31T02:30')).toEqual([
      Date.parse('2021-10-31T00:30Z'),
      Date.parse('2021-10-31T01:30Z'),
    ]);
    expect(at('2021-10-31T03:00')).toEqual([Date.parse('2021-10-31T02:00Z')]);
  });

  test('half hours and far zones are zones as well', () => {
    expect(isTimeZone('Australia/Lord_Howe')).toBe(true);
    expect(isTimeZone('Pacific/Kiritimati')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
    const kiritimati = new ZoneCalendar('Pacific/Kiritimati');
    expect(kiritimati.dayOf(Date.parse('2021-03-28T10:30Z')).date).toBe('2021-03-29');
  });
});

test.each([
  ['00:00', 0],
  ['07:45', 27_900_000],
  // The end of the day is the beginning of its clock.
  ['24:00', 0],
  ['24:15', undefined],
  ['7:45', undefined],
])('%s is a time of a typical day, without a date', (text, clockMs) => {
  const expected = clockMs === undefined ? undefined : { kind: 'clock', clockMs };
  expect(timeFormat('HH:mm')?.read(text)).toEqual(expected);
});
