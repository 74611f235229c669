/**
 * Open orders come and go here and nowhere else, so that the money they hold back, the exposure of
 * their members and the amounts of their book always agree with them.
 */

import type { BlockContext, State } from '@commonwatt/ledger';
import { type Energy, energy, money } from '@commonwatt/units';
import { type OrderEnded, orderEnded } from '../events.ts';
import { release, reserve } from '../wallet/accounts.ts';
import type { OrderId } from './messages.ts';
import {
  type Book,
  books,
  type Exposure,
  type ExposureKey,
  exposures,
  markets,
  type Order,
  orders,
  type SlotKey,
} from './state.ts';

const NONE = energy(0n);
const NO_EXPOSURE: Exposure = { energy: NONE, orders: 0 };
const EMPTY_BOOK: Book = { orders: 0, offered: NONE, requested: NONE };

export function exposureOf(state: State, key: ExposureKey): Exposure {
  return state.get(exposures, key) ?? NO_EXPOSURE;
}

export function bookAmounts(state: State, market: number, slotMs: number): Book {
  return bookAt(state, { market, slotMs });
}

/** The same by a key, which may be an order of the book. */
export function bookAt(state: State, slot: SlotKey): Book {
  return state.get(books, slot) ?? EMPTY_BOOK;
}

/** Puts an order on the book and holds back its money, which the caller has seen to be there. */
export function openOrder(state: State, id: OrderId, order: Order): void {
  reserve(state, order.member, order.reserved);
  state.set(orders, id, order);
  changeExposure(state, order, { energy: order.energy, orders: 1 });
  changeBook(state, order, { energy: order.energy, orders: 1 });
  noteBusySlot(state, order.market, order.slotMs);
}

/** Takes an order off the book; what was traded of it stays exposed until the slot is over. */
export function closeOrder(
  state: State,
  id: OrderId,
  { traded, spent }: { readonly traded: bigint; readonly spent: bigint },
): void {
  const order = requireOrder(state, id);
  release(state, order.member, money(order.reserved - spent));
  state.delete(orders, id);
  changeExposure(state, order, { energy: traded - order.energy, orders: -1 });
  changeBook(state, order, { energy: -order.energy, orders: -1 });
}

/** Ends an order of which nothing more is traded. */
export function endOrder(context: BlockContext, id: OrderId, reason: OrderEnded['reason']): void {
  const order = requireOrder(context.state, id);
  closeOrder(context.state, id, { traded: 0n, spent: 0n });
  emitOrderEnded(context, order, order.energy, reason);
}

export function emitOrderEnded(
  context: BlockContext,
  { member, market, slotMs, side }: Pick<Order, 'member' | 'market' | 'slotMs' | 'side'>,
  ended: Energy,
  reason: OrderEnded['reason'],
): void {
  context.emit<OrderEnded>(orderEnded, { member, market, slotMs, side, energy: ended, reason });
}

/**
 * Takes agreed energy out of an order of a negotiated market, which holds back no money. The energy
 * stays exposed, now by the trade. Returns whether the order is used up and gone.
 */
export function agreeFromOrder(state: State, id: OrderId, agreed: Energy): boolean {
  const order = requireOrder(state, id);
  const left = order.energy - agreed;
  if (left === 0n) {
    closeOrder(state, id, { traded: agreed, spent: 0n });
    return true;
  }
  state.set(orders, id, { ...order, energy: energy(left) });
  changeBook(state, order, { energy: -agreed, orders: 0 });
  return false;
}

/** Exposes a member by a trade that no order of its own stood for. */
export function exposeTrade(state: State, key: ExposureKey, traded: bigint): void {
  changeExposure(state, key, { energy: traded, orders: 0 });
}

/** Remembers that something is to be done when the gate of a slot closes. */
export function noteBusySlot(state: State, market: number, slotMs: number): void {
  const known = state.get(markets, market);
  if (known === undefined) throw new Error(`market ${market}: expected a market of the ledger`);
  const { nextBusySlotMs } = known;
  if (nextBusySlotMs !== undefined && nextBusySlotMs <= slotMs) return;
  state.set(markets, market, { ...known, nextBusySlotMs: slotMs });
}

function requireOrder(state: State, id: OrderId): Order {
  const order = state.get(orders, id);
  if (order === undefined) throw new Error('order: expected an open order, got one that is gone');
  return order;
}

interface Change {
  readonly energy: bigint;
  readonly orders: number;
}

function changeExposure(state: State, key: ExposureKey, change: Change): void {
  const before = exposureOf(state, key);
  const after: Exposure = {
    energy: energy(before.energy + change.energy),
    orders: before.orders + change.orders,
  };
  if (after.energy === 0n && after.orders === 0) state.delete(exposures, key);
  else state.set(exposures, key, after);
}

function changeBook(state: State, order: Order, change: Change): void {
  const { side } = order;
  const before = bookAt(state, order);
  const count = before.orders + change.orders;
  if (count === 0) {
    state.delete(books, order);
    return;
  }
  const offered = side === 'sell' ? energy(before.offered + change.energy) : before.offered;
  const requested = side === 'buy' ? energy(before.requested + change.energy) : before.requested;
  state.set(books, order, { orders: count, offered, requested });
}
