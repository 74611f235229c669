/** Markets, open orders, negotiations and trades. Tables 30 to 37. */

import {
  type Codec,
  choice,
  energyWh,
  fieldPaths,
  grouping,
  groupingByKey,
  hash32,
  list,
  moneyNano,
  optional,
  priceNano,
  struct,
  table,
  tally,
  tallyPart,
  toHex,
  u8,
  u16,
  u32,
  u64,
  unrolled,
} from '@commonwatt/ledger';
import type { Energy, Money, Price } from '@commonwatt/units';
import { accounts } from '../wallet/state.ts';
import {
  type ActionId,
  actionIdCodec,
  type MarketRules,
  marketRulesCodec,
  type OrderId,
  orderIdCodec,
  type Side,
  type StandingOrder,
  sideCodec,
  standingOrderCodec,
} from './messages.ts';

export interface Market {
  readonly rules: MarketRules;
  readonly status: 'open' | 'halted';
  /** Start of the next slot whose gate will close: every earlier one is closed. */
  readonly nextGateSlotMs: number;
  /**
   * No open slot before this one has an order, sent or to be derived; nothing when none has. It may
   * name a slot whose orders were taken back, never miss one that has some.
   */
  readonly nextBusySlotMs: number | undefined;
}
export const markets = table<number, Market>(
  30,
  'markets',
  u16,
  struct<Market>({
    rules: marketRulesCodec,
    status: choice('open', 'halted'),
    nextGateSlotMs: u64,
    nextBusySlotMs: optional(u64),
  }),
);

export interface Order {
  readonly member: number;
  readonly market: number;
  readonly slotMs: number;
  readonly side: Side;
  /** Nothing for a REQUEST that only asks. */
  readonly limit: Price | undefined;
  /** What is still open of it. */
  readonly energy: Energy;
  /** What it holds back of its member's money. */
  readonly reserved: Money;
  readonly placedMs: number;
}
const limitCodec = optional(priceNano);
const orderPaths = fieldPaths([
  'member',
  'market',
  'slotMs',
  'side',
  'limit',
  'energy',
  'reserved',
  'placedMs',
]);
const orderCodec: Codec<Order> = unrolled(
  struct<Order>({
    member: u32,
    market: u16,
    slotMs: u64,
    side: sideCodec,
    limit: limitCodec,
    energy: energyWh,
    reserved: moneyNano,
    placedMs: u64,
  }),
  {
    write(writer, value) {
      const { limit } = value;
      writer.u32(value.member);
      writer.u16(value.market);
      writer.u64(value.slotMs);
      sideCodec.write(writer, value.side);
      writer.u8(limit === undefined ? 0 : 1);
      if (limit !== undefined) writer.bigI64(limit);
      energyWh.write(writer, value.energy);
      writer.bigI128(value.reserved);
      writer.u64(value.placedMs);
    },
    read(reader, field) {
      const paths = orderPaths(field);
      return {
        member: u32.read(reader, paths[0] as string),
        market: u16.read(reader, paths[1] as string),
        slotMs: u64.read(reader, paths[2] as string),
        side: sideCodec.read(reader, paths[3] as string),
        limit: limitCodec.read(reader, paths[4] as string),
        energy: energyWh.read(reader, paths[5] as string),
        reserved: moneyNano.read(reader, paths[6] as string),
        placedMs: u64.read(reader, paths[7] as string),
      };
    },
  },
);
export const orders = table<OrderId, Order>(31, 'orders', orderIdCodec, orderCodec, {
  provable: true,
  compact: true,
});
/** The book of one slot of one market. */
export const ordersOfSlot = grouping(orders, (_id, order) => slotGroup(order.market, order.slotMs));
export const ordersOfMember = grouping(orders, (_id, order) => `${order.member}`);

export function slotGroup(market: number, slotMs: number): string {
  if (market !== namedMarket || slotNames.size > SLOT_NAMES_MAX) {
    namedMarket = market;
    slotNames.clear();
  }
  const known = slotNames.get(slotMs);
  if (known !== undefined) return known;
  const name = `${market}/${slotMs}`;
  slotNames.set(slotMs, name);
  return name;
}

