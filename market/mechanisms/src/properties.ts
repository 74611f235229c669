/**
 * The laws that mechanisms promise, as checks on one call. A law answers with what is wrong, or with
 * nothing; tests, simulations and auditors run the same ones over the whole registry.
 */

import { energy, PRICE_MAX, price } from '@commonwatt/units';
import type { Call, CallMechanism, Clearing, Property, Settings } from './mechanism.ts';
import type { Order } from './order.ts';

/** What is wrong, or undefined when the law holds for this call. */
export type Law = (mechanism: CallMechanism, call: Call) => string | undefined;

export const LAWS: Readonly<Record<Property, Law>> = {
  budget_balance: (mechanism, call) => budgetBalance(mechanism.clear(call)),
  individual_rationality: (mechanism, call) => individualRationality(mechanism.clear(call), call),
  order_independence: orderIndependence,
  no_overfill: (mechanism, call) => noOverfill(mechanism.clear(call), call),
  conservation: (mechanism, call) => conservation(mechanism.clear(call), call),
  no_self_trade: (mechanism, call) => noSelfTrade(mechanism.clear(call)),
  one_price: (mechanism, call) => onePrice(mechanism.clear(call)),
  scale,
  shift,
};

function budgetBalance({ trades, payments }: Clearing): string | undefined {
  const due = new Map<string, bigint>();
  const post = (member: string, amount: bigint) =>
    due.set(member, (due.get(member) ?? 0n) + amount);
  for (const trade of trades) {
    if (trade.buyerPrice !== trade.sellerPrice) {
      return `${trade.bid} pays ${trade.buyerPrice}, ${trade.ask} is paid ${trade.sellerPrice}`;
    }
    post(trade.buyer, trade.energy * trade.buyerPrice);
    post(trade.seller, -trade.energy * trade.sellerPrice);
  }
  let sum = 0n;
  for (const [member, paid] of payments) {
    sum += paid;
    if (paid !== due.get(member)) return `${member} pays ${paid}, its trades ${due.get(member)}`;
  }
  if (due.size !== payments.size) return `${due.size} members trade, ${payments.size} pay`;
  return sum === 0n ? undefined : `the payments sum to ${sum}`;
}

function individualRationality({ trades }: Clearing, { orders }: Call): string | undefined {
  const limits = new Map(orders.map((order) => [order.id, order.limit]));
  for (const { bid, ask, buyerPrice, sellerPrice } of trades) {
    const bidLimit = limits.get(bid);
    const askLimit = limits.get(ask);
    if (bidLimit === undefined || buyerPrice > bidLimit) {
      return `${bid} pays ${buyerPrice}, its limit is ${bidLimit}`;
    }
    if (askLimit === undefined || sellerPrice < askLimit) {
      return `${ask} is paid ${sellerPrice}, its limit is ${askLimit}`;
    }
  }
  return undefined;
}

function orderIndependence(mechanism: CallMechanism, call: Call): string | undefined {
  const { orders } = call;
  const middle = orders.length >> 1;
  const arrivals = [
    [...orders].reverse(),
    [...orders.slice(middle), ...orders.slice(0, middle)],
    [...orders.filter((_, at) => at % 2 === 1), ...orders.filter((_, at) => at % 2 === 0)],
  ];
  const expected = printClearing(mechanism.clear(call));
  for (const arrival of arrivals) {
    const got = printClearing(mechanism.clear({ ...call, orders: arrival }));
    if (got !== expected) return `another arrival gives ${got}, expected ${expected}`;
  }
  return undefined;
}

function noOverfill({ fills }: Clearing, { orders }: Call): string | undefined {
  const asked = new Map(orders.map((order) => [order.id, order.energy]));
  for (const [id, filled] of fills) {
    const most = asked.get(id) ?? 0n;
    if (filled <= 0n || filled > most) return `${id} asked for ${most} Wh and got ${filled} Wh`;
  }
  return undefined;
}

