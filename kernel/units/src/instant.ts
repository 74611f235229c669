/**
 * Instants are milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted, as safe integers.
 * Their text is ISO 8601 with a four-digit year. No host clock or calendar is asked: the civil date
 * is computed (Hinnant 2013, chrono-Compatible Low-Level Date Algorithms, days_from_civil and
 * civil_from_days), so that every machine reads the same bytes alike.
 */

import type { TextField } from './decimal.ts';
import { QuantityTextError } from './decimal.ts';

/** 0000-01-01T00:00:00.000Z, the first instant that four digits can write. */
export const INSTANT_MS_MIN = -62_167_219_200_000;
/** 9999-12-31T23:59:59.999Z, the last. */
export const INSTANT_MS_MAX = 253_402_300_799_999;

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;
const DAYS_PER_ERA = 146_097; // 400 years
const DAYS_FROM_ERA_START_TO_EPOCH = 719_468; // 0000-03-01 to 1970-01-01

const INSTANT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{3}))?)?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/**
 * Reads `YYYY-MM-DDTHH:MM[:SS[.mmm]](Z|±HH:MM)`. A text without an offset names no instant and is
 * refused, and so are days that do not exist, hour 24 and second 60. @throws QuantityTextError
 */
export function parseInstant(text: string, { field }: TextField = { field: 'instant' }): number {
  const refusal = (expected: string) => new QuantityTextError({ field, expected, value: text });
  const match = typeof text === 'string' ? INSTANT.exec(text) : null;
  if (match === null) throw refusal('YYYY-MM-DDTHH:MM[:SS[.mmm]] with Z or an offset ±HH:MM');
  const number = (group: number): number => Number(match[group] ?? 0);
  const [year, month, day] = [number(1), number(2), number(3)];
  if (month < 1 || month > 12) throw refusal('a month from 01 to 12');
  const days = daysInMonth(year, month);
  if (day < 1 || day > days) throw refusal(`a day from 01 to ${days}`);
  if (number(4) > 23 || number(5) > 59 || number(6) > 59) {
    throw refusal('a time from 00:00:00 to 23:59:59');
  }
  if (number(9) > 23 || number(10) > 59) throw refusal('an offset of at most 23:59');
  const offsetMinutes = (match[8] === '-' ? -1 : 1) * (number(9) * 60 + number(10));
  const minutes = number(4) * 60 + number(5) - offsetMinutes;
  const instantMs =
    daysFromCivil(year, month, day) * MS_PER_DAY +
    minutes * MS_PER_MINUTE +
    number(6) * 1000 +
    number(7);
  if (instantMs < INSTANT_MS_MIN || instantMs > INSTANT_MS_MAX) {
    throw refusal('an instant in the years 0000 to 9999, UTC');
  }
  return instantMs;
}

/**
 * `YYYY-MM-DDTHH:MM:SSZ`, with `.mmm` only where there are milliseconds: one text per instant.
 * @throws RangeError when the year does not fit four digits.
 */
export function formatInstant(instantMs: number): string {
  expectInstant('formatInstant', instantMs);
  const msOfDay = floorModulo(instantMs, MS_PER_DAY);
  const { year, month, day } = civilFromDays((instantMs - msOfDay) / MS_PER_DAY);
  const hour = Math.floor(msOfDay / 3_600_000);
  const minute = Math.floor(msOfDay / MS_PER_MINUTE) % 60;
  const second = Math.floor(msOfDay / 1000) % 60;
  const ms = msOfDay % 1000;
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  const time = `${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}`;
  return `${date}T${time}${ms === 0 ? '' : `.${digits(ms, 3)}`}Z`;
}

/** @throws RangeError unless `instantMs` is a whole number that the text form can write. */
export function expectInstant(place: string, instantMs: number): void {
  const inRange = instantMs >= INSTANT_MS_MIN && instantMs <= INSTANT_MS_MAX;
  if (!Number.isSafeInteger(instantMs) || !inRange) {
    throw new RangeError(
      `${place}: expected whole ms from ${INSTANT_MS_MIN} to ${INSTANT_MS_MAX}, got ${instantMs}`,
    );
  }
}

/** The remainder in [0, divisor), for instants before 1970 too. */
export function floorModulo(dividend: number, divisor: number): number {
  const remainder = dividend % divisor;
  return remainder < 0 ? remainder + divisor : remainder;
}

/**
 * Days from 1970-01-01 to the civil date, which must exist. Years begin in March, so that a leap
 * day is the last.
 */
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const marchMonth = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * marchMonth + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfEra = yearOfEra * 365 + leapDays + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_FROM_ERA_START_TO_EPOCH;
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + DAYS_FROM_ERA_START_TO_EPOCH;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const yearStart = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfYear = dayOfEra - yearStart;
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function digits(value: number, length: number): string {
  return value.toString().padStart(length, '0');
}
