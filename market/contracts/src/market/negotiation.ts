/**
 * SETM's negotiated market: REPLY and SEND begin a negotiation about an open order, counter-offers
 * take turns within the rounds of the market, and accepting what was offered last makes the trade.
 * No money is held back by an offer; the payer's is taken into escrow at the agreement.
 */

import type { ActionContext, ActionType } from '@commonwatt/ledger';
import type { Energy, Price } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember } from '../authority.ts';
import { members } from '../identity/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import {
  refuseClosed,
  refuseEnergy,
  refusePrice,
  refuseRoleOf,
  requireMarket,
} from './admission.ts';
import { concludeAgreement, orderOf, planAgreement, refuseAgreement } from './agreement.ts';
import { initialTransaction } from './growing.ts';
import {
  type Accept,
  acceptCodec,
  type Counter,
  counterCodec,
  type EndNegotiation,
  endNegotiationCodec,
  type OrderId,
  type Reply,
  replyCodec,
  type SendEnergy,
  type Side,
  sendEnergyCodec,
} from './messages.ts';
import { emitMoved, otherSide, refuseFurther, sideOf } from './negotiation-steps.ts';
import { actionOrderId } from './orders.ts';
import { type Negotiation, negotiations, type Order, orders } from './state.ts';

export const reply: ActionType<Reply> = {
  type: ACTION.reply,
  name: 'reply',
  codec: replyCodec,
  apply(context, { order: id, energy, price }) {
    const { state } = context;
    const order = state.get(orders, id);
    if (order === undefined) return { code: 'order_unknown' };
    const member = actingMember(context);
    const side = otherSide(order.side);
    const refusal =
      refuseKind(context, order) ??
      (order.member === member ? { code: 'own_order' as const } : undefined) ??
      refuseRoleOf(state, member, side) ??
      refuseOffer(context, order, { energy, price }) ??
      refuseFurther(state, id, partiesOf(order, member));
    if (refusal !== undefined) return refusal;
    begin(context, { id, order, other: member, step: 'reply', energy, price });
    return undefined;
  },
};

/** SEND Energy(x kW): the producer's own first offer to one consumer, out of its share. */
export const sendEnergy: ActionType<SendEnergy> = {
  type: ACTION.sendEnergy,
  name: 'send energy',
  codec: sendEnergyCodec,
  apply(context, { share: id, to, energy, price }) {
    const { state } = context;
    const order = state.get(orders, id);
    if (order === undefined) return { code: 'order_unknown' };
    const member = actingMember(context);
    const refusal =
      refuseKind(context, order) ??
      (order.side === 'sell' ? undefined : { code: 'side_wrong' as const, side: order.side }) ??
      (order.member === member ? undefined : { code: 'order_not_yours' as const }) ??
      refuseRoleOf(state, member, 'sell') ??
      (to === member ? { code: 'own_order' as const } : undefined) ??
      refuseGone(context, to) ??
      refuseRoleOf(state, to, 'buy') ??
      refuseOffer(context, order, { energy, price }) ??
      refuseFurther(state, id, partiesOf(order, to));
    if (refusal !== undefined) return refusal;
    begin(context, { id, order, other: to, step: 'send', energy, price });
    return undefined;
  },
};

export const counter: ActionType<Counter> = {
  type: ACTION.counter,
  name: 'counter',
  codec: counterCodec,
  apply(context, { negotiation: id, energy, price }) {
    const { state } = context;
    const negotiation = state.get(negotiations, id);
    if (negotiation === undefined) return { code: 'negotiation_unknown' };
    const side = sideOf(negotiation, actingMember(context));
    if (side === undefined) return { code: 'not_your_negotiation' };
    const { roundsMax } = requireMarket(state, negotiation.market).rules;
    const refusal =
      refuseTurn(negotiation, side) ??
      (negotiation.round < roundsMax
        ? undefined
        : { code: 'rounds_exhausted' as const, roundsMax }) ??
      refuseOffer(context, orderOf(state, negotiation), { energy, price });
    if (refusal !== undefined) return refusal;
    const round = negotiation.round + 1;
    const next: Negotiation = { ...negotiation, offeredBy: side, energy, price, round };
    state.set(negotiations, id, next);
    if (side === 'buy') meet(context, negotiation, negotiation);
    emitMoved(context, id, 'counter', side, next);
    return undefined;
  },
};

