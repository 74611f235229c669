/** What a file holds and what importing it would change, before anything is sent. */

import type { ImportedFile, ImportedMeter, ImportedSlot } from './imported-file.ts';
import type { Quality } from './profile.ts';
import type { SeriesGap } from './series-slots.ts';
import { ZoneCalendar } from './zone-calendar.ts';

export interface MonthSum {
  /** YYYY-MM of the zone's clock. */
  readonly month: string;
  readonly slots: number;
  readonly importedWh: bigint;
  readonly exportedWh: bigint;
}

/** A local day on which the clock changed. */
export interface ClockChangeDay {
  readonly date: string;
  /** 92, 96 or 100 quarter hours. */
  readonly slotsOfDay: number;
  readonly slotsHere: number;
}

/** A slot as the node has it; nothing is known of versions that were superseded. */
export interface KnownSlot {
  readonly importedWh: bigint;
  readonly exportedWh: bigint;
  readonly quality: Quality;
}

export interface MeterReport {
  readonly meter: string;
  readonly slots: number;
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  readonly missingSlots: number;
  readonly gaps: readonly SeriesGap[];
  readonly months: readonly MonthSum[];
  readonly qualities: Readonly<Record<Exclude<Quality, 'missing'>, number>>;
  readonly clockChanges: readonly ClockChangeDay[];
}

export interface DryRun {
  readonly place: string;
  readonly profile: string;
  readonly rows: number;
  readonly emptyCells: number;
  readonly missingCells: number;
  readonly duplicates: number;
  readonly duplicateLines: readonly number[];
  readonly wraps: number;
  readonly meters: readonly MeterReport[];
}

/** Gaps and duplicates that are told one by one; all are counted. */
export const TOLD_MAX = 100;

export function dryRun(file: ImportedFile, zone: string = file.profile.time.zone): DryRun {
  const calendar = new ZoneCalendar(zone);
  const { duplicates, emptyCells, meters, missingCells, place, profile, rows, wraps } = file;
  return {
    place,
    profile: profile.name,
    rows,
    emptyCells,
    missingCells,
    duplicates: duplicates.length,
    duplicateLines: duplicates.slice(0, TOLD_MAX).map(({ line }) => line),
    wraps,
    meters: meters.map(({ meter, slots, gaps }) => ({
      meter,
      slots: slots.length,
      firstMs: slots[0]?.slotMs,
      lastMs: slots.at(-1)?.slotMs,
      missingSlots: gaps.reduce((sum, one) => sum + slotsOf(one, file.slotLengthMs), 0),
      gaps: gaps.slice(0, TOLD_MAX),
      months: monthsOf(slots, calendar),
      qualities: qualitiesOf(slots),
      clockChanges: clockChangesOf(slots, calendar, file.slotLengthMs),
    })),
  };
}

function slotsOf({ fromMs, untilMs }: SeriesGap, slotLengthMs: number): number {
  return (untilMs - fromMs) / slotLengthMs;
}

function qualitiesOf(slots: readonly ImportedSlot[]): MeterReport['qualities'] {
  const counts = { measured: 0, substituted: 0, estimated: 0 };
  for (const { quality } of slots) counts[quality] += 1;
  return counts;
}

function monthsOf(slots: readonly ImportedSlot[], calendar: ZoneCalendar): readonly MonthSum[] {
  const months = new Map<string, MonthSum>();
  for (const { slotMs, importedWh, exportedWh } of slots) {
    const month = calendar.dayOf(slotMs).date.slice(0, 7);
    const before = months.get(month);
    months.set(month, {
      month,
      slots: (before?.slots ?? 0) + 1,
      importedWh: (before?.importedWh ?? 0n) + importedWh,
      exportedWh: (before?.exportedWh ?? 0n) + exportedWh,
    });
  }
  return [...months.values()];
}

function clockChangesOf(
  slots: readonly ImportedSlot[],
  calendar: ZoneCalendar,
  slotLengthMs: number,
): readonly ClockChangeDay[] {
  const days = new Map<string, ClockChangeDay>();
  for (const { slotMs } of slots) {
    const { date, fromMs, offsetsMs, untilMs } = calendar.dayOf(slotMs);
    if (offsetsMs[0] === offsetsMs[1]) continue;
    const slotsHere = (days.get(date)?.slotsHere ?? 0) + 1;
    days.set(date, { date, slotsOfDay: (untilMs - fromMs) / slotLengthMs, slotsHere });
  }
  return [...days.values()];
}

/** What importing would do with each slot. */
export interface ImportPlan {
  /** Slots that the node has no reading of. */
  readonly fresh: readonly ImportedSlot[];
  /** Slots whose reading differs: they become new versions. */
  readonly superseding: readonly ImportedSlot[];
  readonly identical: number;
  /** Differences of one Wh that the carried fraction alone explains: nothing to correct. */
  readonly carried: number;
}

/**
 * Compares a meter's slots with what the node has. Where a file's numbers are finer than a Wh, a
 * file that begins elsewhere hands out its fractions elsewhere, which is no correction: a
 * difference of one Wh at the same quality is left as it is.
 */
export function planImport(
  { slots, hasFractions }: Pick<ImportedMeter, 'slots' | 'hasFractions'>,
  known: (slotMs: number) => KnownSlot | undefined,
): ImportPlan {
  const fresh: ImportedSlot[] = [];
  const superseding: ImportedSlot[] = [];
  let identical = 0;
  let carried = 0;
  for (const slot of slots) {
    const before = known(slot.slotMs);
    if (before === undefined) {
      fresh.push(slot);
      continue;
    }
    const difference = largest(
      slot.importedWh - before.importedWh,
      slot.exportedWh - before.exportedWh,
    );
    if (slot.quality !== before.quality || difference > (hasFractions ? 1n : 0n))
      superseding.push(slot);
    else if (difference === 0n) identical += 1;
    else carried += 1;
  }
  return { fresh, superseding, identical, carried };
}

function largest(a: bigint, b: bigint): bigint {
  const [left, right] = [a < 0n ? -a : a, b < 0n ? -b : b];
  return left > right ? left : right;
}
