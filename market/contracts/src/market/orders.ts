/** SHARE, REQUEST and withdrawal: the orders that members send for one slot. */

import type { ActionContext, ActionType } from '@commonwatt/ledger';
import { type Money, money } from '@commonwatt/units';
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
import { markets, orders } from './state.ts';

export const share: ActionType<Share> = {
  type: ACTION.share,
  name: 'share',
  codec: shareCodec,
  apply: (context, message) => placeOrder(context, { ...message, side: 'sell' }),
};

export const request: ActionType<Request> = {
  type: ACTION.request,
  name: 'request',
  codec: requestCodec,
  apply: (context, message) => placeOrder(context, { ...message, side: 'buy' }),
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

interface Placing extends Request {
  readonly side: Side;
}

function placeOrder(context: ActionContext, placing: Placing): ContractRefusal | undefined {
  const { state, timeMs } = context;
  const member = actingMember(context);
  const { market, slotMs, side, limit, energy } = placing;
  const rules = state.get(markets, market)?.rules;
  const reserved = reserveOf(rules, placing);
  const refusal =
    refuseMarket(state, market) ??
    refuseRoleOf(state, member, side) ??
    refuseSlot(requireMarket(state, market).rules, slotMs, timeMs) ??
    refuseEnergy(energy) ??
    refuseLimit(requireMarket(state, market).rules, limit) ??
    refuseCount(state, member, placing) ??
    refuseExposure(state, { member, slotMs, side, energy }, requireMarket(state, market)) ??
    refuseUncovered(state, member, reserved);
  if (refusal !== undefined) return refusal;
  const id = actionOrderId(context);
  openOrder(state, id, {
    member,
    market,
    slotMs,
    side,
    limit,
    energy,
    reserved,
    placedMs: timeMs,
  });
  return undefined;
}

/** In a negotiated market the price is not known yet: its money is taken at the agreement. */
function reserveOf(rules: MarketRules | undefined, { side, limit, energy }: Placing): Money {
  if (rules?.kind !== 'call auction' || limit === undefined) return money(0n);
  return worstCase(side, limit, energy);
}

/** The name of the order or negotiation that this action begins. */
export function actionOrderId({ transaction, actionIndex }: ActionContext): OrderId {
  return sentOrderId({ transaction: transaction.id, index: actionIndex });
}
