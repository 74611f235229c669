/** One file of readings, read by a profile: the slots of every meter, and what is odd about it. */

import { FINE_PER_WH } from '@commonwatt/api';
import { readRows } from './csv-rows.ts';
import { ImportFault } from './import-fault.ts';
import { Observations, type Series } from './observations.ts';
import type { ImportProfile } from './profile.ts';
import { type Duplicate, resolveTimes } from './resolved-times.ts';
import {
  type SeriesGap,
  type SeriesSlot,
  type SeriesSlots,
  slotsOfCounter,
  slotsOfIntervals,
  worse,
} from './series-slots.ts';
import { datedObservations } from './typical-day.ts';
import { ZoneCalendar } from './zone-calendar.ts';

export interface ImportedSlot {
  readonly slotMs: number;
  readonly importedWh: bigint;
  readonly exportedWh: bigint;
  readonly quality: SeriesSlot['quality'];
  readonly line: number;
}

export interface ImportedMeter {
  /** As the file or the profile names it; empty where neither does. */
  readonly meter: string;
  /** Rising; of a meter with two directions only slots that have both. */
  readonly slots: readonly ImportedSlot[];
  readonly gaps: readonly SeriesGap[];
  /** Energies of intervals are written finer than a Wh, so that fractions are carried on. */
  readonly hasFractions: boolean;
}

export interface ImportedFile {
  readonly place: string;
  readonly profile: ImportProfile;
  readonly slotLengthMs: number;
  readonly rows: number;
  readonly emptyCells: number;
  readonly missingCells: number;
  readonly duplicates: readonly Duplicate[];
  /** Times that a counter went over its top. */
  readonly wraps: number;
  readonly meters: readonly ImportedMeter[];
}

export interface ReadFileOptions {
  /** The file's name, for errors. */
  readonly place: string;
  readonly profile: ImportProfile;
  /** The ledger's slots. */
  readonly slotLengthMs: number;
  readonly onProgress?: (bytes: number) => void;
}

const MINUTE_MS = 60_000;

/** @throws ImportFault naming file, line and column, what was expected there and what stands there. */
export async function readReadings(
  source: AsyncIterable<Uint8Array>,
  options: ReadFileOptions,
): Promise<ImportedFile> {
  const { place, profile, slotLengthMs, onProgress } = options;
  const intervalMs = profile.time.intervalMinutes * MINUTE_MS;
  const isCumulative = profile.columns.some((one) => one.isCumulative);
  if (!isCumulative && slotLengthMs % intervalMs !== 0) {
    const expected = `an interval that divides slots of ${slotLengthMs / MINUTE_MS} minutes`;
    throw new ImportFault(`profile ${profile.name}`, expected, `${intervalMs / MINUTE_MS}`);
  }
  const observations = new Observations(place, profile);
  await readRows(source, {
    place,
    profile,
    onRow: (row) => observations.take(row),
    onProgress,
  });
  const { rows, emptyCells, missingCells, series } = observations;
  if (series.length === 0) throw new ImportFault(place, 'a row with a value', 'none');
  const read = series.map((one) => readSeries(one, options, intervalMs));
  return {
    place,
    profile,
    slotLengthMs,
    rows,
    emptyCells,
    missingCells,
    duplicates: read.flatMap(({ duplicates }) => duplicates),
    wraps: read.reduce((sum, one) => sum + one.slots.wraps, 0),
    meters: metersOf(read, slotLengthMs),
  };
}

interface ReadSeries {
  readonly series: Series;
  readonly slots: SeriesSlots;
  readonly duplicates: readonly Duplicate[];
  readonly hasFractions: boolean;
}

function readSeries(
  series: Series,
  { place, profile, slotLengthMs }: ReadFileOptions,
  intervalMs: number,
): ReadSeries {
  const { time } = profile;
  const { isCumulative } = series;
  const calendar = new ZoneCalendar(time.zone);
  const options = { place, time, calendar, isCumulative };
  const dated = datedObservations(series.observations, { place, profile, calendar });
  const { values, duplicates } = resolveTimes(dated, options);
  const slots = isCumulative
    ? slotsOfCounter(values, series, slotLengthMs)
    : slotsOfIntervals(values, { intervalMs, slotLengthMs });
  const hasFractions = !isCumulative && values.some(({ value }) => value % FINE_PER_WH !== 0n);
  return { series, slots, duplicates, hasFractions };
}

function metersOf(read: readonly ReadSeries[], slotLengthMs: number): readonly ImportedMeter[] {
  const names = [...new Set(read.map(({ series }) => series.meter))].sort();
  return names.map((meter) => {
    const own = read.filter(({ series }) => series.meter === meter);
    const way = (direction: Series['direction']) =>
      own.find(({ series }) => series.direction === direction)?.slots;
    const hasFractions = own.some((one) => one.hasFractions);
    const both = { imports: way('import'), exports: way('export') };
    return { ...joined(meter, both, slotLengthMs), hasFractions };
  });
}

function joined(
  meter: string,
  { imports, exports }: Record<'imports' | 'exports', SeriesSlots | undefined>,
  slotLengthMs: number,
): Omit<ImportedMeter, 'hasFractions'> {
  const only = (slots: SeriesSlots, name: 'importedWh' | 'exportedWh') => ({
    meter,
    slots: slots.slots.map(({ energyWh, slotMs, quality, line }) => ({
      slotMs,
      importedWh: 0n,
      exportedWh: 0n,
      [name]: energyWh,
      quality,
      line,
    })),
    gaps: slots.gaps,
  });
  if (exports === undefined && imports !== undefined) return only(imports, 'importedWh');
  if (imports === undefined && exports !== undefined) return only(exports, 'exportedWh');
  if (imports === undefined || exports === undefined) return { meter, slots: [], gaps: [] };
  const exported = new Map(exports.slots.map((slot) => [slot.slotMs, slot]));
  const slots = imports.slots.flatMap(({ slotMs, energyWh, quality, line }) => {
    const other = exported.get(slotMs);
    if (other === undefined) return [];
    return [
      {
        slotMs,
        importedWh: energyWh,
        exportedWh: other.energyWh,
        quality: worse(quality, other.quality),
        line,
      },
    ];
  });
  return {
    meter,
    slots,
    gaps: gapsOfBoth(slots, [...imports.gaps, ...exports.gaps], slotLengthMs),
  };
}

/** Gaps of a meter that needs both directions; each with the reason of the one it comes from. */
function gapsOfBoth(
  slots: readonly ImportedSlot[],
  gaps: readonly SeriesGap[],
  slotLengthMs: number,
): readonly SeriesGap[] {
  return slots.flatMap(({ slotMs }, at) => {
    const before = slots[at - 1];
    if (before === undefined || before.slotMs + slotLengthMs === slotMs) return [];
    const fromMs = before.slotMs + slotLengthMs;
    const cause = gaps.find((one) => one.fromMs < slotMs && one.untilMs > fromMs);
    return [{ fromMs, untilMs: slotMs, reason: cause?.reason ?? 'no_rows' }];
  });
}
