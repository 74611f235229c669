/**
 * A mechanism refuses a call by a code and facts: an order's id, a member, a row of a table, settings. Whoever wrote the
 * files and the command line is told the place in them, what was expected there and what came.
 */

import {
  type Call,
  type CallRefusal,
  formatValue,
  type Order,
  type Values,
  withFallbacks,
} from '@commonwatt/mechanisms';
import { UsageError } from '../../terminal/usage-error.ts';
import type { Book } from '../orders-csv.ts';
import type { TableLines } from './inputs.ts';
import type { Clearable } from './mechanism-choice.ts';

/** Where the parts of a call stand in what was given. */
export interface Places {
  readonly book: Book;
  readonly tables: TableLines;
}

interface Refused {
  readonly mechanism: Clearable;
  readonly call: Call;
  readonly refusal: CallRefusal & { readonly [fact: string]: unknown };
  readonly places: Places;
}

type Told = (refused: Refused) => UsageError | undefined;

/** Codes whose place and expectation do not follow from the facts alone. */
const BY_CODE: Readonly<Record<string, Told>> = {
  minimum_unsupported: (refused) =>
    atOrder(refused, 'minimum_wh', ({ least }) => [
      `nothing, for ${refused.mechanism.name} knows no minimum`,
      `${least}`,
    ]),
  interval_inverted: (refused) =>
    atOrder(refused, 'until', ({ extra }) => [`at least from, ${extra?.from}`, `${extra?.until}`]),
  member_in_two_zones: memberElsewhere,
  member_at_two_nodes: memberElsewhere,
  line_to_itself: (refused) =>
    atRow(refused, 'network', Number(refused.refusal.row), 'to', 'another zone than from'),
  feeder_twice: (refused) => rowTwice(refused, 'limits', 'zone'),
  battery_twice: (refused) => rowTwice(refused, 'batteries', 'battery'),
  collar_inverted: (refused) => settings(refused, ['floor', 'ceiling'], 'floor at most ceiling'),
  feed_in_above_supply: (refused) =>
    settings(refused, ['feed_in_price', 'supply_price'], 'feed_in_price at most supply_price'),
  feed_in_below_zero: (refused) => settings(refused, ['feed_in_price'], 'at least 0'),
  compensating_price_too_high: (refused) =>
    settings(
      refused,
      ['compensating_price', 'supply_price', 'feed_in_price'],
      'compensating_price at most supply_price less feed_in_price',
    ),
};

export function refusedCall(
  mechanism: Clearable,
  call: Call,
  refusal: CallRefusal,
  places: Places,
): UsageError {
  const refused = { mechanism, call, refusal: { ...refusal }, places };
  return (
    BY_CODE[refusal.code]?.(refused) ?? limit(refused) ?? atItsOrder(refused) ?? byCode(refused)
  );
}

/** `orders` and `ordersMax`: how many came, where they were counted to the end, and how many may. */
function limit({ mechanism, refusal }: Refused): UsageError | undefined {
  const found = Object.entries(refusal).find(([fact]) => fact.endsWith('Max'));
  if (found === undefined) return undefined;
  const [fact, most] = found;
  const name = fact.slice(0, -'Max'.length);
  const expected = `at most ${most} ${name} for ${mechanism.name}`;
  return new UsageError('orders', expected, `${refusal[name] ?? 'more'}`);
}

/** Whatever else names an order is at least told with its line. */
function atItsOrder(refused: Refused): UsageError | undefined {
  const { mechanism, refusal } = refused;
  const column = typeof refusal.column === 'string' ? refusal.column : 'id';
  return atOrder(refused, column, () => [`what ${mechanism.name} can clear`, factsText(refusal)]);
}

function byCode({ mechanism, refusal }: Refused): UsageError {
  return new UsageError('orders', `a book that ${mechanism.name} can clear`, factsText(refusal));
}

function factsText({ code, ...facts }: Refused['refusal']): string {
  const told = JSON.stringify(facts, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  return told === '{}' ? code : `${code} ${told}`;
}

function atOrder(
  { call, refusal, places }: Refused,
  column: string,
  told: (order: Order) => readonly [expected: string, got: string],
): UsageError | undefined {
  const order = call.orders.find(({ id }) => id === refusal.id);
  const place = order && places.book.placeOf(order.id, column);
  return order && place ? new UsageError(place, ...told(order)) : undefined;
}

function memberElsewhere({ call, refusal, places }: Refused): UsageError | undefined {
  const own = call.orders.filter(({ member }) => member === refusal.member);
  const [first] = own;
  const other = own.find(({ zone = '' }) => zone !== (first?.zone ?? ''));
  if (first === undefined || other === undefined) return undefined;
  const place = places.book.placeOf(other.id, 'zone');
  const expected = `${first.zone}, where ${other.member} stands with ${first.id}`;
  return place === undefined ? undefined : new UsageError(place, expected, other.zone ?? 'nothing');
}

function atRow(
  { mechanism, call, places }: Refused,
  table: string,
  row: number,
  column: string,
  expected: string,
): UsageError | undefined {
  const field = mechanism.tables
    ?.find(({ name }) => name === table)
    ?.columns.find(({ name }) => name === column);
  const value = call.tables?.[table]?.[row]?.[column];
  const place = places.tables.placeOf(table, row, column);
  if (field === undefined || value === undefined || place === undefined) return undefined;
  return new UsageError(place, expected, formatValue(field, value));
}

function rowTwice(refused: Refused, table: string, column: string): UsageError | undefined {
  const names = (refused.call.tables?.[table] ?? []).map((row: Values) => row[column]);
  const row = names.findIndex((name, at) => names.indexOf(name) < at);
  return atRow(refused, table, row, column, `every ${column} once`);
}

/** Settings that do not suit each other, those of them that nobody gave with what stands for them. */
function settings(
  { mechanism, call }: Refused,
  names: readonly string[],
  expected: string,
): UsageError | undefined {
  const values = withFallbacks(mechanism.settings, call.settings);
  const told = names.map((name) => {
    const field = mechanism.settings.find((one) => one.name === name);
    const value = values[name];
    return field && value !== undefined ? formatValue(field, value) : 'nothing';
  });
  return new UsageError(`--param ${names.join(', ')}`, expected, told.join(' and '));
}
