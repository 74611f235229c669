/**
 * Tables of people: CSV with a heading line (RFC 4180), with or without a byte order mark, quoted
 * fields and Windows line ends. Every row that is wrong is named once, with file, line and column.
 */

import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from './usage-error.ts';

/** Faults told at once; whoever has more than that has one fault many times. */
const FAULTS_MAX = 20;

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
 * Reads every row. @throws UsageError for a file that is no such table, and one that names every row
 * that `read` refused with a UsageError.
 */
export function readCsv<Column extends string, Row>(
  text: string,
  layout: CsvLayout<Column>,
  read: (row: CsvRow<Column>) => Row,
): readonly Row[] {
  const { place, rowsMax } = layout;
  const [heading, ...records] = recordsOf(text, layout);
  const head = headOf(heading?.cells ?? [], layout);
  if (records.length > rowsMax) {
    throw new UsageError(place, `at most ${rowsMax} rows`, `${records.length}`);
  }
  const faults: string[] = [];
  const rows: Row[] = [];
  for (const record of records) {
    try {
      rows.push(read(rowOf(record, head, place)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      faults.push(error.message);
    }
  }
  if (faults.length === 0) return rows;
  const told = faults.slice(0, FAULTS_MAX).map((fault) => `\n  ${fault}`);
  const more = faults.length - told.length;
  if (more > 0) told.push(`\n  and ${more} more`);
  throw new UsageError(place, 'rows without a fault', `${faults.length}:${told.join('')}`);
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

function recordsOf(
  text: string,
  { place, trim = false }: { readonly place: string; readonly trim?: boolean },
): readonly CsvRecord[] {
  let parsed: readonly { readonly record: string[]; readonly info: { readonly lines: number } }[];
  try {
    // Rows of another length are told row by row.
    const options = { bom: true, trim, skip_empty_lines: true, info: true } as const;
    parsed = parse(text, { ...options, relax_column_count: true }) as unknown as typeof parsed;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = (error as CsvError & { readonly lines?: number }).lines ?? 0;
    throw new UsageError(`${place} line ${line}`, 'CSV', error.message);
  }
  return parsed.map(({ record, info }) => {
    const breaks = record.join('').match(/\r\n|\n|\r/g)?.length ?? 0;
    return { line: info.lines - breaks, cells: record };
  });
}

function headOf<Column extends string>(
  head: readonly string[],
  { place, columns, further }: CsvLayout<Column>,
): readonly string[] {
  const heading = `${place} line 1`;
  const known: readonly string[] = [...columns, ...further];
  const missing = columns.find((column) => !head.includes(column));
  if (missing !== undefined) {
    const semicolons = head.length === 1 && head[0]?.includes(';');
    const got = semicolons ? `semicolons between columns: ${head[0]}` : head.join(',');
    throw new UsageError(heading, `the columns ${columns.join(',')}`, got || 'nothing');
  }
  for (const [at, name] of head.entries()) {
    if (!known.includes(name)) {
      throw new UsageError(heading, `no column besides ${known.join(',')}`, name);
    }
    if (head.indexOf(name) !== at) throw new UsageError(heading, 'each column once', name);
  }
  return head;
}

function rowOf<Column extends string>(
  { line, cells }: CsvRecord,
  head: readonly string[],
  place: string,
): CsvRow<Column> {
  if (cells.length !== head.length) {
    const expected = `${head.length} cells (a comma inside one needs quotes)`;
    throw new UsageError(`${place} line ${line}`, expected, `${cells.length}`);
  }
  return {
    line,
    place: (column) => `${place} line ${line}, column ${column}`,
    cell: (column) => cells[head.indexOf(column)] ?? '',
    has: (column) => head.includes(column),
  };
}
