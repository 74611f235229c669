import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { StudyWriteError } from '../study-file.ts';
import type { TableName, TableSink } from '../table.ts';
import { TableFolder } from './table-folder.ts';

const base = mkdtempSync(join(tmpdir(), 'table-folder-'));
afterAll(() => rmSync(base, { recursive: true }));
let count = 0;
function fresh(): string {
  count += 1;
  return join(base, String(count), 'tables');
}

const FIRST = { run: '0a', mechanism: 'uniform', seed: 1 };
const SECOND = { run: '0b', mechanism: 'pay-as-bid', seed: 1 };
const TABLES_ASKED: readonly TableName[] = ['prices', 'metrics'];

function fill(sink: TableSink, value: number): void {
  sink.write('prices', [0, 'market, local', value]);
  sink.write('metrics', ['gini', 'share', value / 8]);
}

describe('a folder of tables', () => {
  test('holds each table that was asked for in both forms, and says what they are', () => {
    const folder = fresh();
    const tables = new TableFolder({ folder, tables: TABLES_ASKED });
    fill(tables.sink(FIRST), 1_000);
    fill(tables.sink(SECOND), 2_000);
    const files = tables.closeTables();
    expect(readFileSync(join(folder, 'prices.csv'), 'utf8')).toBe(
      'run,mechanism,seed,slot,name,price_eur_per_mwh\n' +
        '0a,uniform,1,1970-01-01T00:00:00.000Z,"market, local",1.000\n' +
        '0b,pay-as-bid,1,1970-01-01T00:00:00.000Z,"market, local",2.000\n',
    );
    expect(files.map(({ file, rows }) => [file, rows])).toEqual([
      ['prices.csv', 2],
      ['prices.parquet', 2],
      ['metrics.csv', 2],
      ['metrics.parquet', 2],
    ]);
    for (const { file, bytes, sha256 } of files) {
      const path = join(folder, file);
      expect(bytes).toBe(statSync(path).size);
      expect(sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
    }
    expect(readdirSync(folder).sort()).toEqual(files.map(({ file }) => file).sort());
  });

  test('is not asked for other tables, and ignores their rows', () => {
    const tables = new TableFolder({ folder: fresh(), tables: ['metrics'] });
    const sink = tables.sink(FIRST);
    expect([sink.wants('metrics'), sink.wants('orders')]).toEqual([true, false]);
    fill(sink, 1);
    expect(tables.closeTables().map(({ file }) => file)).toEqual([
      'metrics.csv',
      'metrics.parquet',
    ]);
  });

  test('made of parts it is the same to the byte', () => {
    const whole = new TableFolder({ folder: fresh(), tables: TABLES_ASKED });
    const parts = [FIRST, SECOND].map((run, index) => {
      const folder = fresh();
      const part = new TableFolder({ folder, tables: TABLES_ASKED, formats: 'csv' });
      for (const tables of [whole, part]) fill(tables.sink(run), 1 - index);
      expect(part.closeTables().map(({ file }) => file)).toEqual(['prices.csv', 'metrics.csv']);
      return folder;
    });
    const joined = new TableFolder({ folder: fresh(), tables: TABLES_ASKED });
    for (const part of parts) joined.append(part);
    expect(joined.closeTables()).toEqual(whole.closeTables());
  });

  test('begins anew over an older study', () => {
    const folder = fresh();
    const write = (values: readonly number[]) => {
      const tables = new TableFolder({ folder, tables: TABLES_ASKED });
      for (const value of values) fill(tables.sink(FIRST), value);
      return tables.closeTables();
    };
    const once = write([1]);
    write([1, 2, 3]);
    expect(write([1])).toEqual(once);
  });

  test('an older study stands until the new one is whole; its further tables go with it', () => {
    const folder = fresh();
    const first = new TableFolder({ folder, tables: TABLES_ASKED });
    fill(first.sink(FIRST), 1);
    first.closeTables();
    const before = readFileSync(join(folder, 'metrics.csv'), 'utf8');
    const given = new TableFolder({ folder, tables: ['metrics'] });
    fill(given.sink(FIRST), 2);
    expect(readFileSync(join(folder, 'metrics.csv'), 'utf8')).toBe(before);
    given.abandon();
    expect(readdirSync(folder)).toHaveLength(4);
    const second = new TableFolder({ folder, tables: ['metrics'] });
    fill(second.sink(FIRST), 2);
    second.closeTables();
    expect(readFileSync(join(folder, 'metrics.csv'), 'utf8')).not.toBe(before);
    expect(readdirSync(folder).sort()).toEqual(['metrics.csv', 'metrics.parquet']);
  });

  test('a file that cannot be begun or put in its place is named', () => {
    const folder = fresh();
    new TableFolder({ folder, tables: ['metrics'] }).closeTables();
    const below = join(folder, 'metrics.csv');
    expect(() => new TableFolder({ folder: below })).toThrow(StudyWriteError);
    rmSync(below);
    mkdirSync(below);
    const tables = new TableFolder({ folder, tables: ['metrics'] });
    expect(() => tables.closeTables()).toThrow(`${below}: EISDIR`);
  });

  test('writes more rows than it holds', () => {
    const folder = fresh();
    const tables = new TableFolder({ folder, tables: ['metrics'], formats: 'csv' });
    const sink = tables.sink(FIRST);
    for (let row = 0; row < 20_000; row += 1) sink.write('metrics', ['gini', 'share', row]);
    expect(statSync(join(folder, 'metrics.csv.partial')).size).toBeGreaterThan(0);
    tables.closeTables();
    const lines = readFileSync(join(folder, 'metrics.csv'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(20_001);
    expect(lines.at(-1)).toBe('0a,uniform,1,gini,share,19999');
  });
});
