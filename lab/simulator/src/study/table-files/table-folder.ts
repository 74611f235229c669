/**
 * The tables of a study in a folder: `slots.csv`, `slots.parquet` and so on. Rows are appended as they come, so that
 * memory does not grow with the study. Runs that other threads or an earlier start made lie in folders of their own as
 * CSV, and are taken in by `append`, in whatever order the study states.
 */

import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Row, TableDefinition, TableName, TableSink } from '../table.ts';
import { TABLE_NAMES, TABLES } from '../table.ts';
import { csvHeader, csvRow } from './csv.ts';
import { readTable } from './csv-reader.ts';
import { ParquetTable } from './parquet.ts';

/** Characters of rows that are held before they go to the file. */
const BUFFER_CHARACTERS_MAX = 1 << 18;

/** The first three cells of each row of a run. */
export interface RunColumns {
  readonly run: string;
  readonly mechanism: string;
  readonly seed: number;
}

export interface TableFile {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface TableFolderOptions {
  readonly folder: string;
  /** All tables unless told otherwise. */
  readonly tables?: readonly TableName[];
  /** `csv` where the folder is to be appended to another. */
  readonly formats?: 'csv' | 'csv-and-parquet';
}

export class TableFolder {
  private readonly folder: string;
  private readonly open: ReadonlyMap<TableName, OpenTable>;

  /** Makes the folder; begins its tables anew, whatever they held. */
  constructor({ folder, tables = TABLE_NAMES, formats = 'csv-and-parquet' }: TableFolderOptions) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    const parquet = formats === 'csv-and-parquet';
    this.open = new Map(tables.map((name) => [name, new OpenTable(folder, TABLES[name], parquet)]));
  }

  /** Where one run writes. */
  sink({ run, mechanism, seed }: RunColumns): TableSink {
    return {
      wants: (table) => this.open.has(table),
      write: (table, cells) => this.open.get(table)?.write([run, mechanism, seed, ...cells]),
    };
  }

  /** Takes in the CSV of another folder; a table that it does not hold is left out. */
  append(folder: string): void {
    for (const [name, table] of this.open) {
      const file = join(folder, `${name}.csv`);
      if (existsSync(file)) readTable(file, TABLES[name], (row, text) => table.take(row, text));
    }
  }

  /** Nothing can be written afterwards. Files are named from the folder, CSV before Parquet, as TABLES lists them. */
  closeTables(): readonly TableFile[] {
    return [...this.open.values()].flatMap((table) =>
      table.close().map((file) => ({ file, rows: table.rows, ...digest(join(this.folder, file)) })),
    );
  }
}

class OpenTable {
  rows = 0;
  private readonly table: TableDefinition;
  private readonly csv: number;
  private readonly parquet: ParquetTable | undefined;
  private buffer: string;

  constructor(folder: string, table: TableDefinition, parquet: boolean) {
    this.table = table;
    this.csv = openSync(join(folder, `${table.name}.csv`), 'w');
    this.parquet = parquet
      ? new ParquetTable(join(folder, `${table.name}.parquet`), table)
      : undefined;
    this.buffer = csvHeader(table);
  }

  write(row: Row): void {
    this.add(row, csvRow(this.table, row));
  }

  /** A row that was written before, with its text. */
  take(row: Row, text: string): void {
    this.add(row, `${text}\n`);
  }

  private add(row: Row, text: string): void {
    this.buffer += text;
    this.parquet?.write(row);
    this.rows += 1;
    if (this.buffer.length >= BUFFER_CHARACTERS_MAX) this.flush();
  }

  close(): readonly string[] {
    this.flush();
    closeSync(this.csv);
    this.parquet?.finish();
    const { name } = this.table;
    return this.parquet === undefined ? [`${name}.csv`] : [`${name}.csv`, `${name}.parquet`];
  }

  private flush(): void {
    const bytes = new TextEncoder().encode(this.buffer);
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.csv, bytes, written);
    }
    this.buffer = '';
  }
}

function digest(file: string): { bytes: number; sha256: string } {
  const hash = createHash('sha256');
  const piece = new Uint8Array(1 << 20);
  const descriptor = openSync(file, 'r');
  let bytes = 0;
  for (let read = readSync(descriptor, piece); read > 0; read = readSync(descriptor, piece)) {
    hash.update(piece.subarray(0, read));
    bytes += read;
  }
  closeSync(descriptor);
  return { bytes, sha256: hash.digest('hex') };
}
