/** The rows of one profile file: read, checked, and laid on quarter hours without a hole. */

import {
  type MeanPower,
  parseMeanPower,
  parsePerUnitPower,
  power,
  QUARTER_HOUR_MS,
  QuantityTextError,
} from '@commonwatt/units';
import { CsvError, parse } from 'csv-parse/sync';

/** Where and why a file cannot be read. `line` counts from 1, the header included. */
export interface ProfileFault {
  readonly file: string;
  readonly line?: number;
  readonly column?: string;
  readonly expected: string;
  readonly got: string;
}

/** Carries every fault up to FAULTS_MAX per file; the message is one line for each. */
export class ProfileFileError extends Error {
  readonly code = 'profile_unreadable';
  readonly faults: readonly ProfileFault[];

  constructor(faults: readonly ProfileFault[]) {
    super(faults.map(describeFault).join('\n'));
    this.name = 'ProfileFileError';
    this.faults = faults;
  }
}

/** Something odd in a row that did not stop the reading. */
export type RowFinding =
  | { readonly code: 'duplicate_row'; readonly file: string; readonly line: number }
  | {
      readonly code: 'gap';
      readonly file: string;
      /** The line after the gap. */
      readonly line: number;
      readonly startMs: number;
      readonly slots: number;
    };

/** What the column `electricity` holds: watts, or a share of installed power. */
export type ElectricityUnit = 'watts' | 'per-unit';

export interface ProfileRows {
  readonly startMs: number;
  readonly samples: readonly MeanPower[];
  readonly findings: readonly RowFinding[];
  readonly faults: readonly ProfileFault[];
}

/** A file that goes on failing stops being read. */
export const FAULTS_MAX = 20;
/** The longest gap that the value before may bridge: a day. */
export const GAP_SLOTS_MAX = 96;
/** Ten years of quarter hours. */
export const PROFILE_ROWS_MAX = 10 * 366 * 96;

const HEADER = ['timestamp', 'electricity'] as const;
/** A share of installed power is kept as the mean power of one installed watt. */
const ONE_WATT = power(1n);
const TIMESTAMP = /^([0-9]{1,11})(?:\.0+)?$/;

/** Faults come back as data, so that one reading names them for all files. */
export function readRows(file: string, text: string, unit: ElectricityUnit): ProfileRows {
  const reading = new Reading(file, unit);
  const records = recordsOf(file, text);
  if (!Array.isArray(records)) return reading.result([records]);
  const [header, ...rows] = records;
  if (header === undefined) {
    return reading.result([
      { file, line: 1, expected: `header ${HEADER.join(',')}`, got: 'nothing' },
    ]);
  }
  if (header.fields.join(',') !== HEADER.join(',')) {
    const expected = `header ${HEADER.join(',')}`;
    return reading.result([
      { file, line: header.line, expected, got: quote(header.fields.join(',')) },
    ]);
  }
  if (rows.length === 0 || rows.length > PROFILE_ROWS_MAX) {
    const expected = `1 to ${PROFILE_ROWS_MAX} rows`;
    return reading.result([{ file, expected, got: String(rows.length) }]);
  }
  for (const row of rows) {
    if (reading.faults.length >= FAULTS_MAX) break;
    reading.take(row);
  }
  return reading.result([]);
}

interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

function recordsOf(file: string, text: string): Row[] | ProfileFault {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true, // a row of the wrong width is a fault of ours to name
      record_delimiter: ['\r\n', '\n', '\r'], // guessed from the first line otherwise
    }) as unknown as { info: { lines: number }; record: string[] }[];
    return records.map(({ info, record }) => ({ line: info.lines, fields: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { file, line: Number(error.lines), expected: 'CSV (RFC 4180)', got: error.message };
  }
}

class Reading {
  readonly faults: ProfileFault[] = [];
  private readonly file: string;
  private readonly unit: ElectricityUnit;
  private readonly findings: RowFinding[] = [];
  private readonly samples: MeanPower[] = [];
  private startMs = 0;

  constructor(file: string, unit: ElectricityUnit) {
    this.file = file;
    this.unit = unit;
  }

  take({ line, fields }: Row): void {
    const [timestamp = '', electricity = ''] = fields;
    if (fields.length !== HEADER.length) {
      this.fault({ line, expected: `${HEADER.length} columns`, got: quote(fields.join(',')) });
      return;
    }
    const ms = timestampMs(timestamp);
    if (ms === undefined) {
      const expected = 'Unix seconds at a whole quarter hour';
      this.fault({ line, column: 'timestamp', expected, got: quote(timestamp) });
    }
    const sample = this.sample(line, electricity);
    if (ms !== undefined && sample !== undefined) this.place(line, ms, sample);
  }

  result(faults: readonly ProfileFault[]): ProfileRows {
    const { startMs, samples, findings } = this;
    return { startMs, samples, findings, faults: [...this.faults, ...faults] };
  }

  private fault(fault: Omit<ProfileFault, 'file'>): void {
    this.faults.push({ file: this.file, ...fault });
  }

  private sample(line: number, text: string): MeanPower | undefined {
    try {
      const plain = plainDecimal(text);
      return this.unit === 'watts'
        ? parseMeanPower(plain, 'W')
        : parsePerUnitPower(plain, ONE_WATT);
    } catch (error) {
      if (!(error instanceof QuantityTextError)) throw error;
      this.fault({ line, column: 'electricity', expected: error.expected, got: quote(text) });
      return undefined;
    }
  }

  /** Lays one sample at its quarter hour; rows come in the order of time. */
  private place(line: number, ms: number, sample: MeanPower): void {
    const { file, samples } = this;
    const last = samples.at(-1);
    if (last === undefined) {
      this.startMs = ms;
      samples.push(sample);
      return;
    }
    const nextMs = this.startMs + samples.length * QUARTER_HOUR_MS;
    if (ms === nextMs - QUARTER_HOUR_MS && sample === last) {
      this.findings.push({ code: 'duplicate_row', file, line });
      return;
    }
    const missing = (ms - nextMs) / QUARTER_HOUR_MS;
    if (missing < 0 || missing > GAP_SLOTS_MAX) {
      const latest = nextMs + GAP_SLOTS_MAX * QUARTER_HOUR_MS;
      const expected = `${nextMs / 1000} (the next quarter hour) to ${latest / 1000}`;
      this.fault({ line, column: 'timestamp', expected, got: String(ms / 1000) });
      return;
    }
    if (missing > 0) {
      this.findings.push({ code: 'gap', file, line, startMs: nextMs, slots: missing });
      for (let i = 0; i < missing; i += 1) samples.push(last);
    }
    samples.push(sample);
  }
}

function timestampMs(text: string): number | undefined {
  const seconds = TIMESTAMP.exec(text)?.[1];
  if (seconds === undefined) return undefined;
  const ms = Number(seconds) * 1000;
  return ms % QUARTER_HOUR_MS === 0 ? ms : undefined;
}

/** Doubles print small numbers as 2.5e-05 and a negative zero as -0.0: the same in plain digits. */
function plainDecimal(text: string): string {
  const match = /^(-?)([0-9])(?:\.([0-9]+))?e-([0-9]{1,2})$/i.exec(text);
  if (match !== null) {
    const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
    return `${sign}0.${'0'.repeat(Math.max(0, Number(exponent) - 1))}${whole}${fraction}`;
  }
  return /^-0(\.0+)?$/.test(text) ? text.slice(1) : text;
}

function describeFault({ file, line, column, expected, got }: ProfileFault): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: expected ${expected}, got ${got}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
