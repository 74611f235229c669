/** `commonwatt match`: one round of direct purchase from CSV files, without a ledger. */

import { readFileSync } from 'node:fs';
import { sha256 } from '@commonwatt/consensus';
import {
  type DirectMatching,
  type DirectRound,
  type Fraction,
  fraction,
  matchAsPrinted,
  matchExactly,
  matchTotals,
  type PricedPair,
  pairLots,
  pricedPairs,
  READINGS,
  type Reading,
  refuseDirectRound,
} from '@commonwatt/mechanisms';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { megawattHours, token, tokenPerKilowattHour } from './fraction-text.ts';
import { type CsvText, readBuyers, readCorridors, readLimits, readSellers } from './match-csv.ts';

export interface MatchOptions {
  readonly buyers: string;
  readonly sellers: string;
  readonly corridors: string;
  readonly limits?: string;
  readonly certificatePrice?: string;
  readonly bundling?: string;
  readonly seed?: string;
  readonly reading?: string;
  readonly json?: boolean;
}

const FILE_BYTES_MAX = 256 * 1024 * 1024;
/** The most rows of one table that are shown to people; JSON has all of them. */
const ROWS_SHOWN_MAX = 1000;

export function match(terminal: Terminal, options: MatchOptions): Status {
  const reading = readingOf(options.reading ?? 'stated');
  const round = roundOf(options, reading);
  const matching = reading === 'printed' ? matchAsPrinted(round) : matchExactly(round);
  const pairs = pricedPairs(round, matching, reading);
  const limited = options.limits !== undefined;
  if (options.json) printJson(terminal, matchJson(pairs, matching, limited));
  else print(terminal, matchText(pairs, matching, limited));
  return STATUS.done;
}

function roundOf(options: MatchOptions, reading: Reading): DirectRound {
  const { seed = '', bundling } = options;
  // One token per certificate of 1 MWh is 1000 nano-token per Wh; it has six decimals itself.
  const certificatePrice = decimalOf('--certificate-price', options.certificatePrice ?? '0');
  const corridors = readCorridors(textOf('--corridors', options.corridors));
  const round: DirectRound = {
    buyers: readBuyers(textOf('--buyers', options.buyers), corridors),
    sellers: readSellers(textOf('--sellers', options.sellers), corridors, {
      oneRegion: reading === 'printed',
    }),
    corridors,
    limits:
      options.limits === undefined ? [] : readLimits(textOf('--limits', options.limits), corridors),
    certificatePrice: fraction(certificatePrice, 1000n),
    bundling:
      bundling === undefined ? undefined : fraction(decimalOf('--bundling', bundling), 1_000_000n),
    lots: pairLots(sha256, seed),
  };
  if (!seed.isWellFormed()) throw new UsageError('--seed', 'well-formed text', 'half a character');
  const refusal = refuseDirectRound(round);
  if (refusal !== undefined) throw new UsageError('round', 'one to match', refusal.code);
  return round;
}

function readingOf(written: string): Reading {
  const reading = READINGS.find((one) => one === written);
  if (reading === undefined) throw new UsageError('--reading', READINGS.join(' or '), written);
  return reading;
}

/** Millionths of a number from 0 with up to six decimals. */
function decimalOf(option: string, written: string): bigint {
  const match = /^(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,6}))?$/.exec(written);
  if (match === null) {
    throw new UsageError(option, 'a number from 0 with up to 6 decimals', JSON.stringify(written));
  }
  const [, whole = '', decimals = ''] = match;
  return BigInt(whole + decimals.padEnd(6, '0'));
}

function textOf(option: string, file: string): CsvText {
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
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(option, 'UTF-8', `other bytes in ${file}`);
    throw error;
  }
}

