/** Months and days as the community's calendar writes them: `2026-05` and `2026-05-17`. */

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
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function monthOf(ms: number): string {
  return dayOf(ms).slice(0, 7);
}

const names = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

export function monthName(month: string): string {
  return names.format(Date.parse(`${month}-01T00:00:00Z`));
}
