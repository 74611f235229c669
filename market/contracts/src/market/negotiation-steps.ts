/** What every turn of a negotiation has in common: its record, its event and its end. */

import type { BlockContext, State } from '@commonwatt/ledger';
import { type NegotiationMoved, negotiationMoved } from '../events.ts';
import type { ContractRefusal } from '../refusals.ts';
import { ORDER_NEGOTIATIONS_MAX } from './limits.ts';
import type { ActionId, OrderId, Side } from './messages.ts';
import { type Negotiation, negotiations, negotiationsOfOrder, orderGroup } from './state.ts';

export function emitMoved(
  context: BlockContext,
  id: ActionId,
  step: NegotiationMoved['step'],
  by: Side,
  { seller, buyer, energy, price, round }: Negotiation,
): void {
  context.emit<NegotiationMoved>(negotiationMoved, {
    negotiation: id.transaction,
    index: id.index,
    seller,
    buyer,
    by,
    step,
    energy,
    price,
    round,
  });
}

/** Which side of a negotiation a member is on; nothing for a stranger. */
export function sideOf({ seller, buyer }: Negotiation, member: number): Side | undefined {
  if (member === seller) return 'sell';
  return member === buyer ? 'buy' : undefined;
}

export function otherSide(side: Side): Side {
  return side === 'buy' ? 'sell' : 'buy';
}

/** One open negotiation about an order for each two members, and a bounded number in all. */
export function refuseFurther(
  state: State,
  order: OrderId,
  parties: { readonly seller: number; readonly buyer: number },
): ContractRefusal | undefined {
  const open = state.group(negotiationsOfOrder, orderGroup(order));
  if (open.length >= ORDER_NEGOTIATIONS_MAX) {
    return { code: 'orders_too_many', negotiationsMax: ORDER_NEGOTIATIONS_MAX };
  }
  const known = open.some(
    ([, one]) => one.seller === parties.seller && one.buyer === parties.buyer,
  );
  return known ? { code: 'orders_too_many', negotiationsMax: 1 } : undefined;
}

/** Ends every negotiation about an order, which is about to go. */
export function endNegotiationsOf(context: BlockContext, order: OrderId): void {
  for (const [id, one] of context.state.group(negotiationsOfOrder, orderGroup(order))) {
    context.state.delete(negotiations, id);
    emitMoved(context, id, 'end', one.offeredBy, one);
  }
}