function matchJson(
  pairs: readonly PricedPair[],
  matching: DirectMatching<Fraction>,
  limited: boolean,
): object {
  const totals = matchTotals(pairs);
  const orNull = (price: Fraction | null) => (price === null ? null : tokenPerKilowattHour(price));
  return {
    pairs: pairs.map((pair) => ({
      buyer: pair.buyer,
      seller: pair.seller,
      energy_mwh: megawattHours(pair.energy),
      injected_mwh: megawattHours(pair.injected),
      converted_value: orNull(pair.convertedValue),
      buyer_price: tokenPerKilowattHour(pair.buyerPrice),
      seller_price: tokenPerKilowattHour(pair.sellerPrice),
      certificate_cost: orNull(pair.certificateCost),
      green: pair.green,
      ...(limited ? { cut_mwh: megawattHours(pair.cut) } : {}),
    })),
    unmatched: matching.unmatched.map(({ id, side, energy, reason }) => ({
      id,
      side,
      energy_mwh: megawattHours(energy),
      reason,
    })),
    ...(limited
      ? {
          limits: matching.limits.map(({ from, to, limit, requested, granted, binding }) => ({
            from,
            to,
            limit_mwh: megawattHours(limit),
            requested_mwh: megawattHours(requested),
            granted_mwh: megawattHours(granted),
            binding,
          })),
          rounds: matching.rounds,
        }
      : {}),
    totals: {
      buyers_pay: token(totals.buyersPay),
      sellers_get: token(totals.sellersGet),
      transmission: token(totals.transmission),
      fees: token(totals.fees),
      certificates: token(totals.certificates),
    },
  };
}

const right = 'right' as const;

function matchText(
  pairs: readonly PricedPair[],
  matching: DirectMatching<Fraction>,
  limited: boolean,
): string {
  const totals = matchTotals(pairs);
  const orDash = (price: Fraction | null) => (price === null ? '-' : tokenPerKilowattHour(price));
  const columns = [
    { heading: 'buyer' },
    { heading: 'seller' },
    { heading: 'phase' },
    { heading: 'MWh', align: right },
    { heading: 'injected', align: right },
    { heading: 'value', align: right },
    { heading: 'buyer price', align: right },
    { heading: 'seller price', align: right },
    { heading: 'certificate', align: right },
    ...(limited ? [{ heading: 'cut MWh', align: right }] : []),
  ];
  const rows = pairs.map((pair) => [
    pair.buyer,
    pair.seller,
    pair.green ? 'green' : '',
    megawattHours(pair.energy),
    megawattHours(pair.injected),
    orDash(pair.convertedValue),
    tokenPerKilowattHour(pair.buyerPrice),
    tokenPerKilowattHour(pair.sellerPrice),
    orDash(pair.certificateCost),
    ...(limited ? [megawattHours(pair.cut)] : []),
  ]);
  const unmatched = matching.unmatched.map(({ id, side, energy, reason }) => [
    id,
    side,
    megawattHours(energy),
    reason,
  ]);
  const limits = matching.limits.map(({ from, to, limit, requested, granted, binding }) => [
    `${from}-${to}`,
    ...[limit, requested, granted].map(megawattHours),
    binding ? 'binding' : '',
  ]);
  return [
    shownTable(columns, rows, 'pairs'),
    '',
    shownTable(
      [
        { heading: 'left' },
        { heading: 'side' },
        { heading: 'MWh', align: right },
        { heading: 'reason' },
      ],
      unmatched,
      'rows',
    ),
    ...(limited
      ? [
          '',
          shownTable(
            [
              { heading: 'corridor' },
              { heading: 'limit', align: right },
              { heading: 'requested', align: right },
              { heading: 'granted', align: right },
              { heading: '' },
            ],
            limits,
            'corridors',
          ),
          `${matching.rounds} rounds of matching and check`,
        ]
      : []),
    '',
    `buyers pay ${token(totals.buyersPay)} token: sellers get ${token(totals.sellersGet)}, ` +
      `transmission ${token(totals.transmission)}, fees ${token(totals.fees)}`,
    `certificates cost sellers ${token(totals.certificates)} token`,
  ].join('\n');
}

function shownTable(
  columns: Parameters<typeof formatTable>[0],
  rows: readonly (readonly string[])[],
  what: string,
): string {
  const table = formatTable(columns, rows.slice(0, ROWS_SHOWN_MAX));
  const more = rows.length - ROWS_SHOWN_MAX;
  return more > 0 ? `${table}\nand ${more} more ${what}` : table;
}
