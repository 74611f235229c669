/**
 * A slot is the half-open interval [start, end) of UTC instants that one market trades. Slots of
 * one length tile the time axis from 1970-01-01T00:00:00Z without gap or overlap, and because every
 * length divides an hour, daylight saving never cuts one.
 */

import type { TextField } from './decimal.ts';
import { QuantityTextError } from './decimal.ts';
import { expectInstant, floorModulo, formatInstant, parseInstant } from './instant.ts';

/** Plain data: two numbers that JSON and the ledger can hold. */
export interface Slot {
  readonly startMs: number;
  readonly lengthMs: number;
}

export const QUARTER_HOUR_MS = 900_000;
/** Slot lengths of real markets: 5, 15, 30 and 60 minutes. Others serve demonstrations. */
export const MARKET_SLOT_LENGTHS_MS: readonly number[] = [300_000, 900_000, 1_800_000, 3_600_000];

const HOUR_MS = 3_600_000;

/**
 * @throws RangeError unless the length is whole seconds that divide an hour and the start is a
 *   multiple of it within the years 0000 to 9999.
 */
export function slot({ startMs, lengthMs }: Slot): Slot {
  expectLength(lengthMs);
  expectInstant('slot startMs', startMs);
  if (floorModulo(startMs, lengthMs) !== 0) {
    throw new RangeError(`slot startMs: expected a multiple of ${lengthMs}, got ${startMs}`);
  }
  return { startMs: startMs + 0, lengthMs }; // + 0 turns -0 into 0
}

/**
 * The slot with start <= instant < end. @throws RangeError for an instant or length out of range.
 */
export function slotContaining(instantMs: number, lengthMs: number): Slot {
  expectLength(lengthMs);
  expectInstant('slotContaining instantMs', instantMs);
  return slot({ startMs: instantMs - floorModulo(instantMs, lengthMs), lengthMs });
}

/** The slot that begins where this one ends. @throws RangeError after the year 9999. */
export function nextSlot({ startMs, lengthMs }: Slot): Slot {
  return slot({ startMs: startMs + lengthMs, lengthMs });
}

/** The first instant that is no longer in the slot. */
export function slotEndMs({ startMs, lengthMs }: Slot): number {
  return startMs + lengthMs;
}

/** The slot's length as the power functions take it. */
export function slotSeconds({ lengthMs }: Slot): number {
  return lengthMs / 1000;
}

/** By start; of two that start together, the shorter first. */
export function compareSlots(a: Slot, b: Slot): -1 | 0 | 1 {
  if (a.startMs !== b.startMs) return a.startMs < b.startMs ? -1 : 1;
  if (a.lengthMs !== b.lengthMs) return a.lengthMs < b.lengthMs ? -1 : 1;
  return 0;
}

/**
 * `YYYY-MM-DDTHH:MM:SSZ` of the start. It names one slot within a market, whose length is fixed.
 */
export function slotId({ startMs, lengthMs }: Slot): string {
  return formatInstant(slot({ startMs, lengthMs }).startMs);
}

/**
 * The inverse of slotId. Exactly that one form is read, so that a slot has one name; for the many
 * forms of an instant there are parseInstant and slotContaining. @throws QuantityTextError
 */
export function parseSlotId(
  text: string,
  lengthMs: number,
  { field }: TextField = { field: 'slot' },
): Slot {
  expectLength(lengthMs);
  const startMs = parseInstant(text, { field });
  if (formatInstant(startMs) !== text || floorModulo(startMs, lengthMs) !== 0) {
    const expected = `YYYY-MM-DDTHH:MM:SSZ at a multiple of ${lengthMs / 1000} s`;
    throw new QuantityTextError({ field, expected, value: text });
  }
  return slot({ startMs, lengthMs });
}

function expectLength(lengthMs: number): void {
  const wholeSeconds = Number.isSafeInteger(lengthMs) && lengthMs > 0 && lengthMs % 1000 === 0;
  if (!wholeSeconds || HOUR_MS % lengthMs !== 0) {
    throw new RangeError(
      `slot lengthMs: expected whole seconds that divide an hour, got ${lengthMs} ms`,
    );
  }
}
