/** Options of the market commands as the ledger's own values. */

import { type ActionId, type OrderId, parseOrderIdText } from '@commonwatt/contracts';
import {
  type Energy,
  type Money,
  type Power,
  type Price,
  parseEnergy,
  parseInstant,
  parseMoney,
  parsePrice,
  power,
  QuantityTextError,
} from '@commonwatt/units';
import { UsageError } from '../../terminal/usage-error.ts';

function read<T>(field: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof QuantityTextError) {
      throw new UsageError(field, error.expected, error.shown);
    }
    if (error instanceof RangeError) throw new UsageError(field, 'a value in range', error.message);
    throw error;
  }
}

export function required(field: string, text: string | undefined): string {
  if (text === undefined) throw new UsageError(field, 'a value', 'nothing');
  return text;
}

/** Kilowatt-hours with up to three decimals. */
export function energyField(field: string, text: string | undefined): Energy {
  return read(field, required(field, text), (given) => parseEnergy(given, 'kWh', { field }));
}

/** ct/kWh with up to four decimals. */
export function priceField(field: string, text: string | undefined): Price {
  return read(field, required(field, text), (given) => parsePrice(given, 'ct/kWh', { field }));
}

export function moneyField(field: string, text: string): Money {
  return read(field, text, (given) => parseMoney(given, { field }));
}

export function powerField(field: string, text: string): Power {
  return power(BigInt(wholeField(field, text, { least: 0, most: 1_000_000_000_000 })));
}

/** YYYY-MM-DDTHH:MM:SSZ. */
export function instantField(field: string, text: string | undefined): number {
  return read(field, required(field, text), (given) => parseInstant(given));
}

export function wholeField(
  field: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text);
  if (/^(0|[1-9][0-9]{0,15})$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(field, `a whole number from ${least} to ${most}`, text);
}

/** The name of an order, as it was printed when it was sent. */
export function orderField(text: string): OrderId {
  const order = parseOrderIdText(text);
  if (order === undefined) throw new UsageError('ORDER', 'a name such as <64 hex digits>:0', text);
  return order;
}

/** The name of a negotiation or a standing order. */
export function actionIdField(field: string, text: string): ActionId {
  const order = parseOrderIdText(text);
  if (order === undefined || order.derivedForMs !== 0) {
    throw new UsageError(field, 'a name such as <64 hex digits>:0', text);
  }
  return { transaction: order.transaction, index: order.index };
}
