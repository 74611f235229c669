/** A book of orders as CSV: columns id, member, side, price in EUR/MWh, energy_wh, perhaps slot. */

import type { Order } from '@commonwatt/mechanisms';
import { energy, parsePrice, QuantityTextError } from '@commonwatt/units';
import { type CsvRow, readCsv } from '../terminal/csv-table.ts';
import { UsageError } from '../terminal/usage-error.ts';

const COLUMNS = ['id', 'member', 'side', 'price', 'energy_wh'] as const;
const SLOT = 'slot';
const ENERGY_MAX = 9_007_199_254_740_991n;
const ROWS_MAX = 5_000_000;

type Column = (typeof COLUMNS)[number] | typeof SLOT;

export interface Book {
  /** Nothing where the file has no column for it. */
  readonly slot: string | undefined;
  readonly orders: readonly Order[];
}

/** The books in the order in which their slots first appear. @throws UsageError naming every fault. */
export function readBooks(text: string): readonly Book[] {
  const layout = {
    place: 'standard input',
    columns: COLUMNS,
    further: [SLOT] as const,
    rowsMax: ROWS_MAX,
  };
  const lines = new Map<string, number>();
  const books = new Map<string | undefined, Order[]>();
  readCsv<Column, void>(text, layout, (row) => {
    const order = orderOf(row);
    const before = lines.get(order.id);
    if (before !== undefined) {
      throw new UsageError(row.place('id'), 'an id of its own', `that of line ${before}`);
    }
    lines.set(order.id, row.line);
    const slot = row.has(SLOT) ? row.cell(SLOT) : undefined;
    const book = books.get(slot);
    if (book === undefined) books.set(slot, [order]);
    else book.push(order);
  });
  if (books.size === 0) books.set(undefined, []);
  return [...books].map(([slot, orders]) => ({ slot, orders }));
}

function orderOf({ cell, place }: CsvRow<Column>): Order {
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
