/**
 * Slots gathered into periods, so that a year is readable: by the shortest period of which there are not too many.
 * Days and hours are local.
 */

import { dateOfDay, localTimes } from '../study/local-time.ts';
import type { RunResult, SlotResult } from '../study/results.ts';

const PERIODS_MAX = 130;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MINUTES = 1440;
const MINUTE_MS = 60_000;

export interface Period {
  /** Local day since 1970-01-01 and minute of its first slot. */
  readonly day: number;
  readonly minute: number;
  /** Indices of its slots in the run: from, and before. */
  readonly from: number;
  readonly until: number;
}

export interface Periods {
  readonly list: readonly Period[];
  /** "15 minutes", "3 hours", "day", "week": what stands behind "per". */
  readonly each: string;
  readonly minutes: number;
}

interface LocalSlots {
  readonly day: readonly number[];
  readonly minute: readonly number[];
}

/** Day and minute of each slot, where the members live. */
export function localSlots({ slots, slotMs, zone }: RunResult): LocalSlots {
  const first = slots[0];
  const last = slots.at(-1);
  if (first === undefined || last === undefined) return { day: [], minute: [] };
  const count = (last.startMs - first.startMs) / slotMs + 1;
  const local = localTimes(zone, { startMs: first.startMs, slotMs, slots: count });
  const places = slots.map((slot) => (slot.startMs - first.startMs) / slotMs);
  return {
    day: places.map((place) => local.day(place)),
    minute: places.map((place) => local.minuteOfDay(place)),
  };
}

/** In periods as short as can be told apart, or no shorter than a day where asked. */
export function periodsOf(run: RunResult, { atLeastMinutes = 0 } = {}): Periods {
  const slotMinutes = run.slotMs / MINUTE_MS;
  const local = localSlots(run);
  const lengths = [slotMinutes, 60, 180, 360, DAY_MINUTES, 7 * DAY_MINUTES];
  for (const minutes of lengths) {
    if (minutes < Math.max(slotMinutes, atLeastMinutes)) continue;
    const list = gather(local, minutes, minutes === slotMinutes);
    if (list.length <= PERIODS_MAX || minutes === lengths.at(-1)) {
      return { list, minutes, each: periodName(minutes) };
    }
  }
  throw new Error(`periods: expected slots of at most a week, got ${slotMinutes} minutes`);
}

/** Local days; where there are more than `daysMax` of them, weeks. */
export function daysOrWeeksOf(run: RunResult, daysMax: number): Periods {
  const days = daysOf(run);
  if (days.list.length <= daysMax) return days;
  const minutes = 7 * DAY_MINUTES;
  return { list: gather(localSlots(run), minutes, false), minutes, each: 'week' };
}

/** Whole local days. */
export function daysOf(run: RunResult): Periods {
  const list = gather(localSlots(run), DAY_MINUTES, false);
  return { list, minutes: DAY_MINUTES, each: 'day' };
}

function gather(local: LocalSlots, minutes: number, slotBySlot: boolean): readonly Period[] {
  const periods: Period[] = [];
  let lastKey = Number.NaN;
  for (const [index, day] of local.day.entries()) {
    const minute = local.minute[index]!;
    // 1970-01-01 was a Thursday: weeks begin on Mondays.
    const offset = minutes === 7 * DAY_MINUTES ? 3 * DAY_MINUTES : 0;
    const key = Math.floor((day * DAY_MINUTES + minute + offset) / minutes);
    const before = periods.at(-1);
    if (before !== undefined && key === lastKey && !slotBySlot) {
      periods[periods.length - 1] = { ...before, until: index + 1 };
    } else {
      periods.push({ day, minute, from: index, until: index + 1 });
    }
    lastKey = key;
  }
  return periods;
}

function periodName(minutes: number): string {
  if (minutes === DAY_MINUTES) return 'day';
  if (minutes === 7 * DAY_MINUTES) return 'week';
  if (minutes < 60) return `${minutes} minutes`;
  return minutes === 60 ? 'hour' : `${minutes / 60} hours`;
}

/** "one day", "3 hours" */
export const onePeriod = ({ each }: Periods): string => (/^\d/.test(each) ? each : `one ${each}`);

/** Said of days and weeks where the run begins or ends within one; empty otherwise. */
export function partNote({ list, minutes, each }: Periods, { slotMs }: RunResult): string {
  if (minutes < DAY_MINUTES) return '';
  const slotsOf = ({ from, until }: Period) => until - from;
  // A day on which the clock goes forward has 23 hours.
  const whole = ((minutes - 60) * MINUTE_MS) / slotMs;
  const isPart = (period: Period | undefined) => period !== undefined && slotsOf(period) < whole;
  const ends = [...(isPart(list[0]) ? ['first'] : []), ...(isPart(list.at(-1)) ? ['last'] : [])];
  if (ends.length === 0) return '';
  return `; the ${ends.join(' and the ')} ${each} ${ends.length === 1 ? 'is' : 'are'} not whole`;
}

export function sumOf(
  slots: readonly SlotResult[],
  { from, until }: Period,
  field: 'loadWh' | 'generationWh' | 'tradedWh' | 'importWh' | 'exportWh',
): number {
  let sum = 0;
  for (let index = from; index < until; index += 1) sum += slots[index]![field];
  return sum;
}

/** What buyers paid on average in it, weighted by energy; null where nothing was traded. */
export function meanPriceOf(slots: readonly SlotResult[], { from, until }: Period): number | null {
  let weighted = 0;
  let energyWh = 0;
  for (let index = from; index < until; index += 1) {
    const { meanPrice, tradedWh } = slots[index]!;
    if (meanPrice === null || tradedWh === 0) continue;
    weighted += meanPrice * tradedWh;
    energyWh += tradedWh;
  }
  return energyWh === 0 ? null : weighted / energyWh;
}

/** "15 Feb" */
export function dayLabel(day: number): string {
  const [, month, date] = dateOfDay(day).split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1]}`;
}

/** "15 Feb 2021" */
export function dateLabel(day: number): string {
  return `${dayLabel(day)} ${dateOfDay(day).slice(0, 4)}`;
}

export function clockLabel(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Under the axis: dates where days begin, or hours where all is within two days; at most `most` of them. */
export function axisLabels({ list, minutes }: Periods, most: number): readonly string[] {
  const days = new Set(list.map(({ day }) => day)).size;
  const withinDays = minutes < DAY_MINUTES && days <= 2;
  const candidates = list.flatMap(({ day, minute }, index) => {
    if (withinDays) return minute % 60 === 0 ? [index] : [];
    return index === 0 || day !== list[index - 1]!.day ? [index] : [];
  });
  const every = Math.max(1, Math.ceil(candidates.length / most));
  const kept = new Set(candidates.filter((_, place) => place % every === 0));
  return list.map(({ day, minute }, index) => {
    if (!kept.has(index)) return '';
    return withinDays ? clockLabel(minute) : dayLabel(day);
  });
}

/** In a table: the date, with the hour where periods are shorter than a day. */
export function periodLabel({ minutes }: Periods, { day, minute }: Period): string {
  return minutes < DAY_MINUTES ? `${dateOfDay(day)} ${clockLabel(minute)}` : dateOfDay(day);
}
