/** SHARE, REQUEST and withdrawal: the orders that members send for one slot. */

import type { ActionContext, ActionType } from '@commonwatt/ledger';
import { type Energy, type Money, money, type Price } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import {
  refuseClosed,
  refuseCount,
  refuseEnergy,
  refuseExposure,
  refuseLimit,
  refuseMarket,
  refuseRoleOf,
  refuseUncovered,
  requireMarket,
} from './admission.ts';
import { endOrder, openOrder } from './book.ts';
import {
  type MarketRules,
  type OrderId,
  type Request,
  requestCodec,
  type Share,
  type Side,
  shareCodec,
  type Withdraw,
  withdrawCodec,
} from './messages.ts';
import { endNegotiationsOf } from './negotiation-steps.ts';
import { sentOrderId } from './order-id.ts';
import { worstCase } from './payment.ts';
import { refuseSlot } from './slots.ts';
import { markets, type Order, orders } from './state.ts';

export const share: ActionType<Share> = {
  type: ACTION.share,
  name: 'share',
  codec: shareCodec,
  apply: (context, message) => placeOrder(context, 'sell', message),
};

export const request: ActionType<Request> = {
  type: ACTION.request,
  name: 'request',
  codec: requestCodec,
  apply: (context, message) => placeOrder(context, 'buy', message),
};

/** Takes the order back while the gate is open, and ends the negotiations about it. */
export const withdraw: ActionType<Withdraw> = {
  type: ACTION.withdraw,
  name: 'withdraw',
  codec: withdrawCodec,
  apply(context, { order: id }) {
    const { state, timeMs } = context;
    const order = state.get(orders, id);
    if (order === undefined) return { code: 'order_unknown' };
    if (order.member !== actingMember(context)) return { code: 'order_not_yours' };
    const refusal = refuseClosed(requireMarket(state, order.market).rules, order.slotMs, timeMs);
    if (refusal !== undefined) return refusal;
    endNegotiationsOf(context, id);
    endOrder(context, id, 'withdrawn');
    return undefined;
  },
};

function placeOrder(
  context: ActionContext,
  side: Side,
  { market, slotMs, energy, limit }: Request,
): ContractRefusal | undefined {
  const { state, timeMs } = context;
  const member = actingMember(context);
  const rules = state.get(markets, market)?.rules;
  const reserved = reserveOf(rules, side, limit, energy);
  // The order itself names its exposure and its book, so that each of them is looked up once.
  const order: Order = {
    member,
    market,
    slotMs,
    side,
    limit,
    energy,
    reserved,
    placedMs: timeMs,
  };
  const refusal =
    refuseMarket(state, market) ??
    refuseRoleOf(state, member, side) ??
    refuseSlot(requireMarket(state, market).rules, slotMs, timeMs) ??
    refuseEnergy(energy) ??
    refuseLimit(requireMarket(state, market).rules, limit) ??
    refuseCount(state, order) ??
    refuseExposure(state, order, requireMarket(state, market)) ??
    refuseUncovered(state, member, reserved);
  if (refusal !== undefined) return refusal;
  openOrder(state, actionOrderId(context), order);
  return undefined;
}

/** In a negotiated market the price is not known yet: its money is taken at the agreement. */
function reserveOf(
  rules: MarketRules | undefined,
  side: Side,
  limit: Price | undefined,
  energy: Energy,
): Money {
  if (rules?.kind !== 'call auction' || limit === undefined) return money(0n);
  return worstCase(side, limit, energy);
}

/** The name of the order or negotiation that this action begins. */
export function actionOrderId({ transaction, actionIndex }: ActionContext): OrderId {
  return sentOrderId({ transaction: transaction.id, index: actionIndex });
}
