/**
 * Truthfulness by trying lies: a member with one order states another limit, all else equal, and
 * must not come out better by its true limit. The lies tried are the limits at which an outcome can
 * turn: those of the others, one step beside them, and far away.
 */

import { PRICE_MAX, price } from '@commonwatt/units';
import type { AuctionMechanism, Call, Clearing } from './mechanism.ts';
import type { Order } from './order.ts';

const LIARS_MAX = 6;
const LIES_MAX = 24;

/**
 * What is wrong, or undefined when no lie that was tried pays. Some theorems hold for limits that
 * all differ; then lies that tie with another's limit are not `tied` into the trial.
 */
export function truthful(
  mechanism: AuctionMechanism,
  call: Call,
  { tied = true } = {},
): string | undefined {
  const honest = mechanism.clear(call);
  for (const order of ordersOfTheirOwn(call.orders).slice(0, LIARS_MAX)) {
    const gain = gainOf(order, honest);
    for (const lie of liesFor(order, call.orders)) {
      if (!tied && call.orders.some(({ limit }) => limit === lie)) continue;
      const orders = call.orders.map((one) => (one === order ? { ...one, limit: lie } : one));
      const told = { ...call, orders };
      if (mechanism.refuse(told) !== undefined) continue;
      const lying = gainOf(order, mechanism.clear(told));
      if (lying > gain) {
        return `${order.id} gains ${lying - gain} by stating ${lie} instead of ${order.limit}`;
      }
    }
  }
  return undefined;
}

/** By its true limit: what the energy is worth to it, less what it pays. */
function gainOf({ id, member, side, limit }: Order, { fills, payments }: Clearing): bigint {
  const worth = limit * (fills.get(id) ?? 0n);
  return (side === 'buy' ? worth : -worth) - (payments.get(member) ?? 0n);
}

function ordersOfTheirOwn(orders: readonly Order[]): Order[] {
  const counts = new Map<string, number>();
  for (const { member } of orders) counts.set(member, (counts.get(member) ?? 0) + 1);
  return orders.filter(({ member }) => counts.get(member) === 1);
}

function liesFor(order: Order, orders: readonly Order[]) {
  const near = orders.flatMap(({ limit }) => [limit - 1n, limit, limit + 1n]);
  const lies = new Set([...near, order.limit - 1_000_003n, order.limit + 1_000_003n]);
  lies.delete(order.limit);
  return [...lies]
    .filter((lie) => lie <= PRICE_MAX && lie >= -PRICE_MAX)
    .slice(0, LIES_MAX)
    .map(price);
}
