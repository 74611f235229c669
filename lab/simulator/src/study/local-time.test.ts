import { describe, expect, test } from 'vitest';
import { dateOfDay, localTimes } from './local-time.ts';

const QUARTER_MS = 900_000;

/** Slots by local day, of a run of so many quarter hours. */
function slotsByDay(zone: string, from: string, slots: number): Record<string, number> {
  const local = localTimes(zone, { startMs: Date.parse(from), slotMs: QUARTER_MS, slots });
  const counts: Record<string, number> = {};
  for (let slot = 0; slot < slots; slot++) {
    const day = dateOfDay(local.day(slot));
    counts[day] = (counts[day] ?? 0) + 1;
  }
  return counts;
}

function minuteIn1800(zone: string): number {
  const startMs = Date.parse('1800-01-01T00:00:00Z');
  return localTimes(zone, { startMs, slotMs: QUARTER_MS, slots: 1 }).minuteOfDay(0);
}

describe('local time', () => {
  test('a day on which clocks change has 92 or 100 quarter hours', () => {
    const spring = slotsByDay('Europe/Berlin', '2025-03-28T23:00:00Z', 3 * 96);
    expect(spring).toEqual({
      '2025-03-29': 96,
      '2025-03-30': 92,
      '2025-03-31': 96,
      '2025-04-01': 4,
    });
    const autumn = slotsByDay('Europe/Berlin', '2025-10-24T22:00:00Z', 3 * 96 + 4);
    expect(autumn).toEqual({ '2025-10-25': 96, '2025-10-26': 100, '2025-10-27': 96 });
  });

  test('the hour that is not there is skipped, the one that is there twice told twice', () => {
    const minutes = (from: string) => {
      const local = localTimes('Europe/Berlin', {
        startMs: Date.parse(from),
        slotMs: QUARTER_MS,
        slots: 8,
      });
      return Array.from({ length: 8 }, (_, slot) => local.minuteOfDay(slot));
    };
    expect(minutes('2025-03-30T00:30:00Z')).toEqual([90, 105, 180, 195, 210, 225, 240, 255]);
    expect(minutes('2025-10-26T00:30:00Z')).toEqual([150, 165, 120, 135, 150, 165, 180, 195]);
  });

  test('zones that are ahead, behind, and by less than an hour', () => {
    const first = (zone: string) => {
      const local = localTimes(zone, {
        startMs: Date.parse('2000-01-01T00:00:00Z'),
        slotMs: QUARTER_MS,
        slots: 1,
      });
      return [dateOfDay(local.day(0)), local.minuteOfDay(0)];
    };
    expect(first('UTC')).toEqual(['2000-01-01', 0]);
    expect(first('Asia/Kathmandu')).toEqual(['2000-01-01', 345]);
    expect(minuteIn1800('Europe/Berlin')).toBe(53);
    expect(first('America/St_Johns')).toEqual(['1999-12-31', 1230]);
    // Clocks there change by half an hour.
    expect(slotsByDay('Australia/Lord_Howe', '2025-04-04T13:00:00Z', 200)).toMatchObject({
      '2025-04-06': 98,
    });
  });

  test('what is no slot', () => {
    const local = localTimes('UTC', { startMs: 0, slotMs: QUARTER_MS, slots: 4 });
    expect(() => local.day(4)).toThrow('slot: expected 0 to 3, got 4');
  });
});
