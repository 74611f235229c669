/**
 * Days of the community's calendar. A local day has 23, 24 or 25 hours; what it begins with is asked of the
 * zone, never computed from a day of 24 hours.
 */

import { formatInstant, parseInstant } from '@commonwatt/units';

const DAY_MS = 86_400_000;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a zone that this machine does not know. */
export function checkTimeZone(zone: string): void {
  formatOf(zone);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

/** What clocks in the zone show at an instant, as `YYYY-MM-DDTHH:MM:SS`. */
export function localTime(zone: string, instantMs: number): string {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instantMs)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '';
  const date = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  return `${date}T${part('hour')}:${part('minute')}:${part('second')}`;
}

/** The day of the zone's calendar in which an instant lies. */
export function localDay(zone: string, instantMs: number): string {
  return localTime(zone, instantMs).slice(0, 10);
}

/**
 * The first instant of a day, also where its midnight does not exist.
 * @throws RangeError for a day that does not exist
 */
export function startOfDay(zone: string, day: string): number {
  if (!DAY.test(day)) throw new RangeError(`day: expected YYYY-MM-DD, got '${day.slice(0, 20)}'`);
  const asUtcMs = parseInstant(`${day}T00:00Z`, { field: 'day' });
  // Zones lie within a day of UTC, and offsets are whole quarters of an hour today; older ones need not be.
  let [before, after] = [asUtcMs - 2 * DAY_MS, asUtcMs + 2 * DAY_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localDay(zone, middle) < day) before = middle;
    else after = middle;
  }
  return after;
}

/** The day before another. @throws RangeError for a day that does not exist */
export function lastDayBefore(day: string): string {
  return formatInstant(parseInstant(`${day}T00:00Z`, { field: 'day' }) - DAY_MS).slice(0, 10);
}
