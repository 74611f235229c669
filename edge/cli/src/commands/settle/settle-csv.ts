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
import { CellError, type CsvRow, readTable } from './csv-table.ts';

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

/** @throws UsageError naming every fault */
export function readTrades(file: string, text: string): readonly TradeRow[] {
  const lines = new Map<string, number>();
  return readTable(file, text, TRADE_COLUMNS, (row) => {
    const trade = nameOf(row, 'trade');
    const before = lines.get(trade);
    if (before !== undefined) {
      throw new CellError('trade', 'an id of its own', `${shown(trade)}, the id of line ${before}`);
    }
    lines.set(trade, row.line);
    return {
      trade,
      slotMs: slotOf(row),
      seller: nameOf(row, 'seller'),
      buyer: nameOf(row, 'buyer'),
      energy: energyOf(row),
      price: priceOf(row),
    };
  });
}

/** @throws UsageError naming every fault */
export function readReadings(file: string, text: string): readonly ReadingRow[] {
  const lines = new Map<string, number>();
  return readTable(file, text, READING_COLUMNS, (row) => {
    const member = nameOf(row, 'member');
    const slotMs = slotOf(row);
    const direction = row.cell('direction');
    if (direction !== 'import' && direction !== 'export') {
      throw new CellError('direction', 'import or export', shown(direction));
    }
    const key = readingKey(member, slotMs, direction);
    const before = lines.get(key);
    if (before !== undefined) {
      const got = `a second ${direction} of ${shown(member)} at ${formatInstant(slotMs)}`;
      throw new CellError(
        'member',
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

function nameOf<Column extends string>({ cell }: CsvRow<Column>, column: Column): string {
  const name = cell(column);
  if (name === '') throw new CellError(column, 'a name', 'nothing');
  return name;
}

function slotOf({ cell }: CsvRow<'slot'>): number {
  const field = 'slot';
  try {
    const slotMs = parseInstant(cell('slot'), { field });
    if (slotMs % 1000 !== 0) throw new CellError(field, 'a whole second', shown(cell('slot')));
    return slotMs;
  } catch (error) {
    if (!(error instanceof QuantityTextError)) throw error;
    throw new CellError(field, `an ISO 8601 instant: ${error.expected}`, error.shown);
  }
}

function energyOf({ cell }: CsvRow<'energy_wh'>): Energy {
  const written = cell('energy_wh');
  const wattHours = /^(?:0|[1-9][0-9]{0,15})$/.test(written) ? BigInt(written) : -1n;
  if (wattHours < 0n || wattHours > ENERGY_MAX) {
    throw new CellError('energy_wh', `a whole number from 0 to ${ENERGY_MAX}`, shown(written));
  }
  return energy(wattHours);
}

function priceOf({ cell }: CsvRow<'price'>): Price {
  try {
    return parsePrice(cell('price'), 'EUR/MWh', { field: 'price' });
  } catch (error) {
    if (!(error instanceof QuantityTextError)) throw error;
    throw new CellError('price', `EUR/MWh with up to 3 decimals: ${error.expected}`, error.shown);
  }
}

const SHOWN_MAX = 64;

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : text);
}
