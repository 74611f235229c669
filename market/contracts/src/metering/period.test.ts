import { type BlockContext, State } from '@commonwatt/ledger';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Market, markets } from '../market/state.ts';
import { closePeriod, PERIOD_MS_MAX, type Period, refusePeriod } from './period.ts';
import { closedPeriods, closedPeriodsOfDay, DAY_MS } from './state.ts';

const HOUR_MS = 3_600_000;
const FROM_MS = 20_000 * DAY_MS;

let state: State;
beforeEach(() => {
  state = new State([markets, closedPeriods], [closedPeriodsOfDay]);
});

function context(timeMs: number): BlockContext {
  const nothing = new Uint8Array(32);
  return {
    state,
    crypto: { sha256: () => nothing, verify: () => false },
    chain: nothing,
    height: 1,
    timeMs,
    parent: nothing,
    version: () => 1,
    emit: () => undefined,
  };
}

const period = (fromMs: number, untilMs: number): Period => ({
  periodFromMs: FROM_MS + fromMs,
  periodUntilMs: FROM_MS + untilMs,
});
const refused = (one: Period, timeMs = FROM_MS + 400 * DAY_MS) =>
  refusePeriod(context(timeMs), one)?.code ?? 'in order';

function market(number: number, slotLengthMs: number): void {
  state.set(markets, number, { rules: { slotLengthMs } } as unknown as Market);
}

describe('each row mends one fault of the row above', () => {
  const settledDay = period(0, DAY_MS);
  test.each<[string, Period, number, string]>([
    ['no length, cut, not over, settled', period(1, 1), FROM_MS, 'period_invalid'],
    ['           cut, not over, settled', period(1, DAY_MS), FROM_MS, 'period_invalid'],
    ['                not over, settled', settledDay, FROM_MS + DAY_MS - 1, 'period_not_over'],
    ['                          settled', settledDay, FROM_MS + DAY_MS, 'period_settled'],
    ['                         in order', period(-DAY_MS, 0), FROM_MS + DAY_MS, 'in order'],
  ])('%s', (_faults, one, timeMs, code) => {
    closePeriod(state, settledDay);
    market(1, HOUR_MS);
    expect(refused(one, timeMs)).toBe(code);
  });
});

test('a period has at most a month', () => {
  expect(refused(period(0, PERIOD_MS_MAX))).toBe('in order');
  expect(refused(period(0, PERIOD_MS_MAX + HOUR_MS))).toBe('period_invalid');
  expect(refused(period(HOUR_MS, 0))).toBe('period_invalid');
});

test('a period is whole slots of every market, whole seconds where there is none', () => {
  expect(refused(period(0, 5000))).toBe('in order');
  expect(refused(period(0, 5500))).toBe('period_invalid');
  expect(refused(period(500, 5000))).toBe('period_invalid');
  market(1, 900_000);
  expect(refused(period(0, 5000))).toBe('period_invalid');
  expect(refused(period(0, 900_000))).toBe('in order');
  market(2, HOUR_MS);
  expect(refused(period(0, 900_000))).toBe('period_invalid');
  expect(refused(period(0, 23 * HOUR_MS))).toBe('in order');
});

test('ME-3: whatever shares an instant with a settled period is settled', () => {
  closePeriod(state, period(0, DAY_MS));
  closePeriod(state, period(40 * DAY_MS, 40 * DAY_MS + PERIOD_MS_MAX));
  const cases: readonly (readonly [number, number, string])[] = [
    [0, DAY_MS, 'period_settled'],
    [-HOUR_MS, HOUR_MS, 'period_settled'],
    [DAY_MS - HOUR_MS, DAY_MS + HOUR_MS, 'period_settled'],
    [-HOUR_MS, DAY_MS + HOUR_MS, 'period_settled'],
    [HOUR_MS, 2 * HOUR_MS, 'period_settled'],
    [-HOUR_MS, 0, 'in order'],
    [DAY_MS, 40 * DAY_MS - 10 * DAY_MS, 'in order'],
    [70 * DAY_MS, 71 * DAY_MS, 'period_settled'],
    [71 * DAY_MS, 72 * DAY_MS, 'in order'],
    [39 * DAY_MS, 40 * DAY_MS + HOUR_MS, 'period_settled'],
  ];
  for (const [from, until, code] of cases) {
    expect([from, until, refused(period(from, until))]).toEqual([from, until, code]);
  }
});

test('ME-3: overlaps are found wherever the periods lie to each other', () => {
  const grid = 6 * HOUR_MS;
  for (let from = 0; from < 12; from++) {
    for (let length = 1; length < 12; length++) {
      const one = new State([markets, closedPeriods], [closedPeriodsOfDay]);
      state = one;
      closePeriod(one, period(from * grid, (from + length) * grid));
      for (let at = 0; at < 24; at++) {
        const apart = at + 1 <= from || at >= from + length;
        const code = refused(period(at * grid, (at + 1) * grid));
        expect(code).toBe(apart ? 'in order' : 'period_settled');
      }
    }
  }
});

test('ME-3: late readings of exactly a settled period are taken while its window is open', () => {
  const day = period(0, DAY_MS);
  const untilMs = FROM_MS + 30 * DAY_MS;
  closePeriod(state, day, untilMs);
  const late = (one: Period, timeMs: number) =>
    refusePeriod(context(timeMs), one, 'readings')?.code ?? 'in order';
  expect(late(day, untilMs - 1)).toBe('in order');
  expect(late(day, untilMs)).toBe('period_settled');
  expect(late(period(0, DAY_MS - HOUR_MS), untilMs - 1)).toBe('period_settled');
  expect(late(period(HOUR_MS, DAY_MS), untilMs - 1)).toBe('period_settled');
  expect(refused(day, untilMs - 1)).toBe('period_settled');
});