export const accept: ActionType<Accept> = {
  type: ACTION.accept,
  name: 'accept',
  codec: acceptCodec,
  apply(context, { negotiation: id, energy, price }) {
    const { state } = context;
    const negotiation = state.get(negotiations, id);
    if (negotiation === undefined) return { code: 'negotiation_unknown' };
    const member = actingMember(context);
    const side = sideOf(negotiation, member);
    if (side === undefined) return { code: 'not_your_negotiation' };
    const about = orderOf(state, negotiation);
    const other = member === negotiation.seller ? negotiation.buyer : negotiation.seller;
    const refusal =
      refuseTurn(negotiation, side) ??
      refuseClosed(requireMarket(state, about.market).rules, about.slotMs, context.timeMs) ??
      refuseRoleOf(state, member, side) ??
      refuseGone(context, other) ??
      refuseRoleOf(state, other, otherSide(side)) ??
      refuseTerms(negotiation, { energy, price }) ??
      refuseTooMuch(about, energy);
    if (refusal !== undefined) return refusal;
    const agreement = planAgreement(context, id, negotiation, about);
    const uncovered = refuseAgreement(context, agreement);
    if (uncovered !== undefined) return uncovered;
    state.delete(negotiations, id);
    if (side === 'buy') meet(context, negotiation, negotiation);
    emitMoved(context, id, 'accept', side, negotiation);
    concludeAgreement(context, agreement);
    return undefined;
  },
};

/** Either side may go at any time. */
export const endNegotiation: ActionType<EndNegotiation> = {
  type: ACTION.endNegotiation,
  name: 'end negotiation',
  codec: endNegotiationCodec,
  apply(context, { negotiation: id }) {
    const negotiation = context.state.get(negotiations, id);
    if (negotiation === undefined) return { code: 'negotiation_unknown' };
    const side = sideOf(negotiation, actingMember(context));
    if (side === undefined) return { code: 'not_your_negotiation' };
    context.state.delete(negotiations, id);
    emitMoved(context, id, 'end', side, negotiation);
    return undefined;
  },
};

interface Terms {
  readonly energy: Energy;
  readonly price: Price;
}

interface Beginning extends Terms {
  readonly id: OrderId;
  readonly order: Order;
  /** The party that the order does not belong to. */
  readonly other: number;
  readonly step: 'reply' | 'send';
}

function begin(context: ActionContext, beginning: Beginning): void {
  const { id, order, other, step, energy, price } = beginning;
  const { market, slotMs, side } = order;
  const offeredBy = step === 'send' ? 'sell' : otherSide(side);
  const begun = actionOrderId(context);
  const negotiation: Negotiation = {
    market,
    slotMs,
    order: id,
    ...partiesOf(order, other),
    offeredBy,
    energy,
    price,
    round: 1,
    begunMs: context.timeMs,
  };
  context.state.set(negotiations, begun, negotiation);
  if (step === 'reply') {
    const offered =
      side === 'sell' ? { energy: order.energy, price: order.limit ?? price } : beginning;
    meet(context, negotiation, offered);
  }
  emitMoved(context, begun, step, offeredBy, negotiation);
}

/**
 * CASE1 of Algorithm 2 (lines 13 to 17): a consumer's word meets a producer's offer. It replies to a
 * SHARE, answers a SEND, or has its REQUEST answered; the first of a slot begins the transaction.
 */
function meet(
  context: ActionContext,
  { market, slotMs, seller: producer }: Negotiation,
  { energy, price }: Terms,
): void {
  initialTransaction(context, { market, slotMs, producer, energy, price });
}

function partiesOf(order: Order, other: number): { seller: number; buyer: number } {
  return order.side === 'sell'
    ? { seller: order.member, buyer: other }
    : { seller: other, buyer: order.member };
}

function refuseKind({ state }: ActionContext, order: Order): ContractRefusal | undefined {
  const { kind } = requireMarket(state, order.market).rules;
  return kind === 'negotiated' ? undefined : { code: 'wrong_market_kind', kind };
}

function refuseGone({ state, height }: ActionContext, member: number): ContractRefusal | undefined {
  const known = state.get(members, member);
  if (known === undefined) return { code: 'member_unknown', member };
  const { revokedFromHeight } = known;
  if (revokedFromHeight === undefined || revokedFromHeight > height) return undefined;
  return { code: 'member_revoked', member, fromHeight: revokedFromHeight };
}

/** gate_closed, energy_not_positive, order_energy_exceeded, price_outside_collar. */
function refuseOffer(
  { state, timeMs }: ActionContext,
  order: Order,
  { energy, price }: Terms,
): ContractRefusal | undefined {
  const { rules } = requireMarket(state, order.market);
  return (
    refuseClosed(rules, order.slotMs, timeMs) ??
    refuseEnergy(energy) ??
    refuseTooMuch(order, energy) ??
    refusePrice(rules, price)
  );
}

function refuseTooMuch(order: Order, energy: Energy): ContractRefusal | undefined {
  if (energy <= order.energy) return undefined;
  return { code: 'order_energy_exceeded', energy, open: order.energy };
}

function refuseTurn({ offeredBy }: Negotiation, side: Side): ContractRefusal | undefined {
  return offeredBy === side ? { code: 'not_your_turn' } : undefined;
}

function refuseTerms(offered: Terms, { energy, price }: Terms): ContractRefusal | undefined {
  if (energy === offered.energy && price === offered.price) return undefined;
  return { code: 'terms_changed', energy: offered.energy, price: offered.price };
}
