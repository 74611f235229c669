/** Where bytes stop to be a table at all: what is no UTF-8, and quotes that do not match. */

import { isUtf8 } from 'node:buffer';
import type { CsvError } from 'csv-parse/sync';
import { UsageError } from './usage-error.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
const COMMA = 44;
const SHOWN_MAX = 64;

/** @throws UsageError naming the first cell that is no UTF-8 */
export function requireUtf8(bytes: Buffer, place: string): void {
  if (isUtf8(bytes)) return;
  let line = 1;
  for (const [from, end] of linesOf(bytes)) {
    const text = bytes.subarray(from, end);
    if (isUtf8(text)) {
      line++;
      continue;
    }
    const cells = cellsOf(text);
    const at = cells.findIndex((cell) => !isUtf8(cell));
    const got = JSON.stringify(cells[at]?.toString('utf8').slice(0, SHOWN_MAX));
    throw new UsageError(`${place}, line ${line}, column ${columnName(bytes, at)}`, 'UTF-8', got);
  }
  throw new UsageError(place, 'UTF-8', 'other bytes');
}

/** What the parser of `bytes` stumbled over. */
export function csvFault(
  bytes: Buffer,
  { place, columns }: { readonly place: string; readonly columns: readonly string[] },
  error: CsvError,
): UsageError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    const { line, cell } = lastOpenQuote(bytes);
    const opened = `${place}, line ${line}, column ${columnName(bytes, cell)}`;
    const got = 'a quote that opens a cell and nothing that closes it';
    return new UsageError(opened, 'cells of CSV (RFC 4180)', got);
  }
  const { lines = 1, column } = error as { readonly lines?: number; readonly column?: unknown };
  const named = typeof column === 'number' ? columnName(bytes, column) : (columns[0] ?? '1');
  const got =
    error.code === 'CSV_INVALID_CLOSING_QUOTE' || error.code === 'INVALID_OPENING_QUOTE'
      ? 'a quote within a cell (it stands twice, in a cell that is quoted)'
      : error.message;
  return new UsageError(`${place}, line ${lines}, column ${named}`, 'cells of CSV (RFC 4180)', got);
}

/** The name that the heading gives the cell, or its number. */
function columnName(bytes: Buffer, cell: number): string {
  const [heading = [0, 0]] = linesOf(bytes);
  const name = cellsOf(bytes.subarray(...heading))[cell]?.toString('utf8');
  const plain =
    name
      ?.replace(/^\uFEFF/, '')
      .replaceAll('"', '')
      .trim() ?? '';
  return /^[\w-]+$/.test(plain) ? plain : `${cell + 1}`;
}

/** Of every line where it begins and ends, without its end. */
function* linesOf(bytes: Buffer): Generator<[from: number, end: number]> {
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) continue;
    yield [from, at];
    if (byte === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED) at++;
    from = at + 1;
  }
  if (from < bytes.length) yield [from, bytes.length];
}

function cellsOf(line: Buffer): readonly Buffer[] {
  const cells: Buffer[] = [];
  let [from, isQuoted] = [0, false];
  for (const [at, byte] of line.entries()) {
    if (byte === QUOTE) isQuoted = !isQuoted;
    if (byte !== COMMA || isQuoted) continue;
    cells.push(line.subarray(from, at));
    from = at + 1;
  }
  return [...cells, line.subarray(from)];
}

function lastOpenQuote(bytes: Buffer): { readonly line: number; readonly cell: number } {
  let [line, cell, isQuoted] = [1, 0, false];
  let open = { line, cell };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      isQuoted = !isQuoted;
      if (isQuoted) open = { line, cell };
    } else if (byte === COMMA && !isQuoted) cell++;
    else if (byte === LINE_FEED || (byte === CARRIAGE_RETURN && bytes[at + 1] !== LINE_FEED)) {
      line++;
      if (!isQuoted) cell = 0;
    }
  }
  return open;
}
