/** A CSV file with a header, cell by cell. Whatever is wrong is named by file, line and column. */

import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from '../../terminal/usage-error.ts';

const FAULTS_MAX = 20;

/** What a cell should have been. */
export class CellError extends Error {
  override readonly name = 'CellError';
  readonly column: string;
  readonly expected: string;
  readonly got: string;
  constructor(column: string, expected: string, got: string) {
    super(`${column}: expected ${expected}, got ${got}`);
    this.column = column;
    this.expected = expected;
    this.got = got;
  }
}

export interface CsvRow<Column extends string> {
  readonly line: number;
  readonly cell: (column: Column) => string;
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads every row, and goes on after a bad one, so that all faults are told at once.
 * @param file its name, for the errors
 * @throws UsageError naming each fault, up to a limit
 */
export function readTable<Column extends string, Row>(
  file: string,
  text: string,
  columns: readonly Column[],
  rowOf: (row: CsvRow<Column>) => Row,
): readonly Row[] {
  const [head, ...records] = recordsOf(file, text, columns);
  const places = placesOf(file, head, columns);
  const rows: Row[] = [];
  const faults: UsageError[] = [];
  let faultCount = 0;
  for (const { record, info } of records) {
    try {
      checkWidth(record, head?.record ?? []);
      const cell = (column: Column): string => record[places.get(column) as number] as string;
      rows.push(rowOf({ line: info.lines, cell }));
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      const { column, expected, got } = error;
      faultCount++;
      if (faultCount > FAULTS_MAX) continue;
      faults.push(new UsageError(placeOf(file, info.lines, column), expected, got));
    }
  }
  if (faultCount === 1) throw faults[0];
  if (faultCount > 1) {
    const told = faults.map(({ message }) => `\n  ${message}`).join('');
    const more = faultCount > FAULTS_MAX ? `\n  and ${faultCount - FAULTS_MAX} more` : '';
    throw new UsageError(file, 'rows without a fault', `${faultCount} with one${told}${more}`);
  }
  return rows;
}

function placeOf(file: string, line: number, column: string): string {
  return `${file}, line ${line}, column ${column}`;
}

function recordsOf(file: string, text: string, columns: readonly string[]): readonly CsvRecord[] {
  try {
    return parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as readonly CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines, column } = error as { readonly lines?: number; readonly column?: unknown };
    const place = typeof column === 'number' ? columns[column] : column;
    throw new UsageError(
      placeOf(file, lines ?? 1, typeof place === 'string' ? place : (columns[0] as string)),
      'cells of CSV (RFC 4180)',
      error.message,
    );
  }
}

/** Where each column stands. They may come in any order; none may be unknown, doubled or missing. */
function placesOf<Column extends string>(
  file: string,
  head: CsvRecord | undefined,
  columns: readonly Column[],
): ReadonlyMap<Column, number> {
  const line = head?.info.lines ?? 1;
  const places = new Map<Column, number>();
  (head?.record ?? []).forEach((name, place) => {
    const known = columns.find((column) => column === name);
    const shown = `${place + 1}`;
    if (known === undefined) {
      const expected = `one of ${columns.join(', ')}`;
      throw new UsageError(placeOf(file, line, shown), expected, JSON.stringify(name));
    }
    if (places.has(known)) {
      throw new UsageError(placeOf(file, line, shown), 'every column once', `${name} again`);
    }
    places.set(known, place);
  });
  for (const column of columns) {
    if (!places.has(column)) {
      throw new UsageError(
        placeOf(file, line, column),
        `the columns ${columns.join(', ')}`,
        'none',
      );
    }
  }
  return places;
}

function checkWidth(record: readonly string[], head: readonly string[]): void {
  if (record.length === head.length) return;
  const column = head[record.length] ?? `${head.length + 1}`;
  throw new CellError(column, `${head.length} cells`, `${record.length}`);
}
