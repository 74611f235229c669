/** `commonwatt settle`: trades meet readings, from two CSV files and without a ledger. */

import { readFileSync } from 'node:fs';
import { sha256 } from '@commonwatt/consensus';
import { type Energy, formatEnergy, formatInstant, formatMoney } from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { type Column, formatTable } from '../../terminal/table.ts';
import { print, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { exactJson } from './exact-json.ts';
import { readReadings, readTrades } from './settle-csv.ts';
import { type SettlementTables, settlementTables } from './settlement-tables.ts';

export interface SettleOptions {
  readonly trades: string;
  readonly readings: string;
  readonly json?: boolean;
}

/** The most rows of one table that are shown to people; JSON has all of them. */
const ROWS_SHOWN_MAX = 1000;
const FILE_BYTES_MAX = 256 * 1024 * 1024;

export function settle(terminal: Terminal, options: SettleOptions): Status {
  const trades = readTrades(options.trades, textOf('--trades', options.trades));
  const readings = readReadings(options.readings, textOf('--readings', options.readings));
  const tables = settlementTables(sha256, trades, readings);
  print(terminal, options.json ? exactJson(settlementJson(tables)) : settlementText(tables));
  return STATUS.done;
}

function textOf(option: string, file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UsageError(option, 'a file that can be read', `${file}: ${error.message}`);
  }
  if (bytes.length > FILE_BYTES_MAX) {
    throw new UsageError(option, `at most ${FILE_BYTES_MAX} bytes`, `${bytes.length} in ${file}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(option, 'UTF-8', `other bytes in ${file}`);
    throw error;
  }
}

function settlementJson(tables: SettlementTables): object {
  return {
    allocations: tables.allocations.map(({ trade, energy, money }) => ({
      trade,
      energy_wh: energy,
      money: formatMoney(money),
    })),
    residuals: tables.residuals.map(({ member, slotMs, direction, energy }) => ({
      member,
      slot: formatInstant(slotMs),
      direction,
      energy_wh: energy,
    })),
    deviations: tables.deviations.map(({ member, slotMs, side, energy }) => ({
      member,
      slot: formatInstant(slotMs),
      side,
      energy_wh: energy,
    })),
    missing: tables.missing.map(({ member, slotMs, direction }) => ({
      member,
      slot: formatInstant(slotMs),
      direction,
    })),
    total_wh: tables.total,
  };
}

const right = 'right' as const;

function settlementText(tables: SettlementTables): string {
  const { allocations, deviations, missing } = tables;
  const kiloWattHours = (wattHours: bigint) => formatEnergy(wattHours as Energy, 'kWh');
  const parts = [
    firstRows(
      [{ heading: 'trade' }, { heading: 'kWh', align: right }, { heading: 'EUR', align: right }],
      allocations.map(({ trade, energy, money }) => [
        trade,
        kiloWattHours(energy),
        formatMoney(money),
      ]),
    ),
    `${kiloWattHours(tables.total)} kWh in ${allocations.length} ${allocations.length === 1 ? 'trade' : 'trades'}`,
    titled(
      'Left over: metered and not allocated',
      'kWh',
      tables.residuals
        .filter(({ energy }) => energy > 0n)
        .map((one) => [one.member, one.slotMs, one.direction, kiloWattHours(one.energy)]),
    ),
    titled(
      'Own deviations: traded and not metered',
      'kWh',
      deviations.map((one) => [one.member, one.slotMs, one.side, kiloWattHours(one.energy)]),
    ),
    titled(
      'Missing readings, counted as zero',
      undefined,
      missing.map((one) => [one.member, one.slotMs, one.direction]),
    ),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

type TitledRow = readonly [member: string, slotMs: number, which: string, figure?: string];

function titled(title: string, heading: string | undefined, rows: readonly TitledRow[]): string {
  if (rows.length === 0) return '';
  const columns = [{ heading: 'slot' }, { heading: 'member' }, { heading: '' }];
  const figures = heading === undefined ? [] : [{ heading, align: right }];
  const cells = rows.map(([member, slotMs, which, figure]) => [
    formatInstant(slotMs),
    member,
    which,
    ...(figure === undefined ? [] : [figure]),
  ]);
  return `\n${title}\n${firstRows([...columns, ...figures], cells)}`;
}

function firstRows(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = formatTable(columns, rows.slice(0, ROWS_SHOWN_MAX));
  const more = rows.length - ROWS_SHOWN_MAX;
  return more > 0 ? `${table}\nand ${more} more; --json has all` : table;
}