/** Names of one market's slots, kept because every order asks for one. */
const SLOT_NAMES_MAX = 4096;
const slotNames = new Map<number, string>();
let namedMarket = -1;

export const standingOrders = table<
  ActionId,
  { readonly member: number; readonly order: StandingOrder }
>(
  32,
  'standing orders',
  actionIdCodec,
  struct<{ readonly member: number; readonly order: StandingOrder }>({
    member: u32,
    order: standingOrderCodec,
  }),
);
export const standingOfMarket = grouping(standingOrders, (_id, one) => `${one.order.market}`);
export const standingOfMember = grouping(standingOrders, (_id, one) => `${one.member}`);

export interface SlotKey {
  readonly market: number;
  readonly slotMs: number;
}
const slotKeyPaths = fieldPaths(['market', 'slotMs']);
export const slotKeyCodec: Codec<SlotKey> = unrolled(
  struct<SlotKey>({ market: u16, slotMs: u64 }),
  {
    write(writer, value) {
      u16.write(writer, value.market);
      u64.write(writer, value.slotMs);
    },
    read(reader, field) {
      const paths = slotKeyPaths(field);
      return {
        market: u16.read(reader, paths[0] as string),
        slotMs: u64.read(reader, paths[1] as string),
      };
    },
  },
);
/** Slots whose gate has closed and which the next block clears: their seed is its parent's hash. */
export const closedSlots = table<SlotKey, { readonly closedHeight: number }>(
  33,
  'closed slots',
  slotKeyCodec,
  struct<{ readonly closedHeight: number }>({ closedHeight: u64 }),
);

export interface Trade {
  readonly market: number;
  readonly slotMs: number;
  readonly slotLengthMs: number;
  readonly seller: number;
  readonly buyer: number;
  readonly energy: Energy;
  /** What the buyer pays per Wh, and the seller gets where it has no price of its own. */
  readonly price: Price;
  /** What the seller gets, where a call gave two prices; never above the buyer's. */
  readonly sellerPrice?: Price | undefined;
  /** SETM's eRT and AT: when the energy was asked for and when it was agreed. */
  readonly requestedMs: number;
  readonly agreedMs: number;
}
const tradePaths = fieldPaths([
  'market',
  'slotMs',
  'slotLengthMs',
  'seller',
  'buyer',
  'energy',
  'price',
  'sellerPrice',
  'requestedMs',
  'agreedMs',
]);
export const tradeCodec: Codec<Trade> = unrolled(
  struct<Trade>({
    market: u16,
    slotMs: u64,
    slotLengthMs: u32,
    seller: u32,
    buyer: u32,
    energy: energyWh,
    price: priceNano,
    sellerPrice: limitCodec,
    requestedMs: u64,
    agreedMs: u64,
  }),
  {
    write(writer, value) {
      const { sellerPrice } = value;
      writer.u16(value.market);
      writer.u64(value.slotMs);
      writer.u32(value.slotLengthMs);
      writer.u32(value.seller);
      writer.u32(value.buyer);
      energyWh.write(writer, value.energy);
      writer.bigI64(value.price);
      writer.u8(sellerPrice === undefined ? 0 : 1);
      if (sellerPrice !== undefined) writer.bigI64(sellerPrice);
      writer.u64(value.requestedMs);
      writer.u64(value.agreedMs);
    },
    read(reader, field) {
      const paths = tradePaths(field);
      return {
        market: reader.u16(paths[0] as string),
        slotMs: reader.u64(paths[1] as string),
        slotLengthMs: reader.u32(paths[2] as string),
        seller: reader.u32(paths[3] as string),
        buyer: reader.u32(paths[4] as string),
        energy: energyWh.read(reader, paths[5] as string),
        price: priceNano.read(reader, paths[6] as string),
        sellerPrice: limitCodec.read(reader, paths[7] as string),
        requestedMs: reader.u64(paths[8] as string),
        agreedMs: reader.u64(paths[9] as string),
      };
    },
  },
);
/** Trades that are not settled yet, by the hash of the two orders' names. */
export const trades = table<Uint8Array, Trade>(34, 'trades', hash32, tradeCodec, {
  provable: true,
  compact: true,
});
export const tradesOfSlot = grouping(trades, (_id, trade) => `${trade.slotMs}`);

