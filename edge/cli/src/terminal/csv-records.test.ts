import { CsvError, parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvPieces } from './csv-records.ts';

interface Read {
  readonly line: number;
  readonly cells: readonly string[];
}

function read(text: string, pieceBytes: number, trim = false): Read[] | string {
  try {
    return [...csvPieces(Buffer.from(text), { trim, pieceBytes })].flatMap(({ records, lineOf }) =>
      records.map((cells, at) => ({ line: lineOf(at), cells })),
    );
  } catch (error) {
    if (error instanceof CsvError) return error.message;
    throw error;
  }
}

/** The whole text in one call of the parser. */
function parsedAtOnce(text: string, trim: boolean): readonly (readonly string[])[] | string {
  try {
    return parse(text, {
      bom: true,
      trim,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
    });
  } catch (error) {
    if (error instanceof CsvError) return error.message;
    throw error;
  }
}

const parts = [
  'a',
  'ö,',
  ',',
  '"',
  '""',
  '"b"',
  '"c\nd",',
  '"e\r\nf"',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\uFEFF',
];
const texts = fc
  .array(fc.oneof(fc.constantFrom(...parts), fc.constantFrom('x,y\n', '"p","q"\n')), {
    maxLength: 40,
  })
  .map((list) => list.join(''));

describe('a file in pieces', () => {
  test('has the records, the lines and the fault of the whole', () => {
    const sizes = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(texts, sizes, fc.boolean(), (text, pieceBytes, trim) => {
        const pieces = read(text, pieceBytes, trim);
        expect(pieces).toEqual(read(text, text.length * 4 + 1, trim));
        const records = typeof pieces === 'string' ? pieces : pieces.map(({ cells }) => cells);
        expect(records).toEqual(parsedAtOnce(text, trim));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['rows alone', 'a\nb\nc\n', [1, 2, 3]],
    ['no line end at the end', 'a\nb', [1, 2]],
    ['empty lines', 'a\n\n\nb\n\nc', [1, 4, 6]],
    ['every sort of line end', 'a\r\nb\rc\nd', [1, 2, 3, 4]],
    ['a cell of two lines', 'a\n"b\nc",d\ne\n', [1, 2, 4]],
    ['an empty line in place of the last end', 'a\n\nb', [1, 3]],
  ])('tells lines: %s', (_name, text, lines) => {
    for (const pieceBytes of [0, 3, 100]) {
      expect((read(text, pieceBytes) as Read[]).map(({ line }) => line)).toEqual(lines);
    }
  });

  test('is not cut within quotes, and a fault far down is told by its line in the file', () => {
    expect(read('a,"b\n\n\n,c"\nd,e\n', 1)).toHaveLength(2);
    expect(read(`${'a,b\n'.repeat(50)}a,b"\n`, 8)).toContain('at line 51');
  });
});
