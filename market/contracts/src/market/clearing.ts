/**
 * A closed slot of a call auction becomes trades. The outcome depends on the book and the seed
 * alone, and the `cleared` event carries the book without its owners, from which anyone computes
 * the price again.
 */

import { type BlockContext, fromHex, toHex } from '@commonwatt/ledger';
import { lotsBySeed, type UniformPriceClearing } from '@commonwatt/mechanisms';
import { cost, energy } from '@commonwatt/units';
import { type BookLine, type Cleared, cleared } from '../events.ts';
import { reservedToEscrow } from '../wallet/accounts.ts';
import { requireMarket } from './admission.ts';
import { closeOrder, emitOrderEnded, endOrder } from './book.ts';
import { callMechanism } from './mechanism.ts';
import type { OrderId } from './messages.ts';
import { orderIdText, tradeId } from './order-id.ts';
import { paymentOf, recordTrade } from './payment.ts';
import { isRevoked } from './standing.ts';
import { type Order, ordersOfSlot, type SlotKey, slotGroup, type Trade } from './state.ts';

interface Standing {
  readonly id: OrderId;
  readonly text: string;
  readonly lot: string;
  readonly order: Order;
}

/** Clears a slot that the block before closed: that block's hash is the seed of the lots. */
export function clearSlot(context: BlockContext, slot: SlotKey): void {
  const { rules } = requireMarket(context.state, slot.market);
  const version = context.version(rules.mechanism);
  const book = standingBook(context, slot);
  const lots = new Map(book.map(({ text, lot }) => [text, lot]));
  const clearing = callMechanism(
    rules.mechanism,
    version,
  )({
    orders: book.map(mechanismOrder),
    lots: (text) => lots.get(text) ?? '',
    kThousandths: rules.kThousandths,
  });
  emitCleared(context, slot, version, book, clearing);
  const spent = recordTrades(context, slot, book, clearing);
  closeBook(context, book, clearing, spent);
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
  clearing: UniformPriceClearing,
): void {
  const { rules } = requireMarket(context.state, slot.market);
  const textOf = new Map(book.map(({ text, lot }) => [lot, text]));
  const lines: BookLine[] = clearing.lines.map(({ lot, side, limit, energy: open }) => ({
    lot: fromHex(lot),
    side,
    limit,
    energy: open,
    filled: clearing.fills.get(textOf.get(lot) ?? '') ?? energy(0n),
  }));
  context.emit<Cleared>(cleared, {
    ...slot,
    mechanism: rules.mechanism,
    mechanismVersion: version,
    kThousandths: rules.kThousandths,
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
  clearing: UniformPriceClearing,
): ReadonlyMap<string, bigint> {
  const { state, timeMs, crypto } = context;
  const { slotLengthMs } = requireMarket(state, slot.market).rules;
  const byText = new Map(book.map((one) => [one.text, one]));
  const spent = new Map<string, bigint>();
  for (const { bid, ask, energy: traded, buyerPrice } of clearing.trades) {
    const buy = requireStanding(byText, bid);
    const sell = requireStanding(byText, ask);
    const trade: Trade = {
      ...slot,
      slotLengthMs,
      seller: sell.order.member,
      buyer: buy.order.member,
      energy: traded,
      price: buyerPrice,
      requestedMs: buy.order.placedMs,
      agreedMs: timeMs,
    };
    const payer = cost(traded, buyerPrice) >= 0n ? buy : sell;
    const { amount } = paymentOf(trade);
    reservedToEscrow(state, payer.order.member, amount);
    spent.set(payer.text, (spent.get(payer.text) ?? 0n) + amount);
    recordTrade(context, tradeId(crypto, { buy: buy.id, sell: sell.id }), trade);
  }
  return spent;
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
  { fills, selfTrades }: UniformPriceClearing,
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
    if (own > 0n) emitOrderEnded(context, order, energy(own), 'own crossing');
    if (left > 0n) emitOrderEnded(context, order, energy(left), 'unmatched');
  }
}
