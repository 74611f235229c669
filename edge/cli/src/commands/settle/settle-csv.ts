/** Trades and readings from CSV, for a settlement without a ledger. */

import {
  type Energy,
  energy,
  formatInstant,
  type Price,
  parseInstant,
  parsePrice,
  QuantityTextError,
} from '@commonwatt/units';
import { type CsvRow, readCsv, shownCell } from '../../terminal/csv-table.ts';
import { UsageError } from '../../terminal/usage-error.ts';

export type Direction = 'import' | 'export';

export interface TradeRow {
  readonly trade: string;
  readonly slotMs: number;
  readonly seller: string;
  readonly buyer: string;
  readonly energy: Energy;
  readonly price: Price;
}

export interface ReadingRow {
  readonly member: string;
  readonly slotMs: number;
  readonly direction: Direction;
  readonly energy: Energy;
}

/** The largest whole number that every reader of JSON keeps: 2^53 - 1. */
const ENERGY_MAX = 9_007_199_254_740_991n;
const TRADE_COLUMNS = ['trade', 'slot', 'seller', 'buyer', 'energy_wh', 'price'] as const;
const READING_COLUMNS = ['member', 'slot', 'direction', 'energy_wh'] as const;
type TradeColumn = (typeof TRADE_COLUMNS)[number];
type ReadingColumn = (typeof READING_COLUMNS)[number];

/** As many as one slot may have, if all of them are in one. */
const TRADES_MAX = 1 << 20;
const READINGS_MAX = 5_000_000;

/** @throws UsageError naming every fault */
export function readTrades(file: string, text: string): readonly TradeRow[] {
  const lines = new Map<string, number>();
  const layout = { place: file, columns: TRADE_COLUMNS, further: [], rowsMax: TRADES_MAX };
  return readCsv<TradeColumn, TradeRow>(text, layout, (row) => {
    const trade = nameOf(row, 'trade');
    const before = lines.get(trade);
    if (before !== undefined) {
      const got = `${shownCell(trade)}, the id of line ${before}`;
      throw new UsageError(row.place('trade'), 'an id of its own', got);
    }
    lines.set(trade, row.line);
    const [seller, buyer] = [nameOf(row, 'seller'), nameOf(row, 'buyer')];
    // Nobody owes itself anything, and the market makes no such trade.
    if (seller === buyer) {
      throw new UsageError(row.place('buyer'), 'another member than the seller', shownCell(buyer));
    }
    return {
      trade,
      slotMs: slotOf(row),
      seller,
      buyer,
      energy: energyOf(row),
      price: priceOf(row),
    };
  });
}

/** @throws UsageError naming every fault */
export function readReadings(file: string, text: string): readonly ReadingRow[] {
  const lines = new Map<string, number>();
  const layout = { place: file, columns: READING_COLUMNS, further: [], rowsMax: READINGS_MAX };
  return readCsv<ReadingColumn, ReadingRow>(text, layout, (row) => {
    const member = nameOf(row, 'member');
    const slotMs = slotOf(row);
    const direction = row.cell('direction');
    if (direction !== 'import' && direction !== 'export') {
      throw new UsageError(row.place('direction'), 'import or export', shownCell(direction));
    }
    const key = readingKey(member, slotMs, direction);
    const before = lines.get(key);
    if (before !== undefined) {
      const got = `a second ${direction} of ${shownCell(member)} at ${formatInstant(slotMs)}`;
      throw new UsageError(
        row.place('member'),
        'one reading per member, slot and direction',
        `${got}, after line ${before}`,
      );
    }
    lines.set(key, row.line);
    return { member, slotMs, direction, energy: energyOf(row) };
  });
}

export function readingKey(member: string, slotMs: number, direction: Direction): string {
  return `${slotMs}/${direction}/${member}`;
}

function nameOf<Column extends string>(row: CsvRow<Column>, column: Column): string {
  const name = row.cell(column);
  if (name === '') throw new UsageError(row.place(column), 'a name', 'nothing');
  return name;
}

function slotOf({ cell, place }: CsvRow<'slot'>): number {
  const written = cell('slot');
  try {
    const slotMs = parseInstant(written, { field: 'slot' });
    if (slotMs % 1000 === 0) return slotMs;
  } catch (error) {
    if (!(error instanceof QuantityTextError)) throw error;
    throw new UsageError(place('slot'), `an ISO 8601 instant: ${error.expected}`, error.shown);
  }
  throw new UsageError(place('slot'), 'a whole second', shownCell(written));
}

function energyOf({ cell, place }: CsvRow<'energy_wh'>): Energy {
  const written = cell('energy_wh');
  const wattHours = /^(?:0|[1-9][0-9]{0,15})$/.test(written) ? BigInt(written) : -1n;
  if (wattHours < 0n || wattHours > ENERGY_MAX) {
    const expected = `a whole number from 0 to ${ENERGY_MAX}`;
    throw new UsageError(place('energy_wh'), expected, shownCell(written));
  }
  return energy(wattHours);
}

function priceOf({ cell, place }: CsvRow<'price'>): Price {
  try {
    return parsePrice(cell('price'), 'EUR/MWh', { field: 'price' });
  } catch (error) {
    if (!(error instanceof QuantityTextError)) throw error;
    const expected = `EUR/MWh with up to 3 decimals: ${error.expected}`;
    throw new UsageError(place('price'), expected, error.shown);
  }
}
