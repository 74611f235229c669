/** Months and days as the community's calendar writes them: `2026-05` and `2026-05-17`. */

const DAY_MS = 86_400_000;

export interface Days {
  readonly fromDay: string;
  /** Not included. */
  readonly untilDay: string;
}

/** The month that is so many months later. */
export function monthAfter(month: string, months: number): string {
  const [year, number] = month.split('-').map(Number);
  const all = (year ?? 0) * 12 + (number ?? 1) - 1 + months;
  const text = `${Math.floor(all / 12)}`.padStart(4, '0');
  return `${text}-${`${(all % 12) + 1}`.padStart(2, '0')}`;
}

export function daysOfMonth(month: string): Days {
  return { fromDay: `${month}-01`, untilDay: `${monthAfter(month, 1)}-01` };
}

/** The day that is so many days later. Days have no hours here, so no clock changes in between. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const made = new Intl.DateTimeFormat('en-CA', { ...parts, calendar: 'iso8601', timeZone: zone });
  formats.set(zone, made);
  return made;
}

/** The day that a calendar in the zone shows. */
export function dayOf(ms: number, zone: string): string {
  const parts = formatOf(zone).formatToParts(ms);
  const part = (name: Intl.DateTimeFormatPartTypes) =>
    parts.find(({ type }) => type === name)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

export function monthOf(ms: number, zone: string): string {
  return dayOf(ms, zone).slice(0, 7);
}

/** The first instant of a day in the zone, also where its midnight does not exist. */
export function startOfDay(day: string, zone: string): number {
  const asUtcMs = Date.parse(`${day}T00:00:00Z`);
  // Zones lie within a day of UTC.
  let [before, after] = [asUtcMs - 2 * DAY_MS, asUtcMs + 2 * DAY_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayOf(middle, zone) < day) before = middle;
    else after = middle;
  }
  return after;
}

const names = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

export function monthName(month: string): string {
  return names.format(Date.parse(`${month}-01T00:00:00Z`));
}
