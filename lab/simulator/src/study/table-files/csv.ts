/**
 * A table as text after RFC 4180: fields by commas, rows by LF, quotes only where a field needs them. Every cell is
 * exact: prices and money are printed from their integers, and an empty field is a value that does not exist.
 */

import { parseInstant, QuantityTextError } from '@commonwatt/units';
import type { Cell, Column, ColumnType, Row, TableDefinition } from '../table.ts';

/** What is not a cell of its column: a mistake of whoever wrote the row. */
export class CellError extends Error {
  constructor(column: Column, cell: Cell | undefined, expected: string) {
    super(`${column.name}: expected ${expected}, got ${cell === undefined ? 'nothing' : cell}`);
    this.name = 'CellError';
  }
}

export function csvHeader(table: TableDefinition): string {
  return `${table.columns.map((column) => column.name).join(',')}\n`;
}

/** @throws CellError where a cell is not of its column, or the row is too short or too long. */
export function csvRow(table: TableDefinition, row: Row): string {
  if (row.length !== table.columns.length) {
    throw new RangeError(
      `${table.name}: expected a row of ${table.columns.length} cells, got ${row.length}`,
    );
  }
  let line = '';
  for (const [index, column] of table.columns.entries()) {
    line += index === 0 ? csvField(column, row[index]) : `,${csvField(column, row[index])}`;
  }
  return `${line}\n`;
}

function csvField(column: Column, cell: Cell | undefined): string {
  if (cell === null) return '';
  if (column.type !== 'text') return NUMBER_TEXT[column.type](column, cell);
  if (typeof cell !== 'string') throw new CellError(column, cell, 'text');
  // An empty text is written in quotes, so that it differs from a value that does not exist.
  if (cell === '') return '""';
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

const NUMBER_TEXT: Readonly<
  Record<Exclude<ColumnType, 'text'>, (column: Column, cell: Cell | undefined) => string>
> = {
  instant: (column, cell) => instantText(instantMsOf(column, cell)),
  integer: (column, cell) => String(wholeNumber(column, cell)),
  price: (column, cell) => fixedPoint(wholeNumber(column, cell), 3),
  money: (column, cell) => fixedPoint(wholeNumber(column, cell), 9),
  decimal: (column, cell) => decimalText(finiteNumber(column, cell)),
};

/** ISO 8601 in UTC, always with milliseconds: readers guess the form of a column from its first row. */
function instantText(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

/** An instant is written into a row as ISO 8601 or as milliseconds since 1970. */
export function instantMsOf(column: Column, cell: Cell | undefined): number {
  if (typeof cell !== 'string') return wholeNumber(column, cell);
  try {
    return parseInstant(cell, { field: column.name });
  } catch (error) {
    if (error instanceof QuantityTextError) throw new CellError(column, cell, error.expected);
    throw error;
  }
}

/** `units` of the tenth power -`decimals`, printed with all decimals. */
export function fixedPoint(units: number, decimals: number): string {
  const digits = String(Math.abs(units)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${units < 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The shortest text that is this number, never with an exponent: what is below a billionth is 0. */
function decimalText(value: number): string {
  const shortest = String(value);
  if (!shortest.includes('e')) return shortest;
  const fixed = value.toFixed(9);
  return Number(fixed) === 0 ? '0' : fixed.replace(/\.?0+$/, '');
}

export function wholeNumber(column: Column, cell: Cell | undefined): number {
  if (!Number.isSafeInteger(cell)) throw new CellError(column, cell, 'a safe integer');
  return (cell as number) + 0; // -0 becomes 0
}

export function finiteNumber(column: Column, cell: Cell | undefined): number {
  if (typeof cell !== 'number' || !Number.isFinite(cell) || Math.abs(cell) >= 1e21) {
    throw new CellError(column, cell, 'a number below 1e21');
  }
  return cell + 0;
}
