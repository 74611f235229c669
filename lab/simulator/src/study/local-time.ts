/** The legal time of a zone, by slots: a day of a study is a day where its members live. */

const DAY_MINUTES = 1440;
const MINUTE_MS = 60_000;

export interface LocalTime {
  /** Minutes since local midnight at the start of a slot. */
  minuteOfDay(slot: number): number;
  /** Days since 1970-01-01, local. */
  day(slot: number): number;
}

export function localTimes(
  zone: string,
  { startMs, slotMs, slots }: { startMs: number; slotMs: number; slots: number },
): LocalTime {
  const minutes = new Int32Array(slots);
  const offsetAt = offsets(zone);
  for (let slot = 0; slot < slots; slot++) {
    const atMs = startMs + slot * slotMs;
    minutes[slot] = Math.floor(atMs / MINUTE_MS) + offsetAt(atMs);
  }
  const minute = (slot: number): number => {
    const at = minutes[slot];
    if (at === undefined) throw new RangeError(`slot: expected 0 to ${slots - 1}, got ${slot}`);
    return at;
  };
  return {
    minuteOfDay: (slot) => minute(slot) - Math.floor(minute(slot) / DAY_MINUTES) * DAY_MINUTES,
    day: (slot) => Math.floor(minute(slot) / DAY_MINUTES),
  };
}

/** The local date of a day number, YYYY-MM-DD. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MINUTES * MINUTE_MS).toISOString().slice(0, 10);
}

/** Minutes ahead of UTC. A day on which the offset is the same at both ends has it throughout. */
function offsets(zone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
  const known = new Map<number, number>();
  const asked = (atMs: number): number => {
    const kept = known.get(atMs);
    if (kept !== undefined) return kept;
    const offset = offsetOf(format, atMs);
    known.set(atMs, offset);
    return offset;
  };
  const dayMs = DAY_MINUTES * MINUTE_MS;
  return (atMs) => {
    const beginMs = Math.floor(atMs / dayMs) * dayMs;
    const begin = asked(beginMs);
    return begin === asked(beginMs + dayMs) ? begin : offsetOf(format, atMs);
  };
}

function offsetOf(format: Intl.DateTimeFormat, atMs: number): number {
  const parts = format.formatToParts(atMs);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  // Before zones were, places went by the sun to the second: the seconds are left out.
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::\d{2})?)?$/.exec(name);
  if (match === null) throw new Error(`zone: expected an offset such as GMT+01:00, got ${name}`);
  const [, sign, hours = '0', rest = '0'] = match;
  const offset = Number(hours) * 60 + Number(rest);
  return sign === '-' ? -offset : offset;
}
