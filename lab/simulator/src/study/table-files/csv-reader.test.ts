import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Row, TableDefinition } from '../table.ts';
import { csvHeader, csvRow } from './csv.ts';
import { readTable } from './csv-reader.ts';

const TABLE: TableDefinition = {
  name: 'all',
  columns: (['text', 'instant', 'integer', 'decimal', 'price', 'money'] as const).map((type) => ({
    name: type,
    type,
    meaning: '',
  })),
};

const folder = mkdtempSync(join(tmpdir(), 'csv-reader-'));
afterAll(() => rmSync(folder, { recursive: true }));

function readBack(text: string): readonly Row[] {
  const file = join(folder, 'table.csv');
  writeFileSync(file, text);
  const rows: Row[] = [];
  readTable(file, TABLE, (row) => rows.push(row));
  return rows;
}

test('what was written is read back', () => {
  const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null });
  const instants = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
  const wholes = fc.maxSafeInteger().map((whole) => whole + 0);
  const rows = fc.array(
    fc.tuple(
      orNull(fc.oneof(fc.string(), fc.constantFrom('', '"', 'a\n"b",', '\r\n', '€'))),
      orNull(instants),
      orNull(wholes),
      orNull(fc.integer({ min: -1e9, max: 1e9 }).map((whole) => whole / 1000)),
      orNull(wholes),
      orNull(wholes),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(rows, (drawn) => {
      const text = csvHeader(TABLE) + drawn.map((row) => csvRow(TABLE, row)).join('');
      expect(readBack(text)).toEqual(drawn);
    }),
    { numRuns: 200 },
  );
});

test('rows that span pieces of the file are whole', () => {
  const long = 'a "quoted", long\ntext '.repeat(2_000);
  const rows: Row[] = [];
  for (let index = 0; index < 60; index += 1) rows.push([long, index, 1 - index, index / 4, 1, 2]);
  expect(readBack(csvHeader(TABLE) + rows.map((row) => csvRow(TABLE, row)).join(''))).toEqual(rows);
});

test.each([
  ['an empty file', '', 'expected a header'],
  ['another header', 'a,b\n', 'expected text,instant,integer,decimal,price,money, got a,b'],
  ['too few fields', `${csvHeader(TABLE)}a,b\n`, 'table.csv:2: expected 6 fields, got a,b'],
  ['a cut row', `${csvHeader(TABLE)}a,,1`, 'expected a line end after the last row'],
  ['a rounded price', `${csvHeader(TABLE)}a,,,,1.5,\n`, ':2: expected price: price, got 1.5'],
  ['an integer with a point', `${csvHeader(TABLE)}a,,1.0,,,\n`, 'expected integer: integer'],
])('refuses %s', (_what, text, message) => {
  expect(() => readBack(text)).toThrow(message);
});
