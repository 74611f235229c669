/**
 * A book of orders as CSV: columns id, member, side, price in EUR/MWh, energy_wh, perhaps time, zone,
 * slot and minimum_wh, and whatever further columns a mechanism declares.
 */

import type { Order, Value, Values } from '@commonwatt/mechanisms';
import { type Field, parseField } from '@commonwatt/mechanisms';
import {
  type Energy,
  energy,
  type Price,
  parsePrice,
  price,
  QuantityTextError,
} from '@commonwatt/units';
import { type CsvRow, readCsv, shownCell } from '../terminal/csv-table.ts';
import { UsageError } from '../terminal/usage-error.ts';

const COLUMNS = ['id', 'member', 'side', 'price', 'energy_wh'];
/** What errors call the file of orders. */
export const ORDERS_PLACE = 'standard input';
const PRICE = 'price';
const SLOT = 'slot';
const ZONE = 'zone';
const OWN_COLUMNS: readonly string[] = ['time', ZONE];
const ENERGY_MAX = 9_007_199_254_740_991n;
const ROWS_MAX = 5_000_000;
/** Prices stand on few ticks: one that was read is not read again. */
const LIMITS_KNOWN_MAX = 1 << 17;

/** The least that the order can use: it gets that much or nothing. */
const MINIMUM: Field = {
  name: 'minimum_wh',
  meaning: 'The least that the order can use.',
  form: 'energy',
  least: 1n,
};

/** The order's own column of time; mechanisms whose rule is by time require it. */
const TIME: Field = {
  name: 'time',
  meaning: 'When the order came.',
  form: 'integer',
  least: BigInt(Number.MIN_SAFE_INTEGER),
  most: BigInt(Number.MAX_SAFE_INTEGER),
};

export interface Book {
  /** Nothing where the file has no column for it. */
  readonly slot: string | undefined;
  readonly orders: readonly Order[];
  /** Where a cell of an order stands; nothing for an order of no book. */
  placeOf(id: string, column: string): string | undefined;
}

/** What the mechanisms that are to clear the books read of an order. */
export interface BookLayout {
  readonly ignoresPrice?: boolean;
  readonly columns?: readonly Field[];
}

