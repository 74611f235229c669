/** Reads back, in pieces of bounded size, the tables that this folder wrote: its own form of CSV and no other. */

import { closeSync, openSync, readSync } from 'node:fs';
import type { Cell, Column, ColumnType, Row, TableDefinition } from '../table.ts';
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

/** Calls `take` with each row in order, and with its text as it stands. @throws TableFileError where it is no such table. */
export function readTable(
  file: string,
  table: TableDefinition,
  take: (row: Row, text: string) => void,
): void {
  const readers = table.columns.map(readerOf);
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
    if (fields.length !== readers.length) {
      throw new TableFileError(file, line, `${readers.length} fields`, text);
    }
    const row: Cell[] = [];
    for (const [index, field] of fields.entries()) {
      const cell = readers[index]!(field);
      if (cell === undefined) {
        const { name, type } = table.columns[index]!;
        throw new TableFileError(file, line, `${name}: ${type}`, field);
      }
      row.push(cell);
    }
    take(row, text);
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
      const ends = new RowEnds(rest);
      let start = 0;
      for (let end = ends.after(0); end >= 0; end = ends.after(start)) {
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

/** Where rows end. The next quote is sought once, not once for each row: most pieces have none. */
class RowEnds {
  private readonly text: string;
  private quote: number;

  constructor(text: string) {
    this.text = text;
    this.quote = text.indexOf('"');
  }

  /** The line end of the row that begins at `start`; -1 where the row goes on beyond the text. Rows are asked in order. */
  after(start: number): number {
    const { text } = this;
    let end = text.indexOf('\n', start);
    while (end >= 0 && this.quote >= 0 && this.quote < end) {
      const closing = text.indexOf('"', this.quote + 1);
      if (closing < 0) return -1;
      if (closing > end) end = text.indexOf('\n', closing);
      this.quote = text.indexOf('"', closing + 1);
    }
    return end;
  }
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

type CellReader = (field: string) => Cell | undefined;

/** Undefined where the field is not of the column. Prices and money come back as the integers they are. */
function readerOf({ type }: Column): CellReader {
  const read = READERS[type]();
  return (field) => (field === '' ? null : read(field));
}

const READERS: Readonly<Record<ColumnType, () => CellReader>> = {
  text: () => (field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field),
  instant: instantReader,
  integer: () => pointlessReader(/^-?\d+$/),
  price: () => pointlessReader(/^-?\d+\.\d{3}$/),
  money: () => pointlessReader(/^-?\d+\.\d{9}$/),
  decimal: () => (field) => sound(Number(field), Number.isFinite),
};

/** Rows of one instant follow each other. */
function instantReader(): CellReader {
  let last = '';
  let lastMs: number | undefined;
  return (field) => {
    if (field !== last) {
      last = field;
      lastMs = sound(Date.parse(field), Number.isSafeInteger);
    }
    return lastMs;
  };
}

/** The point is left out, not divided by. */
const pointlessReader =
  (form: RegExp): CellReader =>
  (field) =>
    form.test(field) ? sound(Number(field.replace('.', '')) + 0, Number.isSafeInteger) : undefined;

const sound = (value: number, isSound: (value: number) => boolean): number | undefined =>
  isSound(value) ? value : undefined;
