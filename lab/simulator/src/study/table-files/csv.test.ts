import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TABLES, type TableDefinition } from '../table.ts';
import { CellError, csvHeader, csvRow, fixedPoint } from './csv.ts';

const ALL_TYPES: TableDefinition = {
  name: 'all',
  columns: (['text', 'instant', 'integer', 'decimal', 'price', 'money'] as const).map((type) => ({
    name: type,
    type,
    meaning: '',
  })),
};
const row = (...cells: readonly (string | number | null)[]) => csvRow(ALL_TYPES, cells).trimEnd();

describe('a row as CSV', () => {
  test('is printed exactly from its integers', () => {
    expect(row('home-1', Date.UTC(2021, 1, 15, 0, 15), -12, 0.25, 214_500, -1)).toBe(
      'home-1,2021-02-15T00:15:00.000Z,-12,0.25,214.500,-0.000000001',
    );
    expect(row('', 0, -0, -0, -5, Number.MAX_SAFE_INTEGER)).toBe(
      '"",1970-01-01T00:00:00.000Z,0,0,-0.005,9007199.254740991',
    );
  });

  test('writes an instant in one form, however it was stated', () => {
    for (const instant of ['2021-02-15T00:15:00Z', '2021-02-15T01:15+01:00', 1_613_348_100_000]) {
      expect(row(null, instant, 0, 0, 0, 0)).toMatch(/^,2021-02-15T00:15:00\.000Z,/);
    }
  });

  test('leaves a field empty where there is no value', () => {
    expect(row(null, null, null, null, null, null)).toBe(',,,,,');
  });

  test('quotes commas, quotes and line ends, as RFC 4180 says', () => {
    expect(row('a,b', 0, 0, 0, 0, 0)).toMatch(/^"a,b",/);
    expect(row('say "yes"\r\n', 0, 0, 0, 0, 0).startsWith('"say ""yes""\r\n",')).toBe(true);
  });

  test.each([
    [1e-7, '0.0000001'],
    [5e-10, '0.000000001'],
    [4e-10, '0'],
    [-4e-10, '0'],
    [1e20, '100000000000000000000'],
    [123_456_789.123, '123456789.123'],
    [0.1 + 0.2, '0.30000000000000004'],
  ])('prints the decimal %d without an exponent', (value, text) => {
    expect(row('a', 0, 0, value, 0, 0).split(',')[3]).toBe(text);
  });

  test.each<[string, readonly (string | number | null)[], string]>([
    ['text that is a number', [1, 0, 0, 0, 0, 0], 'text: expected text, got 1'],
    ['a broken integer', ['', 0, 0.5, 0, 0, 0], 'integer: expected a safe integer, got 0.5'],
    ['a price as text', ['', 0, 0, 0, '1', 0], 'price: expected a safe integer, got 1'],
    ['money beyond 2^53', ['', 0, 0, 0, 0, 2 ** 53], 'money: expected a safe integer'],
    ['no instant', ['', 'noon', 0, 0, 0, 0], 'instant: expected YYYY-MM-DDTHH:MM'],
    ['not a number', ['', 0, 0, Number.NaN, 0, 0], 'decimal: expected a number below 1e21'],
  ])('refuses %s', (_what, cells, message) => {
    expect(() => csvRow(ALL_TYPES, cells)).toThrow(CellError);
    expect(() => csvRow(ALL_TYPES, cells)).toThrow(message);
  });

  test('refuses a row of another length', () => {
    expect(() => csvRow(ALL_TYPES, ['a'])).toThrow('all: expected a row of 6 cells, got 1');
  });

  test('is read alike by another reader, whatever the text', () => {
    const cells = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.maxSafeInteger()), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(cells, (drawn) => {
        const table = { name: 't', columns: [ALL_TYPES.columns[0]!, ALL_TYPES.columns[2]!] };
        const text = csvHeader(table) + drawn.map((one) => csvRow(table, one)).join('');
        expect(parse(text, { record_delimiter: '\n' }).slice(1)).toEqual(
          drawn.map(([name, whole]) => [name, String(whole)]),
        );
      }),
      { numRuns: 200 },
    );
  });
});

test('no price and no money is rounded', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.constantFrom(3, 9), (units, decimals) => {
      const text = fixedPoint(units, decimals);
      expect(text).toMatch(new RegExp(`^-?\\d+\\.\\d{${decimals}}$`));
      expect(BigInt(text.replace('.', ''))).toBe(BigInt(units));
    }),
  );
});

test('the header names the columns in order', () => {
  expect(csvHeader(TABLES.metrics)).toBe('run,mechanism,seed,metric,unit,value\n');
});
