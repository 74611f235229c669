/** Short spellings of orders, lines and lots for tables of examples. */

import { energy, price } from '@commonwatt/units';
import type { Line, Lots, Order, Side } from '../order.ts';

export function order(
  id: string,
  side: Side,
  limit: bigint,
  energyWh: bigint,
  member: string = id,
): Order {
  return { id, member, side, limit: price(limit), energy: energy(energyWh) };
}

export function bid(id: string, limit: bigint, energyWh: bigint, member?: string): Order {
  return order(id, 'buy', limit, energyWh, member);
}

export function ask(id: string, limit: bigint, energyWh: bigint, member?: string): Order {
  return order(id, 'sell', limit, energyWh, member);
}

export function line(lot: string, side: Side, limit: bigint, energyWh: bigint): Line {
  return { lot, side, limit: price(limit), energy: energy(energyWh) };
}

/** The id spelt in hexadecimal, so that an example's lots sort as its ids do. */
export const lotsLikeIds: Lots = (id) => {
  let lot = '';
  for (const character of id) lot += character.charCodeAt(0).toString(16).padStart(2, '0');
  return lot;
};
