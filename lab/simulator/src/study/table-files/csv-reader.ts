/** Reads back, in pieces of bounded size, the tables that this folder wrote: its own form of CSV and no other. */

import { closeSync, openSync, readSync } from 'node:fs';
import type { Cell, Column, Row, TableDefinition } from '../table.ts';
import { csvHeader } from './csv.ts';

const PIECE_BYTES = 1 << 20;
/** No cell and no row is longer; a file with a longer one is not ours. */
const ROW_CHARACTERS_MAX = 1 << 20;

export class TableFileError extends Error {
  constructor(file: string, line: number, expected: string, got: string) {
    super(`${file}:${line}: expected ${expected}, got ${got.slice(0, 80)}`);
    this.name = 'TableFileError';
  }
}

/** Calls `take` with each row in order. @throws TableFileError where the file is not such a table. */
export function readTable(file: string, table: TableDefinition, take: (row: Row) => void): void {
  let line = 0;
  for (const text of rowTexts(file)) {
    line += 1;
    if (line === 1) {
      if (`${text}\n` !== csvHeader(table)) {
        throw new TableFileError(file, 1, csvHeader(table).trimEnd(), text);
      }
      continue;
    }
    const fields = fieldsOf(text);
    if (fields.length !== table.columns.length) {
      throw new TableFileError(file, line, `${table.columns.length} fields`, text);
    }
    take(table.columns.map((column, index) => cellOf(column, fields[index]!, file, line)));
  }
  if (line === 0) throw new TableFileError(file, 1, 'a header', 'an empty file');
}

/** The rows as text, without their line ends. A line end within quotes belongs to its row. */
function* rowTexts(file: string): Generator<string> {
  const descriptor = openSync(file, 'r');
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const piece = new Uint8Array(PIECE_BYTES);
    let rest = '';
    for (;;) {
      const bytes = readSync(descriptor, piece);
      rest += decoder.decode(piece.subarray(0, bytes), { stream: bytes > 0 });
      let start = 0;
      for (let end = rowEnd(rest, start); end >= 0; end = rowEnd(rest, start)) {
        yield rest.slice(start, end);
        start = end + 1;
      }
      rest = rest.slice(start);
      if (bytes === 0) break;
      if (rest.length > PIECE_BYTES + ROW_CHARACTERS_MAX) {
        throw new TableFileError(file, 0, `rows below ${ROW_CHARACTERS_MAX} characters`, rest);
      }
    }
    if (rest !== '') throw new TableFileError(file, 0, 'a line end after the last row', rest);
  } finally {
    closeSync(descriptor);
  }
}

function rowEnd(text: string, start: number): number {
  let end = text.indexOf('\n', start);
  let quote = text.indexOf('"', start);
  while (end >= 0 && quote >= 0 && quote < end) {
    const closing = text.indexOf('"', quote + 1);
    if (closing < 0) return -1;
    if (closing > end) end = text.indexOf('\n', closing);
    quote = text.indexOf('"', closing + 1);
  }
  return end;
}

/** The fields of a row as they stand, quotes included. */
function fieldsOf(text: string): readonly string[] {
  if (!text.includes('"')) return text.split(',');
  const fields: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) {
      fields.push(text.slice(start, index));
      start = index + 1;
    }
  }
  fields.push(text.slice(start));
  return fields;
}

function cellOf(column: Column, field: string, file: string, line: number): Cell {
  if (field === '') return null;
  if (column.type === 'text') return plainText(field);
  const value = column.type === 'instant' ? Date.parse(field) : numberOf(column, field);
  const sound = column.type === 'decimal' ? Number.isFinite(value) : Number.isSafeInteger(value);
  if (!sound) throw new TableFileError(file, line, `${column.name}: ${column.type}`, field);
  return value;
}

/** Prices and money come back as the integers they are: the point is left out, not divided by. */
function numberOf(column: Column, field: string): number {
  if (column.type === 'decimal') return Number(field);
  const decimals = { integer: 0, price: 3, money: 9 }[column.type as 'integer' | 'price' | 'money'];
  const form = decimals === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${decimals}}$`);
  return form.test(field) ? Number(field.replace('.', '')) + 0 : Number.NaN;
}

function plainText(field: string): string {
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
}