export interface ExposureKey {
  readonly member: number;
  readonly slotMs: number;
  readonly side: Side;
}
export interface Exposure {
  /** Energy in open orders and in trades, over all markets: at most the connection. */
  readonly energy: Energy;
  /** Open orders, over all markets. */
  readonly orders: number;
}

/** Buyers and sellers stand apart in a tally: twice the number of a member or market, and the side. */
export function sideNumber(number: number, side: Side): number {
  return side === 'buy' ? 2 * number : 2 * number + 1;
}

/** What a member has at stake in a slot on one side: open orders, and energy of orders and trades. */
export const exposures = tally(
  'exposures',
  tallyPart(orders, (add, _id, { member, slotMs, side, energy }) =>
    add(sideNumber(member, side), slotMs, 1, energy),
  ),
  tallyPart(trades, (add, _id, { buyer, seller, slotMs, energy }) => {
    add(sideNumber(buyer, 'buy'), slotMs, 0, energy);
    add(sideNumber(seller, 'sell'), slotMs, 0, energy);
  }),
);

/** M-2: money that orders hold back, less what is reserved of their members: always nothing. */
export const heldBack = tally(
  'money held back',
  tallyPart(orders, (add, _id, { member, reserved }) => add(member, 0, 0, reserved)),
  tallyPart(accounts, (add, { owner, kind }, { balance }) => {
    if (kind === 'reserved') add(owner, 0, 0, -balance);
  }),
);

export interface Negotiation {
  readonly market: number;
  readonly slotMs: number;
  /** The order the negotiation is about. */
  readonly order: OrderId;
  readonly seller: number;
  readonly buyer: number;
  /** Who spoke last. */
  readonly offeredBy: Side;
  readonly energy: Energy;
  readonly price: Price;
  readonly round: number;
  readonly begunMs: number;
}
export const negotiations = table<ActionId, Negotiation>(
  36,
  'negotiations',
  actionIdCodec,
  struct<Negotiation>({
    market: u16,
    slotMs: u64,
    order: orderIdCodec,
    seller: u32,
    buyer: u32,
    offeredBy: sideCodec,
    energy: energyWh,
    price: priceNano,
    round: u8,
    begunMs: u64,
  }),
);
export const negotiationsOfSlot = grouping(negotiations, (_id, one) =>
  slotGroup(one.market, one.slotMs),
);

/** The negotiations about one order. */
export const negotiationsOfOrder = grouping(negotiations, (_id, { order }) => orderGroup(order));

export function orderGroup({ transaction, index, derivedForMs }: OrderId): string {
  return `${toHex(transaction)}/${index}/${derivedForMs}`;
}

export interface GrowingKey {
  readonly market: number;
  readonly slotMs: number;
  readonly producer: number;
}
/** SETM's Tran(g, c1, ...): one producer's slot and the consumers that joined it, in order. */
export const growingTransactions = table<GrowingKey, { readonly consumers: readonly number[] }>(
  37,
  'growing transactions',
  struct<GrowingKey>({ market: u16, slotMs: u64, producer: u32 }),
  struct<{ readonly consumers: readonly number[] }>({ consumers: list(u32, 1000) }),
);
export const growingOfSlot = groupingByKey(growingTransactions, (key) => `${key.slotMs}`);

/**
 * SETM's Manager (Algorithm 2, line 12): the energy amounts of a slot's open orders, kept current
 * with every one that comes and goes.
 */
export interface Book {
  readonly orders: number;
  readonly offered: Energy;
  readonly requested: Energy;
}
/** Orders and energy of a slot's book on one side. */
export const books = tally(
  'books',
  tallyPart(orders, (add, _id, { market, slotMs, side, energy }) =>
    add(sideNumber(market, side), slotMs, 1, energy),
  ),
);
