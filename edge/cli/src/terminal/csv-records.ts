/**
 * Records of CSV, piece by piece: a file of a million rows is never a million objects of the parser
 * at once. A piece ends at a line end outside quoted cells, so that the pieces read one by one hold
 * the records of the whole.
 */

import { CsvError, type Options, parse } from 'csv-parse/sync';

const PIECE_BYTES = 1 << 18;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

export interface CsvPiece {
  readonly records: readonly (readonly string[])[];
  /** The line on which a record of the piece begins; the first line of the file is 1. */
  lineOf(at: number): number;
}

export interface CsvReading {
  /** Whether white space around unquoted cells is left out; RFC 4180 keeps it. */
  readonly trim?: boolean;
  readonly pieceBytes?: number;
}

/** Empty lines are left out; `bytes` are UTF-8. @throws CsvError that says the place in all of `bytes` */
export function* csvPieces(
  bytes: Buffer,
  { trim = false, pieceBytes = PIECE_BYTES }: CsvReading = {},
): Generator<CsvPiece> {
  const options: Options = {
    bom: true,
    trim,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    // Rows of another length are told row by row.
    relax_column_count: true,
  };
  let firstLine = 1;
  for (let from = 0; from < bytes.length; ) {
    const span = spanFrom(bytes, from, pieceBytes);
    let piece: CsvPiece;
    try {
      const rest = from > 0 ? { ...options, bom: false } : options;
      piece = pieceOf(bytes.subarray(from, span.end), rest, { ...span, firstLine });
    } catch (error) {
      // The parser counts lines from where it began: the whole file says the right ones.
      if (error instanceof CsvError) parse(bytes, { ...options, on_record: () => null });
      throw error;
    }
    yield piece;
    from = span.end;
    firstLine += span.breaks;
  }
}

interface Span {
  readonly end: number;
  /** Line ends, as the parser counts them: both bytes of one within a quoted cell. */
  readonly breaks: number;
  /** The lines, if every line is one record. */
  readonly lines: number | undefined;
}

function spanFrom(bytes: Buffer, from: number, pieceBytes: number): Span {
  let [breaks, breaksWithin, isQuoted] = [0, 0, false];
  let end = from;
  for (let isEnded = false; end < bytes.length && !isEnded; end++) {
    const byte = bytes[end];
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) continue;
    else if (isQuoted) breaksWithin++;
    else if (byte === LINE_FEED || bytes[end + 1] !== LINE_FEED) {
      breaks++;
      isEnded = byte === LINE_FEED && end - from >= pieceBytes;
    }
  }
  const last = bytes[end - 1];
  const isOpen = last !== LINE_FEED && last !== CARRIAGE_RETURN;
  const lines = breaksWithin === 0 ? breaks + (isOpen ? 1 : 0) : undefined;
  return { end, breaks: breaks + breaksWithin, lines };
}

/**
 * The parser tells lines only among a dozen other counts of every record, which costs more than the
 * parsing itself: it is asked for them only where a record is not one line.
 */
function pieceOf(
  bytes: Buffer,
  options: Options,
  { firstLine, lines }: Pick<Span, 'lines'> & { readonly firstLine: number },
): CsvPiece {
  if (lines !== undefined) {
    const records = parse(bytes, options) as unknown as string[][];
    if (records.length === lines) return { records, lineOf: (at) => firstLine + at };
  }
  const told = parse(bytes, { ...options, info: true }) as unknown as readonly {
    readonly record: string[];
    readonly info: { readonly lines: number };
  }[];
  const records = told.map(({ record }) => record);
  const lastLines = told.map(({ info }) => firstLine - 1 + info.lines);
  return { records, lineOf: (at) => (lastLines[at] ?? 0) - breaksIn(records[at] ?? []) };
}

/** Line ends within quoted cells. */
function breaksIn(record: readonly string[]): number {
  let breaks = 0;
  for (const cell of record) {
    if (cell.includes('\n') || cell.includes('\r')) breaks += cell.split(/\r\n|\n|\r/).length - 1;
  }
  return breaks;
}
