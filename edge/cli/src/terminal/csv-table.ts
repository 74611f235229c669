/**
 * Tables of people: CSV with a heading line (RFC 4180), with or without a byte order mark, quoted
 * cells, any line ends, columns in any order. Every row that is wrong is named once, with file, line
 * and column, what was expected and what came.
 */

import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from './usage-error.ts';

/** Faults told at once; whoever has more than that has one fault many times. */
const FAULTS_MAX = 20;
const SHOWN_MAX = 64;

export interface CsvLayout<Column extends string> {
  /** The file, for errors. */
  readonly place: string;
  readonly columns: readonly Column[];
  /** Columns that may be left out; their cells are then empty. */
  readonly further: readonly Column[];
  readonly rowsMax: number;
  /** Whether white space around unquoted cells is left out; RFC 4180 keeps it. */
  readonly trim?: boolean;
}

export interface CsvRow<Column extends string> {
  /** In the file, from 1: the heading is the first. */
  readonly line: number;
  /** Where a column of it stands, for errors. */
  place(column: Column): string;
  cell(column: Column): string;
  /** Whether the file has the column. */
  has(column: Column): boolean;
}

/**
 * Reads every row, and goes on after a bad one, so that all faults are told at once.
 * @throws UsageError for a file that is no such table, for the row that `read` refused with a
 *   UsageError, and for all such rows together where there are several
 */
export function readCsv<Column extends string, Row>(
  text: string,
  layout: CsvLayout<Column>,
  read: (row: CsvRow<Column>) => Row,
): readonly Row[] {
  const { place, rowsMax } = layout;
  const [heading, ...records] = recordsOf(text, layout);
  const columns = columnsOf(heading, layout);
  if (records.length > rowsMax) {
    throw new UsageError(place, `at most ${rowsMax} rows`, `${records.length}`);
  }
  const faults: UsageError[] = [];
  let faultCount = 0;
  const rows: Row[] = [];
  for (const record of records) {
    try {
      rows.push(read(rowOf(record, columns, place)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (faultCount++ < FAULTS_MAX) faults.push(error);
    }
  }
  if (faultCount > 0) throw allFaults(place, faults, faultCount);
  return rows;
}

/** A cell as errors show it: quoted, and cut where it is long. */
export function shownCell(cell: string): string {
  return JSON.stringify(cell.length > SHOWN_MAX ? `${cell.slice(0, SHOWN_MAX)}...` : cell);
}

function allFaults(place: string, faults: readonly UsageError[], faultCount: number): UsageError {
  const [only] = faults;
  if (only !== undefined && faultCount === 1) return only;
  const told = faults.map(({ message }) => `\n  ${message}`).join('');
  const more = faultCount > FAULTS_MAX ? `\n  and ${faultCount - FAULTS_MAX} more` : '';
  return new UsageError(place, 'rows without a fault', `${faultCount} with one${told}${more}`);
}

function placeOf(file: string, line: number, column: string): string {
  return `${file}, line ${line}, column ${column}`;
}

interface CsvRecord {
  /** The line on which it begins. */
  readonly line: number;
  readonly cells: readonly string[];
}

function recordsOf<Column extends string>(
  text: string,
  { place, columns, trim = false }: CsvLayout<Column>,
): readonly CsvRecord[] {
  let parsed: readonly { readonly record: string[]; readonly info: { readonly lines: number } }[];
  try {
    parsed = parse(text, {
      bom: true,
      trim,
      skip_empty_lines: true,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      // Rows of another length are told row by row.
      relax_column_count: true,
    }) as unknown as typeof parsed;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines = 1, column } = error as { readonly lines?: number; readonly column?: unknown };
    const named = typeof column === 'number' ? (columns[column] ?? `${column + 1}`) : columns[0];
    throw new UsageError(
      placeOf(place, lines, named ?? '1'),
      'cells of CSV (RFC 4180)',
      error.message,
    );
  }
  return parsed.map(({ record, info }) => ({
    line: info.lines - breaksIn(record),
    cells: record,
  }));
}

/** Line ends within quoted cells. */
function breaksIn(record: readonly string[]): number {
  let breaks = 0;
  for (const cell of record) {
    if (cell.includes('\n') || cell.includes('\r')) breaks += cell.split(/\r\n|\n|\r/).length - 1;
  }
  return breaks;
}

/** Which cell holds which column. None may be unknown, doubled or missing. */
function columnsOf<Column extends string>(
  heading: CsvRecord | undefined,
  { place, columns, further }: CsvLayout<Column>,
): ReadonlyMap<Column, number> {
  const { line, cells } = heading ?? { line: 1, cells: [] };
  const known: readonly Column[] = [...columns, ...further];
  if (cells.length === 1 && cells[0]?.includes(';')) {
    const got = `semicolons between columns: ${shownCell(cells[0])}`;
    throw new UsageError(placeOf(place, line, '1'), `the columns ${columns.join(',')}`, got);
  }
  const found = new Map<Column, number>();
  for (const [at, name] of cells.entries()) {
    const column = known.find((one) => one === name);
    if (column === undefined) {
      const expected = `one of ${known.join(', ')}`;
      throw new UsageError(placeOf(place, line, `${at + 1}`), expected, shownCell(name));
    }
    if (found.has(column)) {
      const got = `${column} again`;
      throw new UsageError(placeOf(place, line, `${at + 1}`), 'every column once', got);
    }
    found.set(column, at);
  }
  const missing = columns.find((column) => !found.has(column));
  if (missing === undefined) return found;
  throw new UsageError(
    placeOf(place, line, missing),
    `the columns ${columns.join(', ')}`,
    cells.length === 0 ? 'an empty file' : `no ${missing}`,
  );
}

function rowOf<Column extends string>(
  { line, cells }: CsvRecord,
  columns: ReadonlyMap<Column, number>,
  file: string,
): CsvRow<Column> {
  if (cells.length !== columns.size) {
    const [column] = [...columns].find(([, at]) => at === cells.length) ?? [`${columns.size + 1}`];
    const expected = `${columns.size} cells (a comma inside one needs quotes)`;
    throw new UsageError(placeOf(file, line, column), expected, `${cells.length}`);
  }
  return {
    line,
    place: (column) => placeOf(file, line, column),
    cell: (column) => cells[columns.get(column) ?? -1] ?? '',
    has: (column) => columns.has(column),
  };
}
