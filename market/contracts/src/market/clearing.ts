/**
 * A closed slot of a call auction becomes trades. The outcome depends on the book and the seed
 * alone, and the `cleared` event carries the book without its owners, from which anyone computes
 * the price again.
 */

import { type BlockContext, fromHex, toHex } from '@commonwatt/ledger';
import {
  type AuctionMechanism,
  type Call,
  type Clearing,
  lotsBySeed,
  type Order as MechanismOrder,
  type Trade as MechanismTrade,
} from '@commonwatt/mechanisms';
import { energy, money } from '@commonwatt/units';
import { type BookLine, type Cleared, cleared } from '../events.ts';
import { reservedToEscrow } from '../wallet/accounts.ts';
import { requireMarket } from './admission.ts';
import { closeOrder, emitOrderEnded, endOrder } from './book.ts';
import { type PublicBook, publicBook } from './book-lines.ts';
import { callMechanism, clearCall, isByTime, isByZone, settingsOf, tablesOf } from './mechanism.ts';
import type { OrderId } from './messages.ts';
import { orderIdText, tradeId } from './order-id.ts';
import { duesOf, recordTrade } from './payment.ts';
import { isRevoked } from './standing.ts';
import { type Order, ordersOfSlot, type SlotKey, slotGroup, type Trade } from './state.ts';
import { type FeederOf, zoneOf } from './zones.ts';

interface Standing {
  readonly id: OrderId;
  readonly text: string;
  readonly lot: string;
  readonly order: Order;
}

/** Clears a slot that the block before closed: that block's hash is the seed of the lots. */
export function clearSlot(context: BlockContext, slot: SlotKey, feederOf: FeederOf): void {
  const { rules } = requireMarket(context.state, slot.market);
  const version = context.version(rules.mechanism);
  const mechanism = callMechanism(rules.mechanism, version);
  const book = standingBook(context, slot);
  const call = {
    ...callOf(mechanism, book, (member) => zoneOf(feederOf(context.state, member), rules)),
    settings: settingsOf(mechanism, rules),
    tables: tablesOf(mechanism, rules),
  };
  const outcome = clearCall(mechanism, call);
  const clearing = outcome ?? NOTHING;
  const shown = publicBook(mechanism, call, outcome);
  emitCleared(context, slot, version, book, shown, clearing);
  const spent = recordTrades(context, slot, book, clearing);
  closeBook(context, book, shown, clearing, spent);
}

/** A call that the rule refuses, for there are too many orders in it, ends without a trade. */
const NOTHING: Clearing = {
  price: null,
  priceInterval: null,
  volume: energy(0n),
  trades: [],
  fills: new Map(),
  unmatched: [],
  payments: new Map(),
  welfare: money(0n),
  surplus: money(0n),
};

function callOf(
  mechanism: AuctionMechanism,
  book: readonly Standing[],
  zoneOfMember: (member: number) => string,
): Pick<Call, 'orders' | 'lots'> {
  const lots = new Map(book.map(({ text, lot }) => [text, lot]));
  const [isTimed, isZoned] = [isByTime(mechanism), isByZone(mechanism)];
  const orders = book.map((one): MechanismOrder => {
    const order = mechanismOrder(one);
    if (!isTimed && !isZoned) return order;
    const time = isTimed ? timeOf(one.order) : undefined;
    return { ...order, time, zone: isZoned ? zoneOfMember(one.order.member) : undefined };
  });
  return { orders, lots: (text) => lots.get(text) ?? '' };
}

/** Time priority is by the block's time, counted from the start of the slot; equals go by lot. */
export function timeOf({ placedMs, slotMs }: Pick<Order, 'placedMs' | 'slotMs'>): number {
  return placedMs - slotMs;
}

/** The orders of members in good standing, by name, with their lots. Others end here. */
function standingBook(context: BlockContext, { market, slotMs }: SlotKey): readonly Standing[] {
  const { state, crypto, parent, height } = context;
  const lotOf = lotsBySeed((bytes) => crypto.sha256(bytes), toHex(parent));
  const book: Standing[] = [];
  for (const [id, order] of state.group(ordersOfSlot, slotGroup(market, slotMs))) {
    if (isRevoked(state, order.member, height)) {
      endOrder(context, id, 'member revoked');
      continue;
    }
    const text = orderIdText(id);
    book.push({ id, text, lot: lotOf(text), order });
  }
  return book;
}

function mechanismOrder({ text, order }: Standing) {
  const { member, side, limit, energy: open } = order;
  if (limit === undefined) throw new Error(`order ${text}: expected a limit in a call auction`);
  return { id: text, member: `${member}`, side, limit, energy: open };
}

