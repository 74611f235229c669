/** What a node or a client asks of the markets. Nothing here changes anything. */

import type { State } from '@commonwatt/ledger';
import type { Energy, Price } from '@commonwatt/units';
import { bookAmounts } from './book.ts';
import type { OrderId, Side } from './messages.ts';
import { type Moment, planDerivation } from './standing.ts';
import { markets, type Order, orders, ordersOfMember, ordersOfSlot, slotGroup } from './state.ts';

export interface NamedOrder {
  readonly id: OrderId;
  readonly order: Order;
}

/** A member's open orders, by name. */
export function openOrdersOf(state: State, member: number): readonly NamedOrder[] {
  return state.group(ordersOfMember, `${member}`).map(([id, order]) => ({ id, order }));
}

export interface BookEntry extends NamedOrder {
  /** Whether a standing order would only become it if the gate closed now. */
  readonly derived: boolean;
}

/** The open orders of a slot, and those that its standing orders would become at `moment`. */
export function bookOf(
  state: State,
  slot: { readonly market: number; readonly slotMs: number },
  moment: Moment,
): readonly BookEntry[] {
  const { market, slotMs } = slot;
  const known = state.get(markets, market);
  if (known === undefined) return [];
  const sent = state
    .group(ordersOfSlot, slotGroup(market, slotMs))
    .map(([id, order]) => ({ id, order, derived: id.derivedForMs !== 0 }));
  if (known.status === 'halted' || slotMs < known.nextGateSlotMs) return sent;
  const derived = planDerivation(state, { market, slotMs }, moment)
    .filter(({ verdict }) => verdict === 'covered')
    .map(({ id, order }) => ({ id, order, derived: true }));
  return [...sent, ...derived];
}

/** SETM's Energy.amount: what is offered in a slot at present. */
export function availableEnergy(state: State, market: number, slotMs: number): Energy {
  return bookAmounts(state, market, slotMs).offered;
}

/** What SETM's REPLY tells a consumer: an amount and its cost. */
export interface Quote {
  readonly order: OrderId;
  readonly member: number;
  readonly energy: Energy;
  readonly price: Price;
}

/** The most quotes in one answer. */
export const QUOTES_MAX = 1000;

/** The open shares of a slot, cheapest first, equals by name. */
export function quotes(state: State, market: number, slotMs: number): readonly Quote[] {
  return quotesOn(state, { market, slotMs, side: 'sell' });
}

function quotesOn(
  state: State,
  at: { readonly market: number; readonly slotMs: number; readonly side: Side },
): readonly Quote[] {
  return state
    .group(ordersOfSlot, slotGroup(at.market, at.slotMs))
    .flatMap(([id, { member, side, energy, limit }]) =>
      side === at.side && limit !== undefined ? [{ order: id, member, energy, price: limit }] : [],
    )
    .sort((a, b) => (a.price < b.price ? -1 : a.price > b.price ? 1 : 0))
    .slice(0, QUOTES_MAX);
}

/** An open order by its name. */
export function orderNamed(state: State, id: OrderId): Order | undefined {
  return state.get(orders, id);
}
