/**
 * The end of a negotiation: both sides' announcements give way, the payer's money goes into escrow,
 * the trade is written down and the consumer joins the producer's growing transaction.
 */

import type { ActionContext, State } from '@commonwatt/ledger';
import { type Energy, energy as wattHours } from '@commonwatt/units';
import type { ContractRefusal } from '../refusals.ts';
import { toEscrow } from '../wallet/accounts.ts';
import { refuseExposure, refuseUncovered, requireMarket } from './admission.ts';
import { agreeFromOrder } from './book.ts';
import { joinTransaction, refuseJoin } from './growing.ts';
import type { ActionId, OrderId, Side } from './messages.ts';
import { endNegotiationsOf, otherSide } from './negotiation-steps.ts';
import { sentOrderId, tradeId } from './order-id.ts';
import { paymentOf, recordTrade } from './payment.ts';
import { type Negotiation, type Order, orders, ordersOfMember, type Trade } from './state.ts';

/** Energy that an agreement takes from an open order. */
interface Taken {
  readonly id: OrderId;
  readonly order: Order;
  readonly energy: Energy;
}

/** An agreement before it takes effect. */
export interface Agreement {
  readonly trade: Trade;
  readonly tradeId: Uint8Array;
  readonly taken: readonly Taken[];
  /** The side that the negotiation's order does not stand on, and what its own orders leave open. */
  readonly joining: { readonly member: number; readonly side: Side; readonly exposed: bigint };
}

/**
 * Plans what accepting would do. The negotiation's order gives the energy; the other party's own
 * open orders of the same slot, in the order of their names, give way as far as they go, since they
 * announced what is now agreed.
 */
export function planAgreement(
  context: ActionContext,
  id: ActionId,
  negotiation: Negotiation,
  about: Order,
): Agreement {
  const { state, timeMs, crypto } = context;
  const { market, slotMs, seller, buyer, energy, price, order } = negotiation;
  const side = otherSide(about.side);
  const member = side === 'buy' ? buyer : seller;
  const taken: Taken[] = [{ id: order, order: about, energy }];
  let left: bigint = energy;
  for (const own of ownOrders(state, member, { market, slotMs, side })) {
    if (left === 0n) break;
    const part = own.order.energy < left ? own.order.energy : wattHours(left);
    taken.push({ ...own, energy: part });
    left -= part;
  }
  const requests = taken.filter((one) => one.order.side === 'buy');
  const requestedMs = Math.min(
    ...(requests.length === 0 ? [negotiation.begunMs] : requests.map((one) => one.order.placedMs)),
  );
  const begun = sentOrderId(id);
  return {
    trade: {
      market,
      slotMs,
      slotLengthMs: requireMarket(state, market).rules.slotLengthMs,
      seller,
      buyer,
      energy,
      price,
      requestedMs,
      agreedMs: timeMs,
    },
    tradeId: tradeId(
      crypto,
      side === 'buy' ? { buy: begun, sell: order } : { buy: order, sell: begun },
    ),
    taken,
    joining: { member, side, exposed: left },
  };
}

/** Why it cannot take effect: connection_exceeded, balance_insufficient, orders_too_many. */
export function refuseAgreement(
  { state }: ActionContext,
  { trade, joining }: Agreement,
): ContractRefusal | undefined {
  const { market, slotMs, seller, buyer } = trade;
  const { payer, amount } = paymentOf(trade);
  return (
    refuseExposure(
      state,
      { member: joining.member, slotMs, side: joining.side, energy: joining.exposed },
      requireMarket(state, market),
    ) ??
    refuseUncovered(state, payer, amount) ??
    refuseJoin(state, { market, slotMs, producer: seller }, buyer)
  );
}

/** SETM's Define or Update, with payment.Transaction. Expects `refuseAgreement` to pass. */
export function concludeAgreement(context: ActionContext, agreement: Agreement): void {
  const { state } = context;
  const { trade, taken } = agreement;
  for (const { id, energy } of taken) {
    const gone = agreeFromOrder(state, id, energy);
    if (gone) endNegotiationsOf(context, id);
  }
  const { payer, amount } = paymentOf(trade);
  toEscrow(state, payer, amount);
  recordTrade(context, agreement.tradeId, trade);
  joinTransaction(context, trade);
}

function ownOrders(
  state: State,
  member: number,
  at: Pick<Order, 'market' | 'slotMs' | 'side'>,
): readonly { readonly id: OrderId; readonly order: Order }[] {
  return state
    .group(ordersOfMember, `${member}`)
    .filter(
      ([, one]) => one.market === at.market && one.slotMs === at.slotMs && one.side === at.side,
    )
    .map(([id, order]) => ({ id, order }));
}

/** The order a negotiation is about. It never outlives its order. */
export function orderOf(state: State, { order }: Negotiation): Order {
  const about = state.get(orders, order);
  if (about === undefined) throw new Error('negotiation: expected its order to be open');
  return about;
}