function emitCleared(
  context: BlockContext,
  slot: SlotKey,
  version: number,
  book: readonly Standing[],
  shown: PublicBook,
  clearing: Clearing,
): void {
  const { rules } = requireMarket(context.state, slot.market);
  const textOf = new Map(book.map(({ text, lot }) => [lot, text]));
  const lines: BookLine[] = shown.lines.map(({ lot, energy: open, time, ...line }) => ({
    lot: fromHex(lot),
    side: line.side,
    limit: line.limit,
    energy: open,
    filled: clearing.fills.get(textOf.get(lot) ?? '') ?? energy(0n),
    party: line.party,
    placedMs: time === undefined ? undefined : slot.slotMs + time,
    zone: line.zone,
  }));
  context.emit<Cleared>(cleared, {
    ...slot,
    mechanism: rules.mechanism,
    mechanismVersion: version,
    kThousandths: rules.kThousandths,
    settings: rules.settings,
    network: rules.network,
    seed: context.parent,
    price: clearing.price ?? undefined,
    low: clearing.priceInterval?.low,
    high: clearing.priceInterval?.high,
    volume: clearing.volume,
    lines,
  });
}

/** Writes the trades and moves their money to escrow; answers what was spent of each order. */
function recordTrades(
  context: BlockContext,
  slot: SlotKey,
  book: readonly Standing[],
  clearing: Clearing,
): ReadonlyMap<string, bigint> {
  const { state, timeMs, crypto } = context;
  const { slotLengthMs } = requireMarket(state, slot.market).rules;
  const byText = new Map(book.map((one) => [one.text, one]));
  const spent = new Map<string, bigint>();
  const met = new Map<string, number>();
  for (const one of clearing.trades) {
    const { energy: traded } = one;
    const buy = requireStanding(byText, one.bid);
    const sell = requireStanding(byText, one.ask);
    const prices = agreedPrices(one, buy.order, sell.order);
    const trade: Trade = {
      ...slot,
      slotLengthMs,
      seller: sell.order.member,
      buyer: buy.order.member,
      energy: traded,
      ...prices,
      requestedMs: buy.order.placedMs,
      agreedMs: timeMs,
    };
    const dues = duesOf(trade);
    for (const [{ text, order }, due] of [
      [buy, dues.buyer] as const,
      [sell, dues.seller] as const,
    ]) {
      if (due <= 0n) continue;
      reservedToEscrow(state, order.member, due);
      spent.set(text, (spent.get(text) ?? 0n) + due);
    }
    const pair = `${one.bid} ${one.ask}`;
    const again = met.get(pair) ?? 0;
    met.set(pair, again + 1);
    recordTrade(context, tradeId(crypto, { buy: buy.id, sell: sell.id }, again), trade);
  }
  return spent;
}

/**
 * M-5: prices within the limits of both, and so within the collar and what is held back, and no less from the
 * buyer than for the seller. A rule that gives anything else is not what it declares: the node stops before money
 * moves.
 */
function agreedPrices(
  { buyerPrice, sellerPrice, bid, ask }: MechanismTrade,
  buy: Order,
  sell: Order,
): Pick<Trade, 'price' | 'sellerPrice'> {
  const fault = (what: string) =>
    new Error(`clearing of ${bid} and ${ask}: expected ${what}, got ${buyerPrice}, ${sellerPrice}`);
  if (buyerPrice === null || sellerPrice === null) throw fault('a price for each side');
  const [most, least] = [buy.limit, sell.limit];
  if (most === undefined || least === undefined) throw fault('limits');
  if (buyerPrice > most || sellerPrice < least) throw fault(`prices from ${least} to ${most}`);
  if (buyerPrice < sellerPrice) throw fault('no less from the buyer');
  if (buy.member === sell.member) throw fault('two members');
  return buyerPrice === sellerPrice ? { price: buyerPrice } : { price: buyerPrice, sellerPrice };
}

function requireStanding(byText: ReadonlyMap<string, Standing>, text: string): Standing {
  const standing = byText.get(text);
  if (standing === undefined) throw new Error(`trade: expected an order of the book, got ${text}`);
  return standing;
}

/** Every order of the book goes; what was not traded of it is told to its member. */
function closeBook(
  context: BlockContext,
  book: readonly Standing[],
  { selfTrades }: PublicBook,
  { fills }: Clearing,
  spent: ReadonlyMap<string, bigint>,
): void {
  const crossing = new Map<string, bigint>();
  for (const { bid, ask, energy: own } of selfTrades) {
    for (const text of [bid, ask]) crossing.set(text, (crossing.get(text) ?? 0n) + own);
  }
  for (const { id, text, order } of book) {
    const filled = fills.get(text) ?? 0n;
    closeOrder(context.state, id, spent.get(text) ?? 0n);
    const own = crossing.get(text) ?? 0n;
    const left = order.energy - filled - own;
    if (left < 0n) throw new Error(`clearing: expected ${text} within its energy, got ${filled}`);
    if (own > 0n) emitOrderEnded(context, order, energy(own), 'own crossing');
    if (left > 0n) emitOrderEnded(context, order, energy(left), 'unmatched');
  }
}
