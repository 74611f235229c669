/** Files of readings on the disk: their profile, their meters, and what they hold. */

import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs';
import {
  BUILT_IN_PROFILES,
  builtInProfile,
  type ImportedFile,
  ImportFault,
  type ImportProfile,
  readProfile,
  readReadings,
  SAMPLE_BYTES_MAX,
} from '@commonwatt/client/import';
import { readCsv } from '../terminal/csv-table.ts';
import { Progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { wholeField } from './member/fields.ts';

const METER_MOST = 4_294_967_295;
const METERS_MAX = 10_000;

/** Runs what may find fault with a file. @throws UsageError with the fault's place */
export async function withFaults<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImportFault) throw new UsageError(error.place, error.expected, error.got);
    throw error;
  }
}

function readable<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageError(field, 'a file that can be read', got);
  }
}

/** A built-in profile by its name, or one in a file. */
export function profileOf(given: string): Promise<ImportProfile> {
  const known = builtInProfile(given);
  if (known !== undefined) return Promise.resolve(known);
  if (!/[./\\]/.test(given)) {
    const names = BUILT_IN_PROFILES.map(({ name }) => name).join(', ');
    throw new UsageError('--profile', `a file or one of ${names}`, given);
  }
  const text = readable('--profile', () => readFileSync(given, 'utf8'));
  return withFaults(() => readProfile(text, given));
}

export function beginningOf(file: string): Uint8Array {
  return readable(file, () => {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = new Uint8Array(SAMPLE_BYTES_MAX);
      return bytes.subarray(0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  });
}

export async function importedFile(
  terminal: Terminal,
  file: string,
  { profile, slotLengthMs }: { readonly profile: ImportProfile; readonly slotLengthMs: number },
): Promise<ImportedFile> {
  const { size } = readable(file, () => statSync(file));
  const progress = new Progress(terminal, `reading ${file}, bytes`);
  const onProgress = (bytes: number) => progress.at(bytes, size);
  try {
    return await withFaults(() =>
      readReadings(createReadStream(file), { place: file, profile, slotLengthMs, onProgress }),
    );
  } finally {
    progress.end();
  }
}

export interface MeterOptions {
  readonly meter?: string;
  readonly map?: string;
}

/** The ledger's number of each meter that a file names. */
export function meterNumbers({ meter, map }: MeterOptions): (name: string, file: string) => number {
  if ((meter === undefined) === (map === undefined)) {
    throw new UsageError('--meter', 'either a number, or --map FILE', meter ? 'both' : 'neither');
  }
  if (map === undefined) {
    const number = wholeField('--meter', meter ?? '', { least: 1, most: METER_MOST });
    return onlyMeter(number);
  }
  const text = readable('--map', () => readFileSync(map, 'utf8'));
  const numbers = new Map<string, number>();
  const layout = {
    place: map,
    columns: ['name', 'meter'] as const,
    further: [],
    rowsMax: METERS_MAX,
    trim: true,
  };
  readCsv(text, layout, (row) => {
    const name = row.cell('name');
    if (numbers.has(name)) throw new UsageError(row.place('name'), 'each name once', name);
    const range = { least: 1, most: METER_MOST };
    numbers.set(name, wholeField(row.place('meter'), row.cell('meter'), range));
  });
  return (name, file) => {
    const number = numbers.get(name);
    if (number === undefined) {
      throw new UsageError(map, `a row for the meter of ${file}`, JSON.stringify(name));
    }
    return number;
  };
}

/** One number means one meter, in however many files. */
function onlyMeter(number: number): (name: string, file: string) => number {
  let first: string | undefined;
  return (name, file) => {
    first ??= name;
    if (name !== first) {
      const got = `${JSON.stringify(first)} and ${JSON.stringify(name)} in ${file}`;
      throw new UsageError('--meter', 'one meter in the files, or --map FILE', got);
    }
    return number;
  };
}
