import { expect, test } from 'vitest';
import { requireUtf8 } from './csv-faults.ts';
import { readCsv } from './csv-table.ts';

const LAYOUT = { place: 'a.csv', columns: ['id', 'member'], further: [], rowsMax: 9 };

test.each([
  [
    'id,member\na,b\r\nc,jos\xe9\n',
    'a.csv, line 3, column member: expected UTF-8, got "jos\ufffd"',
  ],
  ['id,member\n"x, y",\xff\n', 'a.csv, line 2, column member: expected UTF-8, got "\ufffd"'],
  ['\xff,member\n', 'a.csv, line 1, column 1: expected UTF-8'],
  ['id,member\ra,b\rc\xff,d\r', 'a.csv, line 3, column id: expected UTF-8'],
])('case %#: bytes that are no UTF-8 are told with line and column', (text, told) => {
  expect(() => requireUtf8(Buffer.from(text, 'latin1'), 'a.csv')).toThrow(told);
});

test('UTF-8 passes', () => {
  expect(requireUtf8(Buffer.from('id,member\na,josé\n'), 'a.csv')).toBe(undefined);
});

test.each([
  [
    'member,id\na,b\nc,"d\ne,f\ng,h\n',
    'a.csv, line 3, column id: expected cells of CSV (RFC 4180), got a quote that opens a cell and nothing that',
  ],
  [
    'id,member\n"a\nb",c\n"d',
    'a.csv, line 4, column id: expected cells of CSV (RFC 4180), got a quote that opens',
  ],
  ['member,id\na,b\n"c"d,e\n', 'a.csv, line 3, column member: expected cells of CSV (RFC 4180)'],
])('case %#: quotes that do not match are told where they stand', (text, told) => {
  expect(() => readCsv(text, LAYOUT, () => undefined)).toThrow(told);
});
