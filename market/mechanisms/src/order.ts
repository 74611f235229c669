/**
 * What stands in a call: orders with their owners, and the same orders as lines without owners,
 * which is all that a clearing needs and all that the public may see.
 */

import type { Energy, Price } from '@commonwatt/units';
import { ENERGY_WH_MAX } from '@commonwatt/units';
import type { Values } from './field.ts';

export type Side = 'buy' | 'sell';

/** One order of one member: up to `energy`, at `limit` or better. */
export type Order = {
  readonly id: string;
  /** Who stands behind the order. Accounts that must not trade with each other share one name. */
  readonly member: string;
  readonly side: Side;
  /** 0 where the mechanism ignores prices. */
  readonly limit: Price;
  readonly energy: Energy;
  /** The least that it can use: it gets that much or nothing. */
  readonly least?: Energy | undefined;
  /** When it came, where the rule is by time; only the order of times tells. */
  readonly time?: number | undefined;
  /** The part of the network in which it stands. */
  readonly zone?: string | undefined;
  /** Further columns that the mechanism declares, by name. */
  readonly extra?: Values | undefined;
};

/** The tie lot of an order, as `lot` draws it: lower-case hexadecimal text. */
export type Lots = (orderId: string) => string;

/** An order without its owner. The lot stands for the order and breaks its ties. */
export type Line = {
  readonly lot: string;
  readonly side: Side;
  readonly limit: Price;
  readonly energy: Energy;
};

/** The most orders that one call may hold. */
export const ORDERS_MAX = 1 << 20;

/** A SHA-256 digest has 64 digits; shorter lots are sound, and read better in a table of examples. */
const LOT_DIGITS_MAX = 64;

export type OrdersRefusal =
  | { readonly code: 'too_many_orders'; readonly orders: number; readonly ordersMax: number }
  | { readonly code: 'duplicate_order'; readonly id: string }
  | { readonly code: 'malformed_lot'; readonly lot: string }
  | { readonly code: 'duplicate_lot'; readonly lot: string }
  | { readonly code: 'energy_total_too_large'; readonly side: Side; readonly energyWh: bigint };

/**
 * Why a set of lines cannot be cleared. The total of each side must fit one `Energy`: then no sum
 * of money in the outcome can leave the range of `Money`, since volume times limit is below 2^126.
 */
export function refuseLines(lines: readonly Line[]): OrdersRefusal | undefined {
  if (lines.length > ORDERS_MAX) {
    return { code: 'too_many_orders', orders: lines.length, ordersMax: ORDERS_MAX };
  }
  const lots = new Set<string>();
  const total = { buy: 0n, sell: 0n };
  for (const [at, line] of lines.entries()) {
    if (!isLot(line.lot)) return { code: 'malformed_lot', lot: line.lot };
    lots.add(line.lot);
    if (lots.size === at) return { code: 'duplicate_lot', lot: line.lot };
    total[line.side] += line.energy;
  }
  for (const side of ['buy', 'sell'] as const) {
    if (total[side] > ENERGY_WH_MAX) {
      return { code: 'energy_total_too_large', side, energyWh: total[side] };
    }
  }
  return undefined;
}

/** By character code: a regular expression takes longer over 100,000 lots than sorting them. */
function isLot(text: string): boolean {
  if (text.length === 0 || text.length > LOT_DIGITS_MAX) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const digit = (code >= 48 && code <= 57) || (code >= 97 && code <= 102);
    if (!digit) return false;
  }
  return true;
}

/** Why a set of orders cannot be cleared; the first fault in this order: number, ids, lots, totals. */
export function refuseOrders(orders: readonly Order[], lots: Lots): OrdersRefusal | undefined {
  return refuseIds(orders) ?? refuseLines(orders.map((order) => lineOf(order, lots)));
}

/** The part of `refuseOrders` that needs no lots. */
export function refuseIds(orders: readonly Order[]): OrdersRefusal | undefined {
  if (orders.length > ORDERS_MAX) {
    return { code: 'too_many_orders', orders: orders.length, ordersMax: ORDERS_MAX };
  }
  const ids = new Set<string>();
  for (const [at, { id }] of orders.entries()) {
    ids.add(id);
    if (ids.size === at) return { code: 'duplicate_order', id };
  }
  return undefined;
}

export function lineOf(order: Order, lots: Lots): Line {
  const { id, side, limit, energy } = order;
  return { lot: lots(id), side, limit, energy };
}
