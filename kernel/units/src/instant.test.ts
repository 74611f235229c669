import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QuantityTextError } from './decimal.ts';
import { formatInstant, INSTANT_MS_MAX, INSTANT_MS_MIN, parseInstant } from './instant.ts';

const instants = fc.integer({ min: INSTANT_MS_MIN, max: INSTANT_MS_MAX });

describe('against the calendar of the host', () => {
  // The calendar repeats every 400 years; the first 400 and those around 1970 are walked whole.
  test.each([
    ['0000', INSTANT_MS_MIN],
    ['1770', Date.UTC(1770, 0, 1)],
  ])(
    'every day of the 400 years from %s',
    (_year, firstMs) => {
      const wrong: string[] = [];
      for (let day = 0; day < 146_097; day++) {
        const ms = firstMs + day * 86_400_000;
        const text = formatInstant(ms);
        const host = new Date(ms).toISOString().replace('.000Z', 'Z');
        if (text !== host || parseInstant(text) !== ms) wrong.push(text);
      }
      expect(wrong).toEqual([]);
    },
    60_000,
  );

  test('any millisecond, written and read', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const host = new Date(ms).toISOString();
        expect(parseInstant(host)).toBe(ms);
        expect(formatInstant(ms)).toBe(host.replace('.000Z', 'Z'));
        expect(parseInstant(formatInstant(ms))).toBe(ms);
      }),
    );
  });

  test('days exist here exactly when they exist there', () => {
    const two = (value: number) => `${value}`.padStart(2, '0');
    const anyDate = fc.tuple(
      fc.integer({ min: 0, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    );
    fc.assert(
      fc.property(anyDate, ([year, month, day]) => {
        const text = `${`${year}`.padStart(4, '0')}-${two(month)}-${two(day)}T00:00:00Z`;
        const host = new Date(text).getTime();
        const exists =
          !Number.isNaN(host) && new Date(host).toISOString().slice(0, 10) === text.slice(0, 10);
        if (exists) expect(parseInstant(text)).toBe(host);
        else expect(() => parseInstant(text)).toThrow(QuantityTextError);
      }),
      { numRuns: 2000 },
    );
  });
});

test.each<[string, number]>([
  ['1970-01-01T00:00Z', 0],
  ['1970-01-01T00:00:00.001Z', 1],
  ['1969-12-31T23:59:59.999Z', -1],
  ['2021-02-15T00:00:00+01:00', 1_613_343_600_000],
  ['2021-02-14T23:00Z', 1_613_343_600_000],
  ['2021-02-14T17:30-05:30', 1_613_343_600_000],
  ['2000-02-29T00:00:00Z', 951_782_400_000],
  ['0000-01-01T00:00:00Z', INSTANT_MS_MIN],
  ['9999-12-31T23:59:59.999Z', INSTANT_MS_MAX],
])('reads %s', (text, instantMs) => {
  expect(parseInstant(text)).toBe(instantMs);
});

test('reading never gives -0', () => {
  expect(Object.is(parseInstant('1970-01-01T00:00:00-00:00'), 0)).toBe(true);
  expect(formatInstant(-0)).toBe('1970-01-01T00:00:00Z');
});

describe('refuses', () => {
  test.each([
    ...['', '2021-02-15', '2021-02-15T00:00', '2021-02-15T00:00:00', '2021-02-15T00Z'],
    ...[' 2021-02-15T00:00Z', '2021-02-15T00:00Z ', '2021-02-15T00:00Z\n', '2021-02-15 00:00Z'],
    ...['2021-02-15t00:00Z', '2021-02-15T00:00z', '20210215T0000Z', '+02021-02-15T00:00Z'],
    ...['2021-2-15T00:00Z', '2021-02-15T0:00Z', '2021-02-15T00:00.000Z', '21-02-15T00:00Z'],
    ...['2021-02-15T00:00:00.1Z', '2021-02-15T00:00:00.0001Z', '2021-02-15T00:00:00,000Z'],
    ...['2021-02-15T00:00+0100', '2021-02-15T00:00+01', '2021-02-15T00:00+1:00', '1613343600'],
    ...['2021-02-15T00:00Z+01:00', '2021-02-15T00:00 +01:00', '2021-02-15T00:00\u221201:00'],
    ...['\u0662021-02-15T00:00Z', `2021-02-15T00:00:00${'0'.repeat(10_000)}Z`],
  ])('%j: not the form', (text) => {
    expect(() => parseInstant(text)).toThrow(/^instant: expected YYYY-MM-DDTHH:MM/);
  });

  test.each([
    ['2021-02-29T00:00Z', 'a day from 01 to 28'],
    ['1900-02-29T00:00Z', 'a day from 01 to 28'],
    ['2020-02-30T00:00Z', 'a day from 01 to 29'],
    ['2021-04-31T00:00Z', 'a day from 01 to 30'],
    ['2021-01-00T00:00Z', 'a day from 01 to 31'],
    ['2021-00-01T00:00Z', 'a month from 01 to 12'],
    ['2021-13-01T00:00Z', 'a month from 01 to 12'],
    ['2021-01-01T24:00Z', 'a time from 00:00:00 to 23:59:59'],
    ['2021-01-01T00:60Z', 'a time from 00:00:00 to 23:59:59'],
    ['2016-12-31T23:59:60Z', 'a time from 00:00:00 to 23:59:59'],
    ['2021-01-01T00:00+24:00', 'an offset of at most 23:59'],
    ['2021-01-01T00:00-01:60', 'an offset of at most 23:59'],
    ['0000-01-01T00:00+00:01', 'an instant in the years 0000 to 9999, UTC'],
    ['9999-12-31T23:59:59-00:01', 'an instant in the years 0000 to 9999, UTC'],
  ])('%s: expected %s', (text, expected) => {
    expect(() => parseInstant(text, { field: 'from' })).toThrow(
      `from: expected ${expected}, got "${text}"`,
    );
  });

  test('what is no text', () => {
    expect(() => parseInstant(0 as unknown as string)).toThrow(/got a number$/);
  });

  test.each([INSTANT_MS_MIN - 1, INSTANT_MS_MAX + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'to write %d',
    (ms) => {
      expect(() => formatInstant(ms)).toThrow(/^formatInstant: expected whole ms from/);
    },
  );
});