/** The books in the order in which their slots first appear. @throws UsageError naming every fault. */
export function readBooks(text: string | Uint8Array, columns: BookLayout = {}): readonly Book[] {
  const declared = columns.columns ?? [];
  const required = declared.filter((one) => one.required === true).map(({ name }) => name);
  const given = COLUMNS.filter((name) => name !== PRICE || columns.ignoresPrice !== true);
  const needed = [...given, ...required];
  const further = [PRICE, TIME.name, ZONE, SLOT, MINIMUM.name, ...declared.map(({ name }) => name)];
  const layout = {
    place: ORDERS_PLACE,
    columns: needed,
    further: [...new Set(further)].filter((name) => !needed.includes(name)),
    rowsMax: ROWS_MAX,
  };
  const orderOf = orderReader(columns);
  const lines = new Map<string, number>();
  const books = new Map<string | undefined, Order[]>();
  readCsv<string, void>(text, layout, (row) => {
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
  const placeOf = (id: string, column: string) => {
    const line = lines.get(id);
    return line === undefined ? undefined : `${layout.place}, line ${line}, column ${column}`;
  };
  return [...books].map(([slot, orders]) => ({ slot, orders, placeOf }));
}

/** The cells of declared columns, those left empty left out. @throws UsageError for one that must be given. */
export function valuesOf(row: CsvRow<string>, fields: readonly Field[]): Values {
  const values: Record<string, Value> = {};
  for (const field of fields) {
    const value = cellOf(row, field);
    if (value !== undefined) values[field.name] = value;
  }
  return values;
}

function cellOf(row: CsvRow<string>, field: Field): Value | undefined {
  const text = row.has(field.name) ? row.cell(field.name) : '';
  if (text === '' && field.required !== true) return undefined;
  const parsed = parseField(field, text);
  if ('value' in parsed) return parsed.value;
  throw new UsageError(row.place(field.name), parsed.expected, told(text));
}

/** Reads row after row; what rows have in common is settled once. */
function orderReader(layout: BookLayout): (row: CsvRow<string>) => Order {
  const { ignoresPrice = false, columns = [] } = layout;
  const isRequired = (wanted: string) =>
    columns.find(({ name }) => name === wanted)?.required === true;
  const timeField = { ...TIME, required: isRequired(TIME.name) };
  const isZoned = isRequired(ZONE);
  const extraFields = columns.filter(({ name }) => !OWN_COLUMNS.includes(name));
  const once = oneOfEach();
  const limits = new Map<string, Price>();
  return (row) => {
    const { cell, place } = row;
    const [id, member, side] = [cell('id'), cell('member'), cell('side')];
    if (id === '') throw new UsageError(place('id'), 'a name', 'nothing');
    if (member === '') throw new UsageError(place('member'), 'a name', 'nothing');
    if (side !== 'buy' && side !== 'sell') {
      throw new UsageError(place('side'), 'buy or sell', told(side));
    }
    const wattHours = wattHoursOf(row);
    const limit = ignoresPrice && cell(PRICE) === '' ? price(0n) : limitOf(row, limits);
    const time = cellOf(row, timeField);
    const zone = row.has(ZONE) ? cell(ZONE) : '';
    if (isZoned && zone === '') throw new UsageError(place(ZONE), 'a name', 'nothing');
    const least = cellOf(row, MINIMUM);
    if (typeof least === 'bigint' && least > wattHours) {
      throw new UsageError(place(MINIMUM.name), `at most energy_wh, ${wattHours}`, `${least}`);
    }
    const order: { -readonly [Name in keyof Order]: Order[Name] } = {
      id,
      member: once(member),
      // The word of the program: that of the file is another text at every row.
      side: side === 'buy' ? 'buy' : 'sell',
      limit,
      energy: wattHours,
    };
    if (typeof least === 'bigint') order.least = energy(least);
    if (time !== undefined) order.time = Number(time);
    if (zone !== '') order.zone = once(zone);
    if (extraFields.length > 0) {
      const extra = valuesOf(row, extraFields);
      if (Object.keys(extra).length > 0) order.extra = extra;
    }
    return order;
  };
}

/** One text for all that are equal, so that a member of many orders is kept, and compared, as one. */
function oneOfEach(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before === undefined) known.set(text, text);
    return before ?? text;
  };
}

function wattHoursOf({ cell, place }: CsvRow<string>): Energy {
  const written = cell('energy_wh');
  const wattHours = /^[1-9][0-9]{0,15}$/.test(written) ? BigInt(written) : 0n;
  if (wattHours < 1n || wattHours > ENERGY_MAX) {
    const expected = `a whole number from 1 to ${ENERGY_MAX}`;
    throw new UsageError(place('energy_wh'), expected, told(written));
  }
  return energy(wattHours);
}

function limitOf({ cell, place }: CsvRow<string>, known: Map<string, Price>): Price {
  const written = cell(PRICE);
  const before = known.get(written);
  if (before !== undefined) return before;
  try {
    const limit = parsePrice(written, 'EUR/MWh', { field: PRICE });
    if (known.size < LIMITS_KNOWN_MAX) known.set(written, limit);
    return limit;
  } catch (error) {
    if (!(error instanceof QuantityTextError)) throw error;
    // A number of the right form is too large or a minus before nothing, and the parser says which.
    const isOfForm = /^-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,3})?$/.test(written);
    const expected = isOfForm ? error.expected : 'EUR/MWh with up to 3 decimals';
    throw new UsageError(place(PRICE), expected, told(written));
  }
}

/** A cell as it stands where that can be seen, quoted where it is odd: blanks at an end, control characters, great length. */
function told(cell: string): string {
  if (cell === '') return 'nothing';
  const isPlain = cell.length <= 64 && cell === cell.trim() && !/\p{C}/u.test(cell);
  return isPlain ? cell : shownCell(cell);
}
