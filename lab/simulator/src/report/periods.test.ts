import { describe, expect, test } from 'vitest';
import type { RunResult } from '../study/results.ts';
import {
  axisLabels,
  daysOf,
  daysOrWeeksOf,
  localSlots,
  meanPriceOf,
  onePeriod,
  partNote,
  periodLabel,
  periodsOf,
  sumOf,
} from './periods.ts';
import { madeStudy } from './study.test-support.ts';

const HOUR_MS = 3_600_000;

function runOf(from: string, days: number, slotMinutes: 15 | 30 | 60 = 15): RunResult {
  return madeStudy({ mechanisms: ['uniform'], homes: 2, from, days, slotMinutes }).runs[0]!.result;
}

describe('periods', () => {
  test.each([
    [1, 15, '15 minutes', 96],
    [2, 15, 'hour', 48],
    [14, 15, '3 hours', 113],
    [30, 60, '6 hours', 121],
    [60, 60, 'day', 61],
    [365, 60, 'week', 53],
  ] as const)('of %d days in slots of %d minutes are each %s', (days, slotMinutes, each, count) => {
    const run = runOf('2021-01-01T00:00:00Z', days, slotMinutes);
    const periods = periodsOf(run);
    expect([periods.each, periods.list.length]).toEqual([each, count]);
    expect(periods.list.length).toBeLessThanOrEqual(130);
  });

  test('are days up to a number of them, then weeks that begin on Mondays', () => {
    const run = runOf('2021-01-01T00:00:00Z', 30, 60);
    expect(daysOrWeeksOf(run, 31).each).toBe('day');
    const { each, list } = daysOrWeeksOf(run, 29);
    // 1 January 2021 was a Friday; the run ends on Saturday, 30 January, UTC.
    expect([each, list.map((week) => (week.until - week.from) / 24)]).toEqual([
      'week',
      [71 / 24, 7, 7, 7, 6 + 1 / 24],
    ]);
  });

  test('hold every slot once, in order', () => {
    const run = runOf('2021-03-20T00:00:00Z', 20);
    for (const { list } of [periodsOf(run), daysOf(run)]) {
      expect(list[0]!.from).toBe(0);
      expect(list.at(-1)!.until).toBe(run.slots.length);
      for (let index = 1; index < list.length; index += 1) {
        expect(list[index]!.from).toBe(list[index - 1]!.until);
      }
    }
  });

  test('are local: the day on which the clock goes forward has 23 hours, the other way 25', () => {
    for (const [from, hours] of [
      ['2021-03-27T23:00:00Z', 23],
      ['2021-10-30T22:00:00Z', 25],
    ] as const) {
      const run = runOf(from, 2);
      const { from: first, until } = daysOf(run).list[0]!;
      expect(((until - first) * run.slotMs) / HOUR_MS).toBe(hours);
      expect(localSlots(run).minute[0]).toBe(0);
    }
  });

  test('weeks begin on Mondays', () => {
    const { list, ...week } = periodsOf(runOf('2021-01-01T00:00:00Z', 200, 60));
    const periods = { list, ...week };
    expect(list.slice(0, 3).map((period) => periodLabel(periods, period))).toEqual([
      '2021-01-01',
      '2021-01-04',
      '2021-01-11',
    ]);
  });

  test('say how long they are, and whether the first and the last are whole', () => {
    const run = runOf('2021-05-09T22:00:00Z', 3);
    expect([onePeriod(periodsOf(run)), onePeriod(daysOf(run))]).toEqual(['one hour', 'one day']);
    expect(partNote(daysOf(run), run)).toBe('');
    const late = runOf('2021-05-10T00:00:00Z', 3);
    expect(partNote(daysOf(late), late)).toBe('; the first and the last day are not whole');
    expect(partNote(periodsOf(late), late)).toBe('');
  });
});

test('labels are dates where days begin, or hours within two days, and never too many', () => {
  const fortnight = axisLabels(periodsOf(runOf('2021-05-09T22:00:00Z', 14)), 5);
  expect(fortnight.filter((label) => label !== '')).toEqual([
    '10 May',
    '13 May',
    '16 May',
    '19 May',
    '22 May',
  ]);
  const day = axisLabels(periodsOf(runOf('2021-05-09T22:00:00Z', 1)), 4);
  expect(day.filter((label) => label !== '')).toEqual(['00:00', '06:00', '12:00', '18:00']);
});

test('sums are of the slots within, means are weighted by energy and leave out slots without trade', () => {
  const slots = runOf('2021-05-10T00:00:00Z', 1).slots.slice(0, 4);
  const priced = [
    { ...slots[0]!, tradedWh: 100, meanPrice: 200_000 },
    { ...slots[1]!, tradedWh: 300, meanPrice: 100_000 },
    { ...slots[2]!, tradedWh: 0, meanPrice: null },
    { ...slots[3]!, tradedWh: 0, meanPrice: null },
  ];
  const period = (from: number, until: number) => ({ day: 0, minute: 0, from, until });
  expect(sumOf(priced, period(0, 3), 'tradedWh')).toBe(400);
  expect(meanPriceOf(priced, period(0, 3))).toBe(125_000);
  expect(meanPriceOf(priced, period(2, 4))).toBeNull();
});
