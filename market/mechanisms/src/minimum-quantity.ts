/**
 * Minimum quantities, for any auction: an order that would get something, but less than it can use,
 * gets nothing. While there is one, the order that got the smallest part of its minimum stands
 * aside, equal parts by highest lot, and the others are cleared again without it.
 */

import type { Call, CallRefusal, Clearing, Unmatched } from './mechanism.ts';
import type { Order } from './order.ts';

/** Each may ask for one more clearing. */
const MINIMUMS_MAX = 1000;

export function refuseMinimums({ orders }: Call): CallRefusal | undefined {
  let minimums = 0;
  for (const { id, least, energy } of orders) {
    if (least === undefined) continue;
    minimums += 1;
    if (least > energy) {
      const refusal = { code: 'minimum_above_energy', id, leastWh: least, energyWh: energy };
      return refusal;
    }
  }
  if (minimums <= MINIMUMS_MAX) return undefined;
  const refusal = { code: 'too_many_minimums', minimums, minimumsMax: MINIMUMS_MAX };
  return refusal;
}

export function clearWithMinimums(call: Call, clear: (call: Call) => Clearing): Clearing {
  const aside: Order[] = [];
  let { orders } = call;
  for (;;) {
    const clearing = clear({ ...call, orders });
    const short = mostShort({ ...call, orders }, clearing);
    if (short === undefined) {
      return aside.length === 0
        ? clearing
        : { ...clearing, unmatched: [...clearing.unmatched, ...unmatchedOf(aside, call)] };
    }
    aside.push(short);
    orders = orders.filter((order) => order !== short);
  }
}

function mostShort({ orders, lots }: Call, { fills }: Clearing): Order | undefined {
  let short: Order | undefined;
  for (const order of orders) {
    const got = fills.get(order.id) ?? 0n;
    if (order.least === undefined || got === 0n || got >= order.least) continue;
    if (short === undefined || isShorter(order, short)) short = order;
  }
  return short;

  function isShorter(a: Order, b: Order): boolean {
    const left = (fills.get(a.id) ?? 0n) * (b.least ?? 1n);
    const right = (fills.get(b.id) ?? 0n) * (a.least ?? 1n);
    return left === right ? lots(a.id) > lots(b.id) : left < right;
  }
}

/** By lot, so that the list tells nothing of arrival. */
function unmatchedOf(orders: readonly Order[], { lots }: Call): Unmatched[] {
  return [...orders]
    .sort((a, b) => (lots(a.id) < lots(b.id) ? -1 : 1))
    .map(({ id, energy }) => ({ id, energy }));
}
