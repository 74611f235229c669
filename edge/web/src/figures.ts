/** Numbers as people read them. Exact integers come in; rounding happens here, on the screen only. */

import {
  type Energy,
  energy,
  formatMoney,
  formatRounded,
  type Money,
  money,
  type Price,
  price,
} from '@commonwatt/units';

/** A narrow space that never breaks between a number and its unit. */
const GAP = '\u202f';

type Whole = string | bigint;

/** A minus as wide as a digit, which reads as one. */
function signed(text: string): string {
  return text.replace(/^-/, '\u2212');
}

export function kilowattHours(wh: Whole, decimals = 2): string {
  const value: Energy = energy(BigInt(wh));
  return `${formatRounded(value, 'kWh', decimals)}${GAP}kWh`;
}

export function centsPerKilowattHour(nanoPerWh: Whole, decimals = 1): string {
  return `${cents(nanoPerWh, decimals)}${GAP}ct/kWh`;
}

/** The number alone, where the unit stands beside it once for many. */
export function cents(nanoPerWh: Whole, decimals = 1): string {
  const value: Price = price(BigInt(nanoPerWh));
  return signed(formatRounded(value, 'ct/kWh', decimals));
}

/** Money to the cent. `exactMoney` gives every digit. */
export function moneyText(nano: Whole, currency: string, decimals = 2): string {
  const value: Money = money(BigInt(nano));
  return `${signed(formatRounded(value, 'currency', decimals))}${GAP}${currency}`;
}

export function exactMoney(nano: Whole, currency: string): string {
  return `${signed(formatMoney(money(BigInt(nano))))}${GAP}${currency}`;
}

/** Hundredths of the currency, as a bill has them. A text that is no whole number stays as it is. */
export function centsText(hundredths: string, currency: string): string {
  if (!/^-?\d{1,30}$/.test(hundredths)) return hundredths;
  const value = BigInt(hundredths);
  const plain = `${value < 0n ? -value : value}`.padStart(3, '0');
  const text = `${value < 0n ? '\u2212' : ''}${plain.slice(0, -2)}.${plain.slice(-2)}`;
  return `${text}${GAP}${currency}`;
}

/** The ledger counts its slots in UTC, and so does every time of the market on these screens. */
export const ZONE = 'UTC';

const FORMS = {
  clock: { hour: '2-digit', minute: '2-digit' },
  dayTime: {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  whole: { dateStyle: 'full', timeStyle: 'long' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(form: keyof typeof FORMS, zone: string): Intl.DateTimeFormat {
  const name = `${form} ${zone}`;
  const known = formats.get(name);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...FORMS[form], timeZone: zone });
  formats.set(name, made);
  return made;
}

export function clockTime(ms: number, zone = ZONE): string {
  return formatOf('clock', zone).format(ms);
}

export function dayTime(ms: number, zone = ZONE): string {
  return formatOf('dayTime', zone).format(ms);
}

export function dayText(ms: number): string {
  return formatOf('day', ZONE).format(ms);
}

const HALF_DAY_MS = 43_200_000;

/** From the first to the last day of a period that begins and ends at midnights of the community's own zone. */
export function daysText(fromMs: number, untilMs: number): string {
  // Noon is on the same day in UTC, wherever the community is.
  const [first, last] = [dayText(fromMs + HALF_DAY_MS), dayText(untilMs - HALF_DAY_MS)];
  return first === last ? first : `${first} – ${last}`;
}

/** With the day and the zone, for the hover text. */
export function fullTime(ms: number, zone = ZONE): string {
  return formatOf('whole', zone).format(ms);
}

/** A slot as an interval: `14:15–14:30`. */
export function slotText(startMs: number, lengthMs: number): string {
  return `${clockTime(startMs)}–${clockTime(startMs + lengthMs)}`;
}

export function percent(thousandths: number): string {
  return `${Math.round(thousandths / 10)}${GAP}%`;
}

export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${`${seconds % 60}`.padStart(2, '0')}`;
}
