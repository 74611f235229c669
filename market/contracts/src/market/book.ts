/**
 * Open orders come and go here and nowhere else, so that the money they hold back always agrees with
 * them. What they come to together, in a book or for a member, is a tally of theirs.
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
  sideNumber,
} from './state.ts';

/** What a member has at stake in a slot on one side. */
export function exposureOf(state: State, key: ExposureKey): Exposure {
  return { energy: energy(exposedEnergy(state, key)), orders: exposedOrders(state, key) };
}

export function exposedEnergy(state: State, { member, slotMs, side }: ExposureKey): bigint {
  return state.tallied(exposures).amount(sideNumber(member, side), slotMs);
}

export function exposedOrders(state: State, { member, slotMs, side }: ExposureKey): number {
  return state.tallied(exposures).count(sideNumber(member, side), slotMs);
}

/** The open orders of a slot. */
export function bookOrders(state: State, { market, slotMs }: SlotKey): number {
  const sums = state.tallied(books);
  return (
    sums.count(sideNumber(market, 'buy'), slotMs) + sums.count(sideNumber(market, 'sell'), slotMs)
  );
}

export function bookAmounts(state: State, market: number, slotMs: number): Book {
  const sums = state.tallied(books);
  return {
    orders: bookOrders(state, { market, slotMs }),
    offered: energy(sums.amount(sideNumber(market, 'sell'), slotMs)),
    requested: energy(sums.amount(sideNumber(market, 'buy'), slotMs)),
  };
}

/** Puts an order on the book and holds back its money, which the caller has seen to be there. */
export function openOrder(state: State, id: OrderId, order: Order): void {
  reserve(state, order.member, order.reserved);
  state.set(orders, id, order);
  noteBusySlot(state, order.market, order.slotMs);
}

/** Takes an order off the book, and gives back what its trades did not spend of its money. */
export function closeOrder(state: State, id: OrderId, spent: bigint): void {
  const order = requireOrder(state, id);
  release(state, order.member, money(order.reserved - spent));
  state.delete(orders, id);
}

/** Ends an order of which nothing more is traded. */
export function endOrder(context: BlockContext, id: OrderId, reason: OrderEnded['reason']): void {
  const order = requireOrder(context.state, id);
  closeOrder(context.state, id, 0n);
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
 * Takes agreed energy out of an order of a negotiated market, which holds back no money. Its trade
 * exposes the energy from now on. Returns whether the order is used up and gone.
 */
export function agreeFromOrder(state: State, id: OrderId, agreed: Energy): boolean {
  const order = requireOrder(state, id);
  const left = order.energy - agreed;
  if (left === 0n) {
    closeOrder(state, id, 0n);
    return true;
  }
  state.set(orders, id, { ...order, energy: energy(left) });
  return false;
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
