/**
 * The laws that mechanisms promise, as checks on one call. A law answers with what is wrong, or with
 * nothing; tests, simulations and auditors run the same ones over the whole registry.
 */

import { divideDown, type Energy, energy, lesser, PRICE_MAX, price } from '@commonwatt/units';
import { clearBook } from './book.ts';
import type { Value, Values } from './field.ts';
import type { AuctionMechanism, Call, Clearing, Property } from './mechanism.ts';
import { openBook } from './open-book.ts';
import type { Order } from './order.ts';
import { truthful } from './truthfulness.ts';

/** What is wrong, or undefined when the law holds for this call. */
export type Law = (mechanism: AuctionMechanism, call: Call) => string | undefined;

export const LAWS: Readonly<Record<Property, Law>> = {
  budget_balance: (mechanism, call) => budgetBalance(mechanism.clear(call)),
  strong_budget_balance: (mechanism, call) => {
    const sum = sumOfPayments(mechanism.clear(call));
    return sum === 0n ? undefined : `the payments sum to ${sum}`;
  },
  weak_budget_balance: (mechanism, call) => {
    const sum = sumOfPayments(mechanism.clear(call));
    return sum >= 0n ? undefined : `the market maker adds ${-sum}`;
  },
  individual_rationality: (mechanism, call) => individualRationality(mechanism.clear(call), call),
  truthful: (mechanism, call) => truthful(mechanism, call),
  efficient: (mechanism, call) => efficient(mechanism.clear(call), call),
  merit_order: (mechanism, call) => meritOrder(mechanism.clear(call), call),
  gap_shared: gapShared,
  order_independence: orderIndependence,
  no_overfill: (mechanism, call) => noOverfill(mechanism.clear(call), call),
  conservation: (mechanism, call) => conservation(mechanism.clear(call), call),
  no_self_trade: (mechanism, call) => noSelfTrade(mechanism.clear(call)),
  one_price: (mechanism, call) => onePrice(mechanism.clear(call)),
  scale,
  shift,
  accounts: (mechanism, call) => accounts(mechanism.clear(call), call),
};

function budgetBalance({ trades, payments }: Clearing): string | undefined {
  const due = new Map<string, bigint>();
  const post = (member: string, amount: bigint) =>
    due.set(member, (due.get(member) ?? 0n) + amount);
  for (const trade of trades) {
    const { buyerPrice, sellerPrice } = trade;
    if (buyerPrice === null || buyerPrice !== sellerPrice) {
      return `${trade.bid} pays ${buyerPrice}, ${trade.ask} is paid ${sellerPrice}`;
    }
    post(trade.buyer, trade.energy * buyerPrice);
    post(trade.seller, -trade.energy * sellerPrice);
  }
  let sum = 0n;
  for (const [member, paid] of payments) {
    sum += paid;
    if (paid !== due.get(member)) return `${member} pays ${paid}, its trades ${due.get(member)}`;
  }
  if (due.size !== payments.size) return `${due.size} members trade, ${payments.size} pay`;
  return sum === 0n ? undefined : `the payments sum to ${sum}`;
}

function sumOfPayments({ payments }: Clearing): bigint {
  let sum = 0n;
  for (const paid of payments.values()) sum += paid;
  return sum;
}

function individualRationality(clearing: Clearing, { orders }: Call): string | undefined {
  const { trades, fills, payments } = clearing;
  const worth = new Map<string, bigint>();
  for (const { id, member, side, limit } of orders) {
    const value = limit * (fills.get(id) ?? 0n);
    worth.set(member, (worth.get(member) ?? 0n) + (side === 'buy' ? value : -value));
  }
  for (const [member, paid] of payments) {
    if (paid > (worth.get(member) ?? 0n)) {
      return `${member} pays ${paid} for what is worth ${worth.get(member)} to it`;
    }
  }
  const limits = new Map(orders.map((order) => [order.id, order.limit]));
  for (const { bid, ask, buyerPrice, sellerPrice } of trades) {
    const bidLimit = limits.get(bid);
    const askLimit = limits.get(ask);
    if (bidLimit === undefined || (buyerPrice !== null && buyerPrice > bidLimit)) {
      return `${bid} pays ${buyerPrice}, its limit is ${bidLimit}`;
    }
    if (askLimit === undefined || (sellerPrice !== null && sellerPrice < askLimit)) {
      return `${ask} is paid ${sellerPrice}, its limit is ${askLimit}`;
    }
  }
  return undefined;
}

