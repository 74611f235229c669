import { describe, expect, test } from 'vitest';
import { localTime } from '../households/local-calendar.ts';
import { AWAY, type LocalClock, staysOf } from './vehicle-stays.ts';

const MINUTE_MS = 60_000;

/** German legal time from an instant on. */
function germanClock(from: string, slotMinutes: number, slots: number): LocalClock {
  const startMs = Date.parse(from);
  const at = (slot: number) => localTime(startMs + slot * slotMinutes * MINUTE_MS);
  return {
    slots,
    slotMs: slotMinutes * MINUTE_MS,
    localMinuteOfDay: (slot) => at(slot).quarterHour * 15,
    localDay: (slot) => at(slot).dayOfYear,
  };
}

describe('staysOf', () => {
  test.each<[string, number, string, string, readonly [number, number][]]>([
    [
      'over midnight',
      60,
      '17:00',
      '07:00',
      [
        [17, 31],
        [41, 55],
      ],
    ],
    [
      'within a day',
      60,
      '09:00',
      '11:00',
      [
        [9, 11],
        [33, 35],
      ],
    ],
    [
      'whole slots only',
      60,
      '17:15',
      '19:45',
      [
        [18, 19],
        [42, 43],
      ],
    ],
    ['quarter hours', 15, '00:30', '01:15', [[2, 5]]],
    [
      'half hours',
      30,
      '00:15',
      '02:15',
      [
        [1, 4],
        [49, 52],
      ],
    ],
    [
      'around the clock',
      60,
      '06:00',
      '06:00',
      [
        [6, 30],
        [30, 54],
        [54, 56],
      ],
    ],
    ['shorter than a slot', 60, '06:15', '07:00', []],
  ])('%s, in slots of %d minutes', (_name, minutes, arrives, leaves, expected) => {
    const { stays, stayOf } = staysOf(
      germanClock('2021-02-15T00:00+01:00', minutes, 56),
      arrives,
      leaves,
    );
    expect(stays.map(({ from, to }) => [from, to])).toEqual(expected);
    for (const [index, { from, to, homeSlots }] of stays.entries()) {
      expect(homeSlots).toBe(to - from);
      expect(stayOf.subarray(from, to).every((stay) => stay === index)).toBe(true);
    }
    const home = stays.reduce((sum, { homeSlots }) => sum + homeSlots, 0);
    expect(stayOf.filter((stay) => stay === AWAY).length).toBe(56 - home);
  });

  test('counts what a stay has left after the end of the run', () => {
    const clock = germanClock('2021-02-15T00:00+01:00', 60, 24);
    expect(staysOf(clock, '17:00', '07:00').stays).toEqual([
      { from: 17, to: 24, homeSlots: 7, beyondSlots: 7 },
    ]);
    expect(staysOf(clock, '22:00', '00:00').stays).toEqual([
      { from: 22, to: 24, homeSlots: 2, beyondSlots: 0 },
    ]);
  });

  test('leaves out a stay that is under way at the start, and takes one that begins with it', () => {
    const at = (from: string) =>
      staysOf(germanClock(from, 60, 24), '17:00', '07:00').stays[0]?.from;
    expect(at('2021-02-15T18:00+01:00')).toBe(23);
    expect(at('2021-02-15T17:00+01:00')).toBe(0);
    expect(at('2021-02-15T05:00+01:00')).toBe(12);
  });

  test('is an hour longer or shorter where the clocks change', () => {
    const night = (from: string) => staysOf(germanClock(from, 60, 24), '22:00', '06:00').stays;
    expect(night('2021-03-27T12:00+01:00')).toEqual([
      { from: 10, to: 17, homeSlots: 7, beyondSlots: 0 },
    ]);
    expect(night('2021-10-30T12:00+02:00')).toEqual([
      { from: 10, to: 19, homeSlots: 9, beyondSlots: 0 },
    ]);
  });

  test('does not arrive twice where the clocks repeat the hour of arrival', () => {
    const clock = germanClock('2021-10-31T00:00+02:00', 15, 40);
    const { stays } = staysOf(clock, '02:30', '05:00');
    expect(stays).toHaveLength(1);
    // 02:30 and 02:45 in summer time, the same again in winter time, and from 03:00 to 05:00.
    expect(stays[0]).toMatchObject({ from: 10, homeSlots: 2 + 2 + 8 });
    // At home around the clock, it passes 02:00 once more after it has arrived at 02:30.
    const always = staysOf(clock, '02:30', '02:30').stays;
    expect(always.map(({ from, to }) => [from, to])).toEqual([[10, 40]]);
  });
});
