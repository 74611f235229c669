/** Inputs of sharing from CSV: the organiser's parts, limits of standing orders, the operator's values. */

import type { RouteBody } from '@commonwatt/api';
import { formatInstant, parseInstant, parsePrice, QuantityTextError } from '@commonwatt/units';
import { type CsvRow, readCsv, shownCell } from '../../terminal/csv-table.ts';
import { UsageError } from '../../terminal/usage-error.ts';

export type SharingEntry = RouteBody<'postSharing'>['entries'][number];
export type SharingKind = SharingEntry['kind'];

/** An entry, and the line of the file on which it stands. */
export interface SharingRow {
  readonly line: number;
  readonly entry: SharingEntry;
}

const ROWS_MAX = 5_000_000;
const MEMBER_MAX = 4_294_967_295;
/** 2^40 Wh: more than any connection carries in a slot. */
const ENERGY_MAX = 1n << 40n;

/** The columns of each kind of file, in the order in which they are told. */
const SHARING_COLUMNS = {
  share: ['slot', 'member', 'share_millionths'],
  limit: ['from', 'member', 'buy_price', 'sell_price'],
  allocated: ['slot', 'member', 'received_wh', 'given_wh'],
} as const;
type Column = (typeof SHARING_COLUMNS)[SharingKind][number];

/** @throws UsageError naming every fault by file, line and column */
export function readSharing(kind: SharingKind, file: string, text: string): readonly SharingRow[] {
  const lines = new Map<string, number>();
  const columns: readonly Column[] = SHARING_COLUMNS[kind];
  const layout = { place: file, columns, further: [], rowsMax: ROWS_MAX };
  return readCsv<Column, SharingRow>(text, layout, (row) => {
    const entry = entryOf(kind, row);
    const { slotMs, member } = entry;
    const key = `${slotMs}/${member}`;
    const before = lines.get(key);
    if (before !== undefined) {
      throw new UsageError(
        row.place('member'),
        'one row per member and instant',
        `a second of member ${member} at ${formatInstant(slotMs)}, after line ${before}`,
      );
    }
    lines.set(key, row.line);
    return { line: row.line, entry };
  });
}

function entryOf(kind: SharingKind, row: CsvRow<Column>): SharingEntry {
  const slotMs = instantOf(row, kind === 'limit' ? 'from' : 'slot');
  const member = Number(wholeOf(row, 'member', BigInt(MEMBER_MAX), 1n));
  if (kind === 'share') {
    const shareMillionths = Number(wholeOf(row, 'share_millionths', 1_000_000n));
    return { kind, slotMs, member, shareMillionths };
  }
  if (kind === 'limit') {
    const [buy, sell] = [priceOf(row, 'buy_price'), priceOf(row, 'sell_price')];
    return { kind, slotMs, member, buy, sell };
  }
  const received = `${wholeOf(row, 'received_wh', ENERGY_MAX)}`;
  return { kind, slotMs, member, received, given: `${wholeOf(row, 'given_wh', ENERGY_MAX)}` };
}

function instantOf({ cell, place }: CsvRow<Column>, column: Column): number {
  const written = cell(column);
  try {
    const slotMs = parseInstant(written, { field: column });
    if (slotMs % 1000 === 0) return slotMs;
  } catch (error) {
    if (!(error instanceof QuantityTextError)) throw error;
    throw new UsageError(place(column), `an ISO 8601 instant: ${error.expected}`, error.shown);
  }
  throw new UsageError(place(column), 'a whole second', shownCell(written));
}

function wholeOf(
  { cell, place }: CsvRow<Column>,
  column: Column,
  most: bigint,
  least = 0n,
): bigint {
  const written = cell(column);
  const value = /^(?:0|[1-9][0-9]{0,18})$/.test(written) ? BigInt(written) : -1n;
  if (value >= least && value <= most) return value;
  throw new UsageError(
    place(column),
    `a whole number from ${least} to ${most}`,
    shownCell(written),
  );
}

/** Nano-currency per Wh as text; null for an empty cell: no part in the market on that side. */
function priceOf({ cell, place }: CsvRow<Column>, column: Column): string | null {
  const written = cell(column);
  if (written === '') return null;
  try {
    return `${parsePrice(written, 'EUR/MWh', { field: column })}`;
  } catch (error) {
    if (!(error instanceof QuantityTextError)) throw error;
    const expected = `EUR/MWh with up to 3 decimals, or nothing: ${error.expected}`;
    throw new UsageError(place(column), expected, error.shown);
  }
}
