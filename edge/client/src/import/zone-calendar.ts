/**
 * Days and clock times of a time zone. A local day has as many hours as it has, never 24 by
 * definition: everything comes from the zone's own rules, and days without a change of the clock
 * are kept at hand, so that a year of quarter hours costs a few hundred questions.
 */

import { Temporal } from 'temporal-polyfill';

const DAY_MS = 86_400_000;
const NANOSECONDS_PER_MS = 1_000_000;

export interface LocalDay {
  /** YYYY-MM-DD */
  readonly date: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Clock less UTC at its beginning and at its end. */
  readonly offsetsMs: readonly [number, number];
}

export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export class ZoneCalendar {
  readonly zone: string;
  readonly #days = new Map<number, LocalDay>();

  /** @throws RangeError for a zone that is none. */
  constructor(zone: string) {
    this.zone = zone;
    this.#offsetMs(0);
  }

  #offsetMs(atMs: number): number {
    const zoned = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(this.zone);
    return zoned.offsetNanoseconds / NANOSECONDS_PER_MS;
  }

  /** The day whose date a clock on the wall shows; `wallMs` is that clock's time as if it were UTC. */
  dayOfWall(wallMs: number): LocalDay {
    const number = Math.floor(wallMs / DAY_MS);
    const known = this.#days.get(number);
    if (known !== undefined) return known;
    const date = new Date(number * DAY_MS).toISOString().slice(0, 10);
    const plain = Temporal.PlainDate.from(date);
    const fromMs = plain.toZonedDateTime(this.zone).epochMilliseconds;
    const untilMs = plain.add({ days: 1 }).toZonedDateTime(this.zone).epochMilliseconds;
    const offsetsMs = [this.#offsetMs(fromMs), this.#offsetMs(untilMs - 1)] as const;
    const day = { date, fromMs, untilMs, offsetsMs };
    this.#days.set(number, day);
    return day;
  }

  dayOf(atMs: number): LocalDay {
    // Clocks are at most a day off UTC: one of three days holds the instant.
    for (const shiftMs of [0, DAY_MS, -DAY_MS]) {
      const day = this.dayOfWall(atMs + shiftMs);
      if (atMs >= day.fromMs && atMs < day.untilMs) return day;
    }
    throw new RangeError(`${this.zone}: expected a day around ${atMs}, got none`);
  }

  /** What a clock on the wall shows: milliseconds since that clock's midnight. */
  clockOf(atMs: number): number {
    const day = this.dayOf(atMs);
    const [first, last] = day.offsetsMs;
    const offset = first === last ? first : this.#offsetMs(atMs);
    return (((atMs + offset) % DAY_MS) + DAY_MS) % DAY_MS;
  }

  /** The instants at which the clock shows a time: none, one, or two; the earlier one first. */
  instantsOf(wallMs: number): readonly number[] {
    const day = this.dayOfWall(wallMs);
    const [first, last] = day.offsetsMs;
    if (first === last && day.untilMs - day.fromMs === DAY_MS) return [wallMs - first];
    const offsets = first === last ? [first] : [first, last];
    return offsets
      .map((offset) => ({ offset, atMs: wallMs - offset }))
      .filter(({ offset, atMs }) => this.#offsetMs(atMs) === offset)
      .map(({ atMs }) => atMs)
      .sort((a, b) => a - b);
  }
}
