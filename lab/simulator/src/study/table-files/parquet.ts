/**
 * A table as Parquet, written group by group so that memory does not grow with the table. The same rows give the same
 * bytes. Text is UTF-8, an instant a TIMESTAMP of milliseconds in UTC, an integer INT64; a price (EUR/MWh), money (EUR)
 * and a decimal are DOUBLE, the float nearest to the value: what must be exact is read from the CSV.
 */

import {
  type ColumnSource,
  fileWriter,
  ParquetWriter,
  schemaFromColumnData,
} from 'hyparquet-writer';
import { writing } from '../study-file.ts';
import type { Cell, Column, ColumnType, Row, TableDefinition } from '../table.ts';
import { CellError, finiteNumber, instantMsOf, wholeNumber } from './csv.ts';

/** Rows that are held at most, and stand in one group of the file. */
export const GROUP_ROWS = 65_536;

type Stored = string | number | bigint | null;

const PARQUET_TYPES = {
  text: 'STRING',
  instant: 'TIMESTAMP',
  integer: 'INT64',
  decimal: 'DOUBLE',
  price: 'DOUBLE',
  money: 'DOUBLE',
} as const satisfies Readonly<Record<ColumnType, ColumnSource['type']>>;

type SchemaElement = ReturnType<typeof schemaFromColumnData>[number];

export class ParquetTable {
  private readonly file: string;
  private readonly table: TableDefinition;
  private readonly writer: ParquetWriter;
  private columns: Stored[][];

  /** Begins the file anew, whatever it held. */
  constructor(file: string, table: TableDefinition) {
    this.file = file;
    this.table = table;
    this.columns = table.columns.map(() => []);
    this.writer = new ParquetWriter({
      writer: writing(file, () => fileWriter(file)),
      schema: schemaFromColumnData({ columnData: this.columnData() }).map(inUtc),
      createdBy: 'commonwatt',
      statisticsTruncateLength: 64,
    });
  }

  /** @throws CellError where a cell is not of its column. */
  write(row: Row): void {
    for (const [index, column] of this.table.columns.entries()) {
      this.columns[index]!.push(stored(column, row[index]));
    }
    if (this.columns[0]!.length >= GROUP_ROWS) this.writeGroup();
  }

  finish(): void {
    this.writeGroup();
    done(writing(this.file, () => this.writer.finish()));
  }

  private writeGroup(): void {
    if (this.columns[0]!.length === 0) return;
    const group = { columnData: this.columnData(), rowGroupSize: GROUP_ROWS };
    done(writing(this.file, () => this.writer.write(group)));
    this.columns = this.table.columns.map(() => []);
  }

  private columnData(): ColumnSource[] {
    return this.table.columns.map((column, index) => ({
      name: column.name,
      type: PARQUET_TYPES[column.type],
      data: this.columns[index]!,
      offsetIndex: false,
    }));
  }
}

/** Readers that know the newer types alone take an instant for a local time unless they are told. */
function inUtc(element: SchemaElement): SchemaElement {
  if (element.converted_type !== 'TIMESTAMP_MILLIS') return element;
  const instant = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const;
  return { ...element, logical_type: instant };
}

/** The library waits only for writers that do; a file is written before it returns. */
function done(outcome: unknown): void {
  if (outcome !== undefined) throw new Error('parquet: expected the file to be written at once');
}

function stored(column: Column, cell: Cell | undefined): Stored {
  if (cell === null) return null;
  switch (column.type) {
    case 'text':
      if (typeof cell !== 'string') throw new CellError(column, cell, 'text');
      return cell;
    case 'instant':
      return BigInt(instantMsOf(column, cell));
    case 'integer':
      return BigInt(wholeNumber(column, cell));
    case 'price':
      return wholeNumber(column, cell) / 1e3;
    case 'money':
      return wholeNumber(column, cell) / 1e9;
    case 'decimal':
      return finiteNumber(column, cell);
  }
}