/** Against the uniform-price call without a collar, whose volume by merit is worth the most. */
function efficient({ welfare }: Clearing, call: Call): string | undefined {
  const { bids, asks } = openBook(call);
  const best = clearBook([...bids, ...asks], {}).welfare;
  return welfare === best ? undefined : `the trades are worth ${welfare}, at most ${best}`;
}

/** Own crossing orders are out first, so it is what they leave that stands by merit. */
function meritOrder({ fills }: Clearing, call: Call): string | undefined {
  const { bids, asks } = openBook(call);
  for (const side of [bids, asks]) {
    let short: (typeof side)[number] | undefined;
    for (const line of side) {
      const got = fills.get(line.order.id) ?? 0n;
      if (got > 0n && short !== undefined && short.limit !== line.limit) {
        return `${line.order.id} gets ${got} Wh, ${short.order.id} has the better limit`;
      }
      if (got < line.energy) short ??= line;
    }
  }
  return undefined;
}

/** Of any call a bid and an ask that meet, for as much energy, by themselves at one place and time; settings fall back. */
function gapShared(mechanism: AuctionMechanism, { orders, lots }: Call): string | undefined {
  const pair = meetingPair(orders);
  if (pair === undefined) return undefined;
  const tables = Object.fromEntries((mechanism.tables ?? []).map(({ name }) => [name, []]));
  const { trades } = mechanism.clear({ orders: pair, lots, tables, settings: {} });
  const middle = divideDown(pair[0].limit + pair[1].limit, 2n);
  const at = trades.map(({ buyerPrice, sellerPrice }) => [buyerPrice, sellerPrice]).join(' and ');
  return at === `${middle},${middle}`
    ? undefined
    : `a pair trades at ${at}, its middle is ${middle}`;
}

function meetingPair(orders: readonly Order[]): readonly [Order, Order] | undefined {
  const alone = ({ id, member, side, limit }: Order, amount: Energy): Order => ({
    id,
    member,
    side,
    limit,
    energy: amount,
    time: 0,
    zone: 'home',
  });
  for (const bid of orders) {
    const ask = orders.find(
      ({ side, limit, member }) => side === 'sell' && limit <= bid.limit && member !== bid.member,
    );
    if (bid.side !== 'buy' || ask === undefined) continue;
    const amount = energy(lesser(bid.energy, ask.energy));
    return [alone(bid, amount), alone(ask, amount)];
  }
  return undefined;
}

/** Trades with prices say what members pay; one without leaves its members' sums open. */
function accounts(clearing: Clearing, { orders }: Call): string | undefined {
  const { trades, payments, surplus, welfare, price: agreed, priceInterval } = clearing;
  const due = new Map<string, bigint>();
  const open = new Set<string>();
  const post = (member: string, amount: bigint, unit: bigint | null) => {
    if (unit === null) open.add(member);
    due.set(member, (due.get(member) ?? 0n) + amount * (unit ?? 0n));
  };
  const limits = new Map(orders.map((order) => [order.id, order.limit]));
  let worth = 0n;
  for (const { bid, ask, buyer, seller, energy: traded, buyerPrice, sellerPrice } of trades) {
    post(buyer, traded, buyerPrice);
    post(seller, -traded, sellerPrice);
    worth += traded * ((limits.get(bid) ?? 0n) - (limits.get(ask) ?? 0n));
  }
  for (const [member, sum] of due) {
    if (!open.has(member) && (payments.get(member) ?? 0n) !== sum) {
      return `${member} pays ${payments.get(member)}, its trades ${sum}`;
    }
  }
  if (sumOfPayments(clearing) !== surplus) return `surplus ${surplus} is not the payments' sum`;
  if (worth !== welfare) return `welfare ${welfare}, the trades are worth ${worth}`;
  if (priceInterval !== null && priceInterval.low > priceInterval.high) return 'an empty interval';
  if (agreed === null || priceInterval === null) return undefined;
  const isWithin = priceInterval.low <= agreed && agreed <= priceInterval.high;
  return isWithin
    ? undefined
    : `price ${agreed} outside ${priceInterval.low}..${priceInterval.high}`;
}

function orderIndependence(mechanism: AuctionMechanism, call: Call): string | undefined {
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

function scale(mechanism: AuctionMechanism, call: Call): string | undefined {
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
function shift(mechanism: AuctionMechanism, call: Call): string | undefined {
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

function shiftedSettings({ settings: declared }: AuctionMechanism, settings: Values) {
  const shifted: Record<string, Value> = { ...settings };
  for (const { name, form, isDifference } of declared) {
    const value = settings[name];
    if (form !== 'price' || isDifference === true || typeof value !== 'bigint') continue;
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