function conservation(clearing: Clearing, { orders }: Call): string | undefined {
  const { trades, fills, unmatched, volume } = clearing;
  const traded = new Map<string, bigint>();
  const rest = new Map(unmatched.map(({ id, energy: left }) => [id, left]));
  const total = { buy: 0n, sell: 0n };
  for (const { bid, ask, energy: amount } of trades) {
    traded.set(bid, (traded.get(bid) ?? 0n) + amount);
    traded.set(ask, (traded.get(ask) ?? 0n) + amount);
  }
  for (const { id, side, energy: asked } of orders) {
    const filled = fills.get(id) ?? 0n;
    total[side] += filled;
    if ((traded.get(id) ?? 0n) !== filled) return `${id} got ${filled}, traded ${traded.get(id)}`;
    if (filled + (rest.get(id) ?? 0n) !== asked) return `${id} lost energy: ${asked} Wh asked`;
  }
  if (total.buy !== volume || total.sell !== volume) {
    return `bought ${total.buy} Wh, sold ${total.sell} Wh, volume ${volume} Wh`;
  }
  return undefined;
}

function noSelfTrade({ trades }: Clearing): string | undefined {
  const own = trades.find(({ buyer, seller }) => buyer === seller);
  return own && `${own.buyer} trades with itself: ${own.bid} and ${own.ask}`;
}

function onePrice({ trades, price: agreed }: Clearing): string | undefined {
  for (const { bid, ask, buyerPrice, sellerPrice } of trades) {
    if (buyerPrice !== agreed || sellerPrice !== agreed) {
      return `${bid} and ${ask} trade at ${buyerPrice} and ${sellerPrice}, the call at ${agreed}`;
    }
  }
  return undefined;
}

const SCALE = 3n;

function scale(mechanism: CallMechanism, call: Call): string | undefined {
  const orders = call.orders.map((order) => ({ ...order, energy: energy(order.energy * SCALE) }));
  const before = mechanism.clear(call);
  const after = mechanism.clear({ ...call, orders });
  if (after.price !== before.price) return `price ${before.price} becomes ${after.price}`;
  if (after.volume !== before.volume * SCALE) {
    return `volume ${before.volume} Wh becomes ${after.volume} Wh`;
  }
  for (const { id } of orders) {
    const off = (after.fills.get(id) ?? 0n) - (before.fills.get(id) ?? 0n) * SCALE;
    if (off < -SCALE || off > SCALE) return `the fill of ${id} is ${off} Wh off`;
  }
  return undefined;
}

const SHIFT = -1001n;

/** Prices near the end of their range cannot be shifted; then there is nothing to check. */
function shift(mechanism: CallMechanism, call: Call): string | undefined {
  const settings = shiftedSettings(mechanism, call.settings);
  if (settings === undefined || call.orders.some((order) => !canShift(order.limit))) {
    return undefined;
  }
  const move = (order: Order): Order => ({ ...order, limit: price(order.limit + SHIFT) });
  const before = mechanism.clear(call);
  const after = mechanism.clear({ ...call, settings, orders: call.orders.map(move) });
  const expected = before.price === null ? null : before.price + SHIFT;
  if (after.price !== expected) return `price ${before.price} becomes ${after.price}`;
  if (printEnergies(after) !== printEnergies(before)) return 'the fills or the pairs change';
  return undefined;
}

function shiftedSettings({ settings: declared }: CallMechanism, settings: Settings) {
  const shifted: Record<string, bigint> = { ...settings };
  for (const { name, unit } of declared) {
    const value = settings[name];
    if (unit !== 'nano/Wh' || value === undefined) continue;
    if (!canShift(value)) return undefined;
    shifted[name] = value + SHIFT;
  }
  return shifted;
}

function canShift(value: bigint): boolean {
  return value + SHIFT >= -PRICE_MAX;
}

function printEnergies({ trades, unmatched }: Clearing): string {
  const pairs = trades.map(({ bid, ask, energy: amount }) => `${bid}>${ask}:${amount}`);
  return [...pairs, ...unmatched.map(({ id, energy: left }) => `${id}:${left}`)].join();
}

/** A clearing as text that differs whenever anything in it does, the order of its lists included. */
export function printClearing(clearing: Clearing): string {
  return JSON.stringify(clearing, (_key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Map ? [...value] : value;
  });
}
