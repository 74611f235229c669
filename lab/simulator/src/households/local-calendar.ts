/**
 * What the standard load profiles ask of the calendar: German legal time, the kind of the day and
 * the season. `Date` is used as a calendar only; no clock is read.
 */

export type DayKind = 'workday' | 'saturday' | 'sunday';
export type Season = 'winter' | 'summer' | 'transition';

export interface LocalTime {
  readonly dayKind: DayKind;
  readonly season: Season;
  /** 1 on 1 January, local date. */
  readonly dayOfYear: number;
  /** Quarter hours since local midnight, 0 to 95. */
  readonly quarterHour: number;
}

const QUARTER_HOUR_MS = 900_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Local time in Germany at the start of a quarter hour. */
export function localTime(startMs: number): LocalTime {
  const local = new Date(startMs + (isSummerTime(startMs) ? 2 : 1) * HOUR_MS);
  const year = local.getUTCFullYear();
  const month = local.getUTCMonth() + 1;
  const day = local.getUTCDate();
  const midnightMs = Date.UTC(year, month - 1, day);
  return {
    dayKind: dayKind(year, month, day, local.getUTCDay()),
    season: season(month * 100 + day),
    dayOfYear: Math.floor((midnightMs - Date.UTC(year, 0, 1)) / DAY_MS) + 1,
    quarterHour: Math.floor((local.getTime() - midnightMs) / QUARTER_HOUR_MS),
  };
}

/** Directive 2000/84/EC: from 01:00 UTC on the last Sunday of March to that of October. */
export function isSummerTime(instantMs: number): boolean {
  const year = new Date(instantMs).getUTCFullYear();
  return (
    instantMs >= lastSundayMs(year, 3) + HOUR_MS && instantMs < lastSundayMs(year, 10) + HOUR_MS
  );
}

/** Midnight UTC of the last Sunday of a month that has 31 days. */
function lastSundayMs(year: number, month: number): number {
  const lastMs = Date.UTC(year, month - 1, 31);
  return lastMs - new Date(lastMs).getUTCDay() * DAY_MS;
}

/** VDEW 1999: winter 1 November to 20 March, summer 15 May to 14 September, else transition. */
function season(monthAndDay: number): Season {
  if (monthAndDay >= 1101 || monthAndDay <= 320) return 'winter';
  return monthAndDay >= 515 && monthAndDay <= 914 ? 'summer' : 'transition';
}

/**
 * VDEW 1999: public holidays count as Sundays; 24 and 31 December as Saturdays unless Sundays.
 * Holidays are those of all German states.
 */
function dayKind(year: number, month: number, day: number, weekday: number): DayKind {
  const monthAndDay = month * 100 + day;
  if (weekday === 0 || FIXED_HOLIDAYS.has(monthAndDay)) return 'sunday';
  const afterEaster = (Date.UTC(year, month - 1, day) - easterSundayMs(year)) / DAY_MS;
  if (MOVEABLE_HOLIDAYS.has(afterEaster)) return 'sunday';
  if (weekday === 6 || monthAndDay === 1224 || monthAndDay === 1231) return 'saturday';
  return 'workday';
}

/** New Year, Labour Day, German Unity, Christmas and the day after, as month * 100 + day. */
const FIXED_HOLIDAYS: ReadonlySet<number> = new Set([101, 501, 1003, 1225, 1226]);
/** Good Friday, Easter Monday, Ascension and Whit Monday, in days after Easter Sunday. */
const MOVEABLE_HOLIDAYS: ReadonlySet<number> = new Set([-2, 1, 39, 50]);

/** The anonymous Gregorian computus (Meeus 1991, Astronomical Algorithms, chapter 8). */
function easterSundayMs(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const weekday =
    (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const shift = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const marchDay = epact + weekday - 7 * shift + 114;
  return Date.UTC(year, Math.floor(marchDay / 31) - 1, (marchDay % 31) + 1);
}
