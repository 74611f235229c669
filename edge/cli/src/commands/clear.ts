/** `commonwatt clear`: one clearing of a book from CSV, without a ledger. */

import { sha256 } from '@commonwatt/consensus';
import {
  clearUniformPrice,
  lotsBySeed,
  refuseOrders,
  type UniformPriceClearing,
} from '@commonwatt/mechanisms';
import { formatEnergy, formatMoney, formatPrice, type Price } from '@commonwatt/units';
import { STATUS, type Status } from '../terminal/status.ts';
import { formatTable } from '../terminal/table.ts';
import { print, printJson, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { type Book, readBooks } from './orders-csv.ts';

export interface ClearOptions {
  readonly mechanism: string;
  readonly param?: readonly string[];
  readonly seed?: string;
  readonly json?: boolean;
}

const INPUT_BYTES_MAX = 256 * 1024 * 1024;

interface PricePoint {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export async function clear(terminal: Terminal, options: ClearOptions): Promise<Status> {
  const { mechanism, seed = '', json = false } = options;
  if (mechanism !== 'uniform') throw new UsageError('--mechanism', 'uniform', mechanism);
  const k = priceRuleOf(options.param ?? []);
  for (const book of readBooks(await wholeInput(terminal))) {
    const lots = lotsBySeed(sha256, seed);
    const refusal = refuseOrders(book.orders, lots);
    if (refusal !== undefined) throw new UsageError('orders', 'a book to clear', refusal.code);
    const clearing = clearUniformPrice({ orders: book.orders, lots, k });
    if (json) printJson(terminal, clearingJson(mechanism, book, clearing));
    else print(terminal, clearingText(book, clearing));
  }
  return STATUS.done;
}

/** `k=0.5`: where in its interval the price stands. */
function priceRuleOf(params: readonly string[]): PricePoint {
  let k: PricePoint = { numerator: 1n, denominator: 2n };
  for (const param of params) {
    const match = /^k=([01](?:\.([0-9]{1,6}))?)$/.exec(param);
    if (match === null) throw new UsageError('--param', 'k= with a number from 0 to 1', param);
    const [, written = '', decimals = ''] = match;
    k = {
      numerator: BigInt(written.replace('.', '')),
      denominator: 10n ** BigInt(decimals.length),
    };
    if (k.numerator > k.denominator) throw new UsageError('--param', 'k from 0 to 1', param);
  }
  return k;
}

async function wholeInput({ stdin }: Terminal): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > INPUT_BYTES_MAX) {
      throw new UsageError('orders', `at most ${INPUT_BYTES_MAX} bytes`, 'more');
    }
    chunks.push(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError('orders', 'UTF-8', 'other bytes');
    throw error;
  }
}

const priceText = (price: Price | null): string | null =>
  price === null ? null : formatPrice(price, 'EUR/MWh');

function clearingJson(mechanism: string, { slot }: Book, clearing: UniformPriceClearing): object {
  const { price, priceInterval, trades, unmatched, payments, welfare } = clearing;
  return {
    ...(slot === undefined ? {} : { slot }),
    mechanism,
    price: priceText(price),
    priceInterval: priceInterval && {
      low: priceText(priceInterval.low),
      high: priceText(priceInterval.high),
    },
    trades: trades.map(({ bid, ask, energy, buyerPrice, sellerPrice }) => ({
      bid,
      ask,
      energy_wh: Number(energy),
      buyer_price: priceText(buyerPrice),
      seller_price: priceText(sellerPrice),
    })),
    unmatched: unmatched.map(({ id, energy }) => ({ id, energy_wh: Number(energy) })),
    payments: [...payments].map(([member, amount]) => ({ member, money: formatMoney(amount) })),
    welfare: formatMoney(welfare),
    // At one price for all, what buyers pay is what sellers get.
    surplus: '0',
  };
}

function clearingText({ slot }: Book, clearing: UniformPriceClearing): string {
  const { price, volume, trades, unmatched } = clearing;
  const at = price === null ? 'no trade' : `${priceText(price)} EUR/MWh`;
  const right = 'right' as const;
  const columns = [
    { heading: 'bid' },
    { heading: 'ask' },
    { heading: 'kWh', align: right },
    { heading: 'EUR/MWh', align: right },
  ];
  const rows = trades.map(({ bid, ask, energy, buyerPrice }) => [
    bid,
    ask,
    formatEnergy(energy, 'kWh'),
    formatPrice(buyerPrice, 'EUR/MWh'),
  ]);
  return [
    `${slot === undefined ? '' : `${slot}: `}${at}, ${formatEnergy(volume, 'kWh')} kWh`,
    formatTable(columns, rows),
    `${unmatched.length} orders with energy left`,
  ].join('\n');
}
