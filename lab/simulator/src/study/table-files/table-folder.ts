/**
 * The tables of a study in a folder: `slots.csv`, `slots.parquet` and so on. Rows are appended as they come, so that
 * memory does not grow with the study. Runs that other threads or an earlier start made lie in folders of their own as
 * CSV, and are taken in by `append`, in whatever order the study states.
 */

import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { UNFINISHED, writing } from '../study-file.ts';
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
  private readonly open = new Map<TableName, OpenTable>();

  /**
   * Makes the folder. Tables that it holds stay what they are until the new ones are closed.
   * @throws StudyWriteError, as everything here that writes
   */
  constructor({ folder, tables = TABLE_NAMES, formats = 'csv-and-parquet' }: TableFolderOptions) {
    writing(folder, () => mkdirSync(folder, { recursive: true }));
    this.folder = folder;
    const parquet = formats === 'csv-and-parquet';
    try {
      for (const name of tables) this.open.set(name, new OpenTable(folder, TABLES[name], parquet));
    } catch (error) {
      this.abandon();
      throw error;
    }
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

  /**
   * Nothing can be written afterwards. Files are named from the folder, CSV before Parquet, as TABLES lists them; those
   * of tables that are not among them are taken away.
   */
  closeTables(): readonly TableFile[] {
    const open = [...this.open.values()];
    for (const table of open) table.close();
    for (const name of TABLE_NAMES) {
      if (!this.open.has(name)) forgetFiles(this.folder, name, ['', UNFINISHED]);
    }
    return open.flatMap((table) =>
      table.files.map((file) => {
        const place = join(this.folder, file);
        writing(place, () => renameSync(`${place}${UNFINISHED}`, place));
        return { file, rows: table.rows, ...digest(place) };
      }),
    );
  }

  /** Gives the room of tables back that will not be closed. */
  abandon(): void {
    for (const table of this.open.values()) table.closeCsv();
    for (const name of TABLE_NAMES) forgetFiles(this.folder, name, [UNFINISHED]);
  }
}

function forgetFiles(folder: string, name: TableName, ends: readonly string[]): void {
  for (const file of filesOf(name, true)) {
    for (const end of ends) rmSync(join(folder, `${file}${end}`), { force: true });
  }
}

function filesOf(name: string, parquet: boolean): readonly string[] {
  return parquet ? [`${name}.csv`, `${name}.parquet`] : [`${name}.csv`];
}

class OpenTable {
  rows = 0;
  /** From the folder; until all are closed they have other names. */
  readonly files: readonly string[];
  private readonly table: TableDefinition;
  private readonly place: string;
  private readonly csv: number;
  private readonly parquet: ParquetTable | undefined;
  private buffer: string;
  private isOpen = true;

  constructor(folder: string, table: TableDefinition, parquet: boolean) {
    this.table = table;
    this.files = filesOf(table.name, parquet);
    const [csv, columns] = this.files.map((file) => join(folder, `${file}${UNFINISHED}`));
    this.place = csv as string;
    this.csv = writing(this.place, () => openSync(this.place, 'w'));
    this.parquet = columns === undefined ? undefined : new ParquetTable(columns, table);
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

  close(): void {
    this.flush();
    this.closeCsv();
    this.parquet?.finish();
  }

  closeCsv(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    writing(this.place, () => closeSync(this.csv));
  }

  private flush(): void {
    const bytes = new TextEncoder().encode(this.buffer);
    for (let written = 0; written < bytes.length; ) {
      written += writing(this.place, () => writeSync(this.csv, bytes, written));
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
