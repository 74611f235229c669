/**
 * An order's name in print, and the names of trades. Names do not depend on when an order arrived,
 * so neither do the lots that are drawn from them.
 */

import {
  asciiBytes,
  type Crypto,
  concatBytes,
  encode,
  fromHex,
  toHex,
  u16,
} from '@commonwatt/ledger';
import { formatInstant, parseInstant } from '@commonwatt/units';
import { type ActionId, type OrderId, orderIdCodec } from './messages.ts';

const NO_BYTES = new Uint8Array(0);
const TRADE_DOMAIN = asciiBytes('commonwatt/trade/1');

/** `<transaction in hex>:<index>`, and `@<slot as YYYY-MM-DDTHH:MM:SSZ>` for a derived order. */
export function orderIdText({ transaction, index, derivedForMs }: OrderId): string {
  const sent = `${toHex(transaction)}:${index}`;
  return derivedForMs === 0 ? sent : `${sent}@${formatInstant(derivedForMs)}`;
}

const TEXT = /^([0-9a-f]{64}):(0|[1-9][0-9]{0,4})(?:@(.+))?$/;

/** The inverse of `orderIdText`; nothing for any other text. */
export function parseOrderIdText(text: string): OrderId | undefined {
  const match = TEXT.exec(text);
  if (match === null) return undefined;
  const [, transaction = '', index = '', slot] = match;
  let derivedForMs = 0;
  if (slot !== undefined) {
    try {
      derivedForMs = parseInstant(slot);
    } catch {
      return undefined;
    }
  }
  const id: OrderId = { transaction: fromHex(transaction), index: Number(index), derivedForMs };
  return id.index <= 0xffff && derivedForMs >= 0 && orderIdText(id) === text ? id : undefined;
}

/** The order or negotiation that an action begins, under the name of an order. */
export function sentOrderId({ transaction, index }: ActionId): OrderId {
  return { transaction, index, derivedForMs: 0 };
}

/**
 * A trade's name: SHA-256 over the purpose and the names of the buying and the selling side. A rule of several
 * stages may let two orders meet again: `again` counts from 1 and is hashed behind them.
 */
export function tradeId(
  crypto: Crypto,
  parties: { readonly buy: OrderId; readonly sell: OrderId },
  again = 0,
): Uint8Array {
  const { buy, sell } = parties;
  return crypto.sha256(
    concatBytes(
      TRADE_DOMAIN,
      encode(orderIdCodec, buy),
      encode(orderIdCodec, sell),
      again === 0 ? NO_BYTES : encode(u16, again),
    ),
  );
}
