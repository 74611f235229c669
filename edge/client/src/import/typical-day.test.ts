import { describe, expect, test } from 'vitest';
import { BUILT_IN_PROFILE_TEXTS } from './built-in-profiles.ts';
import { ImportFault } from './import-fault.ts';
import { readReadings } from './imported-file.ts';
import { readProfile } from './profile.ts';

const QUARTER_MS = 900_000;
const BUILT_IN = BUILT_IN_PROFILE_TEXTS.get('grid-singularity-day') ?? '';
const span = (first: string, last: string) =>
  BUILT_IN.replace('label: start', `label: start\n  firstDay: ${first}\n  lastDay: ${last}`);
const clock = (at: number): string =>
  `${`${Math.floor(at / 4)}`.padStart(2, '0')}:${`${(at % 4) * 15}`.padStart(2, '0')}`;
const rows = Array.from({ length: 96 }, (_, at) => `${clock(at)};0.${100 + at}`);
const dayFile = (lines: readonly string[] = rows) =>
  ['INTERVAL;ENERGY(kWh)', ...lines, ''].join('\n');

async function read(profileText: string, text = dayFile()) {
  const profile = readProfile(profileText, 'profile');
  async function* source() {
    yield new TextEncoder().encode(text);
  }
  const file = await readReadings(source(), {
    place: 'day.csv',
    profile,
    slotLengthMs: QUARTER_MS,
  });
  return file.meters[0]?.slots ?? [];
}

test('a typical day stands for each day of its span, estimated', async () => {
  const slots = await read(span('2025-05-01', '2025-05-03'));
  expect(slots).toHaveLength(3 * 96);
  expect(new Date(slots[0]?.slotMs ?? 0).toISOString()).toBe('2025-04-30T22:00:00.000Z');
  expect(new Set(slots.map(({ quality }) => quality))).toEqual(new Set(['estimated']));
  expect([0, 96, 192].map((at) => slots[at]?.importedWh)).toEqual([100n, 100n, 100n]);
  expect(slots.at(-1)?.importedWh).toBe(195n);
});

test.each([
  ['2025-03-30', 92, [107n, 112n]],
  ['2025-10-26', 100, [107n, 108n]],
])('on %s it has %i intervals, by what the clock shows', async (day, count, around) => {
  const slots = await read(span(day, day));
  expect(slots).toHaveLength(count);
  // 01:45, and what comes after it: 03:00 in spring, 02:00 for the first time in autumn.
  expect(slots.slice(7, 9).map(({ importedWh }) => importedWh)).toEqual(around);
  expect(slots.at(-1)?.importedWh).toBe(195n);
});

test('where the ends of intervals are written, midnight ends the day', async () => {
  const ends = span('2025-05-01', '2025-05-01').replace('label: start', 'label: end');
  const slots = await read(ends);
  expect(slots).toHaveLength(96);
  expect([slots[0]?.importedWh, slots.at(-1)?.importedWh]).toEqual([101n, 100n]);
});

describe('is refused', () => {
  test.each([
    [
      'without its days',
      BUILT_IN,
      dayFile(),
      /time\.firstDay: expected the first and the last day/,
    ],
    [
      'with an interval missing',
      span('2025-05-01', '2025-05-01'),
      dayFile(rows.slice(1)),
      /96 rows/,
    ],
    [
      'with a time that comes twice',
      span('2025-05-01', '2025-05-01'),
      dayFile([...rows, '00:00;0.1']),
      /line 98: expected another time than that of line 2/,
    ],
    [
      'with a time between intervals',
      span('2025-05-01', '2025-05-01'),
      dayFile(['00:07;0.1']),
      /the edge of an interval/,
    ],
    ['with no such time', span('2025-05-01', '2025-05-01'), dayFile(['25:00;0.1']), /HH:mm/],
  ])('%s', async (_name, profile, text, message) => {
    const reading = read(profile, text);
    await expect(reading).rejects.toThrow(ImportFault);
    await expect(reading).rejects.toThrow(message);
  });

  test.each([
    ['a day that is none', span('2025-02-30', '2025-03-01'), /firstDay: expected a day/],
    ['too long a span', span('2025-01-01', '2026-01-02'), /1 to 366 days/],
    ['a span that ends before it begins', span('2025-01-02', '2025-01-01'), /1 to 366 days/],
    ['one day alone', span('2025-01-02', '2025-01-01').replace(/\n {2}lastDay.*/, ''), /lastDay/],
    [
      'days for times that have a date',
      span('2025-01-01', '2025-01-02').replace('format: HH:mm', 'format: iso'),
      /which have no date/,
    ],
  ])('%s', (_name, profile, message) => {
    expect(() => readProfile(profile, 'profile')).toThrow(message);
  });
});
