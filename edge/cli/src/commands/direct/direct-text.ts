/** Quantities of direct purchase for people: MWh, token, token per kWh. They travel as whole numbers. */

import { type Energy, formatEnergy, formatInstant } from '@commonwatt/units';
import { formatTable } from '../../terminal/table.ts';

/** The most rows of one table that are shown to people; JSON has all of them. */
const ROWS_SHOWN_MAX = 1000;

export const right = 'right' as const;

export const megawattHours = (text: string): string => formatEnergy(BigInt(text) as Energy, 'MWh');

/** Nano-token per Wh: six decimals of a token per kWh. */
export const tokenPerKilowattHour = (text: string): string => decimals(BigInt(text), 6);

/** Nano-token. */
export const tokens = (text: string): string => decimals(BigInt(text), 9);

function decimals(value: bigint, places: number): string {
  const digits = `${value < 0n ? -value : value}`.padStart(places + 1, '0');
  const text = `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return value < 0n ? `-${text}` : text;
}

/** The ledger's instants have milliseconds, of which people need none. */
export const instant = (ms: number): string => formatInstant(ms - (ms % 1000));

export function shownTable(
  columns: Parameters<typeof formatTable>[0],
  rows: readonly (readonly string[])[],
): string {
  const table = formatTable(columns, rows.slice(0, ROWS_SHOWN_MAX));
  const more = rows.length - ROWS_SHOWN_MAX;
  return more > 0 ? `${table}\nand ${more} more rows` : table;
}
