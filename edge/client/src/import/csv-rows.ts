/** The rows of a CSV file as they come, piece by piece, each with its line. */

import { CsvError, parse } from 'csv-parse/browser/esm';
import { ImportFault, shown } from './import-fault.ts';
import type { ColumnNames, ImportProfile } from './profile.ts';

/** Rows of one file: five years of a hundred meters in one file are more than anybody sends. */
export const ROWS_MAX = 5_000_000;
const CELL_CHARACTERS_MAX = 10_000;

export interface CsvRow {
  readonly cells: readonly string[];
  /** In the file, from 1. */
  readonly line: number;
}

export interface RowOptions {
  readonly place: string;
  readonly profile: Pick<ImportProfile, 'encoding' | 'delimiter' | 'headerLines'>;
  readonly onRow: (row: CsvRow) => void;
  /** After each piece: how many bytes are behind us. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** Hands on every row from the heading on. @throws ImportFault for what is no such text. */
export async function readRows(
  source: AsyncIterable<Uint8Array>,
  options: RowOptions,
): Promise<void> {
  const { place, profile, onProgress } = options;
  const decoder = new TextDecoder(profile.encoding, { fatal: true });
  const parser = parse({
    bom: true,
    delimiter: profile.delimiter,
    from_line: Math.max(1, profile.headerLines),
    info: true,
    max_record_size: CELL_CHARACTERS_MAX * 100,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  let fault: unknown;
  let count = 0;
  parser.on('data', (row: { readonly record: string[]; readonly info: { lines: number } }) => {
    if (fault !== undefined) return;
    try {
      count += 1;
      if (count > ROWS_MAX) throw new ImportFault(place, `at most ${ROWS_MAX} rows`, 'more');
      options.onRow({ cells: row.record, line: firstLine(row.record, row.info.lines) });
    } catch (error) {
      fault = error;
    }
  });
  const ended = new Promise<void>((resolve, reject) => {
    parser.once('end', resolve);
    parser.once('error', (error) => reject(csvFault(place, error)));
  });
  // It is awaited below; a fault of the source may come first.
  ended.catch(() => undefined);
  let bytes = 0;
  for await (const piece of source) {
    const isTaken = parser.write(decoded(decoder, place, piece));
    bytes += piece.length;
    onProgress?.(bytes);
    if (!isTaken) {
      const drained = new Promise<void>((resolve) => parser.once('drain', () => resolve()));
      await Promise.race([drained, ended]);
    }
    if (fault !== undefined) break;
  }
  parser.end(fault === undefined ? decoded(decoder, place) : undefined);
  if (fault === undefined) await ended;
  if (fault !== undefined) throw fault;
}

function decoded(
  decoder: InstanceType<typeof TextDecoder>,
  place: string,
  piece?: Uint8Array,
): string {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch (error) {
    if (error instanceof TypeError) {
      throw new ImportFault(place, `text in ${decoder.encoding}`, 'bytes that are none');
    }
    throw error;
  }
}

function csvFault(place: string, error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const { lines } = error as CsvError & { readonly lines?: number };
  return new ImportFault(`${place} line ${lines ?? 0}`, 'CSV', error.message);
}

/** The parser counts lines up to the row's end. */
function firstLine(cells: readonly string[], lastLine: number): number {
  let breaks = 0;
  for (const cell of cells) {
    if (cell.includes('\n') || cell.includes('\r'))
      breaks += cell.match(/\r\n|\n|\r/g)?.length ?? 0;
  }
  return lastLine - breaks;
}

/** Where the columns of a file stand. */
export class Heading {
  readonly #place: string;
  readonly #names: readonly string[];

  constructor(place: string, names: readonly string[]) {
    this.#place = place;
    this.#names = names.map((name) => name.trim());
  }

  /** The first of these that is there. */
  find(column: ColumnNames): number | undefined {
    for (const name of column) {
      const at = this.#at(name);
      if (at !== undefined) return at;
    }
    return undefined;
  }

  /** @throws ImportFault naming the columns that are there. */
  require(column: ColumnNames): number {
    const at = this.find(column);
    if (at !== undefined) return at;
    const expected = `a column ${column.map(shown).join(' or ')}`;
    throw new ImportFault(this.#place, expected, this.#names.map(shown).join(', '));
  }

  #at(name: string): number | undefined {
    const exact = this.#matching((one) => one === name, name);
    if (exact !== undefined) return exact;
    if (name.startsWith('*')) return this.#matching((one) => one.endsWith(name.slice(1)), name);
    const isNumber = /^[1-9][0-9]{0,2}$/.test(name);
    return isNumber && Number(name) <= this.#names.length ? Number(name) - 1 : undefined;
  }

  #matching(isMeant: (name: string) => boolean, name: string): number | undefined {
    const found = this.#names.flatMap((one, at) => (isMeant(one) ? [at] : []));
    if (found.length > 1) {
      throw new ImportFault(this.#place, `one column ${shown(name)}`, `${found.length}`);
    }
    return found[0];
  }
}
