import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QuantityTextError } from './decimal.ts';
import { formatInstant, INSTANT_MS_MAX, INSTANT_MS_MIN } from './instant.ts';
import type { Slot } from './slot.ts';
import {
  compareSlots,
  MARKET_SLOT_LENGTHS_MS,
  nextSlot,
  parseSlotId,
  QUARTER_HOUR_MS,
  slot,
  slotContaining,
  slotEndMs,
  slotId,
  slotSeconds,
} from './slot.ts';

const lengths = fc.constantFrom(1000, 2000, 5000, 36_000, 60_000, ...MARKET_SLOT_LENGTHS_MS);
const instants = fc.oneof(
  fc.integer({ min: INSTANT_MS_MIN, max: INSTANT_MS_MAX - 3_600_000 }),
  fc.integer({ min: -10_000_000, max: 10_000_000 }),
);
const slots = fc.tuple(instants, lengths).map(([ms, lengthMs]) => slotContaining(ms, lengthMs));

test('a quarter hour by its parts', () => {
  const found = slotContaining(1_613_344_499_999, QUARTER_HOUR_MS);
  expect(found).toEqual({ startMs: 1_613_343_600_000, lengthMs: 900_000 });
  expect(slotId(found)).toBe('2021-02-14T23:00:00Z');
  expect(slotId(nextSlot(found))).toBe('2021-02-14T23:15:00Z');
  expect(slotEndMs(found)).toBe(1_613_344_500_000);
  expect(slotSeconds(found)).toBe(900);
});

describe('laws', () => {
  test('an instant lies in its slot: start <= instant < end', () => {
    fc.assert(
      fc.property(instants, lengths, (ms, lengthMs) => {
        const found = slotContaining(ms, lengthMs);
        expect(found.startMs <= ms && ms < slotEndMs(found)).toBe(true);
        expect(slot(found)).toEqual(found);
      }),
    );
  });

  test('slots tile time: the end belongs to the next, the instant before it does not', () => {
    fc.assert(
      fc.property(slots, (found) => {
        const next = nextSlot(found);
        expect(next.startMs).toBe(slotEndMs(found));
        expect(slotContaining(slotEndMs(found), found.lengthMs)).toEqual(next);
        expect(slotContaining(slotEndMs(found) - 1, found.lengthMs)).toEqual(found);
      }),
    );
  });

  test('the id names the slot, both ways, and sorts as time does', () => {
    fc.assert(
      fc.property(slots, instants, (found, ms) => {
        const other = slotContaining(ms, found.lengthMs);
        expect(parseSlotId(slotId(found), found.lengthMs)).toEqual(found);
        const byText = slotId(found) < slotId(other) ? -1 : slotId(found) > slotId(other) ? 1 : 0;
        expect(compareSlots(found, other)).toBe(byText);
      }),
    );
  });

  test('compareSlots is a total order', () => {
    fc.assert(
      fc.property(slots, slots, slots, (a, b, c) => {
        expect(compareSlots(a, a)).toBe(0);
        expect(compareSlots(a, b) + compareSlots(b, a)).toBe(0);
        if (compareSlots(a, b) <= 0 && compareSlots(b, c) <= 0) {
          expect(compareSlots(a, c) <= 0).toBe(true);
        }
        if (compareSlots(a, b) === 0) expect(a).toEqual(b);
      }),
    );
    const start = { startMs: 0 };
    expect(compareSlots({ ...start, lengthMs: 1000 }, { ...start, lengthMs: 2000 })).toBe(-1);
  });

  test('every whole number of seconds that divides an hour is a length, and no other', () => {
    for (let seconds = 1; seconds <= 7200; seconds++) {
      const make = () => slot({ startMs: 0, lengthMs: seconds * 1000 });
      if (3600 % seconds === 0) expect(make().lengthMs).toBe(seconds * 1000);
      else expect(make).toThrow(/^slot lengthMs: expected whole seconds that divide an hour/);
    }
    expect(MARKET_SLOT_LENGTHS_MS.map((ms) => ms / 60_000)).toEqual([5, 15, 30, 60]);
  });
});

describe('refuses', () => {
  test.each([0, -900_000, 500, 1500, 900_000.5, Number.NaN, 7_200_000])(
    'a length of %d',
    (length) => {
      const message = `slot lengthMs: expected whole seconds that divide an hour, got ${length} ms`;
      expect(() => slotContaining(0, length)).toThrow(message);
      expect(() => parseSlotId('1970-01-01T00:00:00Z', length)).toThrow(message);
    },
  );

  test('a start off the grid or out of range', () => {
    expect(() => slot({ startMs: 1, lengthMs: 900_000 })).toThrow(
      new RangeError('slot startMs: expected a multiple of 900000, got 1'),
    );
    expect(() => slot({ startMs: -1, lengthMs: 1000 })).toThrow(/^slot startMs/);
    expect(() => slot({ startMs: 0.5, lengthMs: 1000 })).toThrow(
      /^slot startMs: expected whole ms/,
    );
    expect(() => slotContaining(INSTANT_MS_MAX + 1, 1000)).toThrow(/^slotContaining instantMs/);
    const last = slotContaining(INSTANT_MS_MAX, 900_000);
    expect(slotId(last)).toBe('9999-12-31T23:45:00Z');
    expect(() => nextSlot(last)).toThrow(/^slot startMs: expected whole ms/);
    const bad: Slot = { startMs: 7, lengthMs: 900_000 };
    expect(() => slotId(bad)).toThrow(RangeError);
  });

  test.each([
    '2021-02-15T00:00Z',
    '2021-02-15T00:00:00.000Z',
    '2021-02-15T01:00:00+01:00',
    '2021-02-15T00:00:00+00:00',
    '2021-02-15T00:05:00Z',
    '2021-02-15T00:00:00.001Z',
  ])('a second name for a slot: %s', (text) => {
    expect(() => parseSlotId(text, 900_000, { field: 'slot id' })).toThrow(QuantityTextError);
    expect(() => parseSlotId(text, 900_000, { field: 'slot id' })).toThrow(
      `slot id: expected YYYY-MM-DDTHH:MM:SSZ at a multiple of 900 s, got "${text}"`,
    );
  });

  test('-0 never comes out', () => {
    expect(Object.is(slotContaining(-0, 1000).startMs, 0)).toBe(true);
    expect(Object.is(slot({ startMs: -0, lengthMs: 1000 }).startMs, 0)).toBe(true);
    expect(Object.is(nextSlot({ startMs: -1000, lengthMs: 1000 }).startMs, 0)).toBe(true);
    expect(formatInstant(slotContaining(-1, 1000).startMs)).toBe('1969-12-31T23:59:59Z');
  });
});
