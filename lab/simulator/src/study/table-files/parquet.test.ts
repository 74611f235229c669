import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, test } from 'vitest';
import { SeededRandom } from '../../households/seeded-random.ts';
import { type Row, TABLES, type TableDefinition } from '../table.ts';
import { GROUP_ROWS, ParquetTable } from './parquet.ts';

const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(table: TableDefinition, rows: Iterable<Row>): ArrayBuffer {
  const file = join(folder, 'table.parquet');
  const parquet = new ParquetTable(file, table);
  for (const row of rows) parquet.write(row);
  parquet.finish();
  return new Uint8Array(readFileSync(file)).buffer;
}

const PRICES = TABLES.prices;
const ROWS: readonly Row[] = [
  ['0a', 'uniform', 1, Date.UTC(2021, 1, 15), 'Größe', 214_501],
  ['0a', 'uniform', 1, '2021-02-15T00:15:00Z', null, -1],
  ['0a', 'uniform', 2 ** 40, 0, '', null],
];

describe('a table as Parquet', () => {
  test('is read back with names, types and gaps', async () => {
    expect(await parquetReadObjects({ file: write(PRICES, ROWS) })).toEqual([
      {
        run: '0a',
        mechanism: 'uniform',
        seed: 1n,
        slot: new Date('2021-02-15T00:00:00Z'),
        name: 'Größe',
        price_eur_per_mwh: 214.501,
      },
      {
        run: '0a',
        mechanism: 'uniform',
        seed: 1n,
        slot: new Date('2021-02-15T00:15:00Z'),
        name: null,
        price_eur_per_mwh: -0.001,
      },
      {
        run: '0a',
        mechanism: 'uniform',
        seed: 2n ** 40n,
        slot: new Date(0),
        name: '',
        price_eur_per_mwh: null,
      },
    ]);
  });

  test('states the type of every column, in order', () => {
    const { schema } = parquetMetadata(write(PRICES, ROWS));
    expect(
      schema.slice(1).map((one) => [one.name, one.type, one.converted_type, one.repetition_type]),
    ).toEqual([
      ['run', 'BYTE_ARRAY', 'UTF8', 'OPTIONAL'],
      ['mechanism', 'BYTE_ARRAY', 'UTF8', 'OPTIONAL'],
      ['seed', 'INT64', undefined, 'OPTIONAL'],
      ['slot', 'INT64', 'TIMESTAMP_MILLIS', 'OPTIONAL'],
      ['name', 'BYTE_ARRAY', 'UTF8', 'OPTIONAL'],
      ['price_eur_per_mwh', 'DOUBLE', undefined, 'OPTIONAL'],
    ]);
    // By the converted type alone polars would read a local time.
    expect(
      schema.flatMap(({ name, logical_type }) => (logical_type ? [[name, logical_type]] : [])),
    ).toEqual([['slot', { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' }]]);
  });

  test('has the same bytes for the same rows', () => {
    expect(Buffer.from(write(PRICES, ROWS)).equals(Buffer.from(write(PRICES, ROWS)))).toBe(true);
  });

  test('without rows it still has its columns', async () => {
    const file = write(TABLES.members, []);
    expect(parquetMetadata(file).schema).toHaveLength(TABLES.members.columns.length + 1);
    expect(await parquetReadObjects({ file })).toEqual([]);
  });

  test('is written in groups, so that a year streams', async () => {
    const { metrics } = TABLES;
    const random = new SeededRandom(1);
    const rows: Row[] = [];
    for (let index = 0; index < GROUP_ROWS + 10; index += 1) {
      rows.push(['0a', 'uniform', 1, `m${index % 5}`, 'kWh', random.fraction()]);
    }
    const file = write(metrics, rows);
    const { row_groups } = parquetMetadata(file);
    expect(row_groups.map((group) => group.num_rows)).toEqual([BigInt(GROUP_ROWS), 10n]);
    const tail = await parquetReadObjects({ file, rowStart: GROUP_ROWS - 2 });
    expect(tail.map((row) => row.value)).toEqual(rows.slice(GROUP_ROWS - 2).map((row) => row[5]));
  });

  test('refuses what is not of the column', () => {
    expect(() => write(PRICES, [['0a', 'uniform', 1.5, 0, 'x', 1]])).toThrow(
      'seed: expected a safe integer, got 1.5',
    );
    expect(() => write(PRICES, [['0a', 'uniform', 1, 0, 7, 1]])).toThrow('name: expected text');
  });
});
