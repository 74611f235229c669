/** A book of orders as CSV: columns id, member, side, price in EUR/MWh, energy_wh, perhaps slot. */

import type { Order } from '@commonwatt/mechanisms';
import { energy, parsePrice, QuantityTextError } from '@commonwatt/units';
import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from '../terminal/usage-error.ts';

const COLUMNS = ['id', 'member', 'side', 'price', 'energy_wh'] as const;
const SLOT = 'slot';
const ENERGY_MAX = 9_007_199_254_740_991n;
const FAULTS_MAX = 20;

export interface Book {
  /** Nothing where the file has no column for it. */
  readonly slot: string | undefined;
  readonly orders: readonly Order[];
}

/** The books in the order in which their slots first appear. @throws UsageError naming every fault. */
export function readBooks(text: string): readonly Book[] {
  const { head, rows } = cellsOf(text);
  const faults: string[] = [];
  const books = new Map<string | undefined, Order[]>();
  const lines = new Map<string, number>();
  for (const [at, cells] of rows.entries()) {
    const line = at + 2;
    const cell = (column: string): string => cells[head.indexOf(column)] ?? '';
    try {
      const order = orderOf(cell, line);
      const before = lines.get(order.id);
      if (before !== undefined) {
        throw new UsageError(`line ${line}, id`, 'an id of its own', `that of line ${before}`);
      }
      lines.set(order.id, line);
      const slot = head.includes(SLOT) ? cell(SLOT) : undefined;
      const book = books.get(slot);
      if (book === undefined) books.set(slot, [order]);
      else book.push(order);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (faults.length < FAULTS_MAX) faults.push(error.message);
    }
  }
  if (faults.length > 0) {
    throw new UsageError('orders', 'rows without a fault', `\n  ${faults.join('\n  ')}`);
  }
  if (books.size === 0) books.set(undefined, []);
  return [...books].map(([slot, orders]) => ({ slot, orders }));
}

function cellsOf(text: string): { head: readonly string[]; rows: readonly string[][] } {
  let records: string[][];
  try {
    records = parse(text, { bom: true, skip_empty_lines: true });
  } catch (error) {
    if (error instanceof CsvError) throw new UsageError('orders', 'a CSV file', error.message);
    throw error;
  }
  const [head = [], ...rows] = records;
  const missing = COLUMNS.find((column) => !head.includes(column));
  if (missing !== undefined) {
    throw new UsageError('line 1', `the columns ${COLUMNS.join(', ')}`, head.join(', '));
  }
  const foreign = head.find((name) => name !== SLOT && !COLUMNS.some((one) => one === name));
  if (foreign !== undefined) {
    throw new UsageError('line 1', `no column besides ${COLUMNS.join(', ')} and slot`, foreign);
  }
  return { head, rows };
}

function orderOf(cell: (column: string) => string, line: number): Order {
  const place = (column: string): string => `line ${line}, ${column}`;
  const [id, member, side] = [cell('id'), cell('member'), cell('side')];
  if (id === '') throw new UsageError(place('id'), 'a name', 'nothing');
  if (member === '') throw new UsageError(place('member'), 'a name', 'nothing');
  if (side !== 'buy' && side !== 'sell') throw new UsageError(place('side'), 'buy or sell', side);
  const written = cell('energy_wh');
  const wattHours = /^[1-9][0-9]{0,15}$/.test(written) ? BigInt(written) : 0n;
  if (wattHours < 1n || wattHours > ENERGY_MAX) {
    throw new UsageError(place('energy_wh'), `a whole number from 1 to ${ENERGY_MAX}`, written);
  }
  try {
    const limit = parsePrice(cell('price'), 'EUR/MWh', { field: 'price' });
    return { id, member, side, limit, energy: energy(wattHours) };
  } catch (error) {
    if (!(error instanceof QuantityTextError) && !(error instanceof RangeError)) throw error;
    throw new UsageError(place('price'), 'EUR/MWh with up to 3 decimals', cell('price'));
  }
}
