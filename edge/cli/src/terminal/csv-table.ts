/**
 * Tables of people: CSV with a heading line (RFC 4180), with or without a byte order mark, quoted
 * cells, any line ends, columns in any order. Every row that is wrong is named once, with file, line
 * and column, what was expected and what came.
 */

import { CsvError } from 'csv-parse/sync';
import { csvFault } from './csv-faults.ts';
import { csvPieces } from './csv-records.ts';
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
 * Reads every row, and goes on after a bad one, so that all faults are told at once. Bytes are UTF-8.
 * @throws UsageError for a file that is no such table, for the row that `read` refused with a
 *   UsageError, and for all such rows together where there are several
 */
export function readCsv<Column extends string, Row>(
  text: string | Uint8Array,
  layout: CsvLayout<Column>,
  read: (row: CsvRow<Column>) => Row,
): readonly Row[] {
  const { place, rowsMax } = layout;
  const rows: Row[] = [];
  const faults: UsageError[] = [];
  let heading: Heading<Column> | undefined;
  let rowCount = 0;
  let faultCount = 0;
  eachRecord(text, layout, (record) => {
    if (heading === undefined) {
      heading = headingOf(record, layout);
      return;
    }
    // Bytes that are no CSV are told before anything else: the rest is parsed all the same.
    if (++rowCount > rowsMax || 'refusal' in heading) return;
    try {
      rows.push(read(rowOf(record, heading.columns, place)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (faultCount++ < FAULTS_MAX) faults.push(error);
    }
  });
  heading ??= headingOf({ line: 1, cells: [] }, layout);
  if ('refusal' in heading) throw heading.refusal;
  if (rowCount > rowsMax) throw new UsageError(place, `at most ${rowsMax} rows`, `${rowCount}`);
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

function eachRecord<Column extends string>(
  text: string | Uint8Array,
  { place, columns, trim = false }: CsvLayout<Column>,
  take: (record: CsvRecord) => void,
): void {
  const bytes =
    typeof text === 'string'
      ? Buffer.from(text)
      : Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  try {
    for (const { records, lineOf } of csvPieces(bytes, { trim })) {
      for (const [at, cells] of records.entries()) take({ line: lineOf(at), cells });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw csvFault(bytes, { place, columns }, error);
  }
}

/** Which cell holds which column, or why nobody can say. */
type Heading<Column extends string> =
  | { readonly columns: ReadonlyMap<Column, number> }
  | { readonly refusal: UsageError };

function headingOf<Column extends string>(
  record: CsvRecord,
  layout: CsvLayout<Column>,
): Heading<Column> {
  try {
    return { columns: columnsOf(record, layout) };
  } catch (error) {
    if (error instanceof UsageError) return { refusal: error };
    throw error;
  }
}

/** None may be unknown, doubled or missing. */
function columnsOf<Column extends string>(
  { line, cells }: CsvRecord,
  { place, columns, further }: CsvLayout<Column>,
): ReadonlyMap<Column, number> {
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
