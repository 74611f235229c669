/**
 * Standing orders: one signed action, from which an order is derived in every slot at the moment
 * its gate closes. The phone may be off.
 */

import type { ActionContext, ActionType, BlockContext, State } from '@commonwatt/ledger';
import { energy, type Money, money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember } from '../authority.ts';
import { members } from '../identity/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import { spendable } from '../wallet/accounts.ts';
import {
  connectionOf,
  refuseMarket,
  refusePrice,
  refuseRoleOf,
  requireMarket,
} from './admission.ts';
import { bookOrders, emitOrderEnded, exposureOf, noteBusySlot, openOrder } from './book.ts';
import {
  MEMBER_ORDERS_MAX,
  MEMBER_STANDING_ORDERS_MAX,
  STANDING_ORDERS_MAX,
  STANDING_SPAN_MS_MAX,
} from './limits.ts';
import { bookOrdersMax } from './mechanism.ts';
import {
  type ActionId,
  type MarketRules,
  type OrderId,
  type Side,
  type StandingOrder,
  standingOrderCodec,
  type WithdrawStanding,
  withdrawStandingCodec,
} from './messages.ts';
import { worstCase } from './payment.ts';
import { firstOpenSlotMs, onGrid } from './slots.ts';
import { energyOfSlot, nextSlotOf } from './standing-slots.ts';
import {
  type Order,
  type SlotKey,
  standingOfMarket,
  standingOfMember,
  standingOrders,
} from './state.ts';

const DAY_MS = 86_400_000;

export const standingOrder: ActionType<StandingOrder> = {
  type: ACTION.standingOrder,
  name: 'standing order',
  codec: standingOrderCodec,
  apply(context, order) {
    const { state } = context;
    const member = actingMember(context);
    const refusal =
      refuseMarket(state, order.market) ??
      refuseRoleOf(state, member, order.side) ??
      refuseStanding(context, order) ??
      refuseConnection(state, member, order) ??
      refuseCount(state, member);
    if (refusal !== undefined) return refusal;
    const { rules } = requireMarket(state, order.market);
    const id: ActionId = { transaction: context.transaction.id, index: context.actionIndex };
    state.set(standingOrders, id, { member, order });
    const first = nextSlotOf(order, firstOpenSlotMs(rules, context.timeMs), rules.slotLengthMs);
    if (first !== undefined) noteBusySlot(state, order.market, first);
    return undefined;
  },
};

/** From the next open gate on nothing is derived; what was derived stands. */
export const withdrawStanding: ActionType<WithdrawStanding> = {
  type: ACTION.withdrawStanding,
  name: 'withdraw standing order',
  codec: withdrawStandingCodec,
  apply(context, { standing: id }) {
    const standing = context.state.get(standingOrders, id);
    if (standing === undefined) return { code: 'standing_unknown' };
    if (standing.member !== actingMember(context)) return { code: 'order_not_yours' };
    context.state.delete(standingOrders, id);
    return undefined;
  },
};

/** wrong_market_kind, slot_invalid, gate_closed, slot_too_far, profile_invalid, collar. */
function refuseStanding(
  { state, timeMs }: ActionContext,
  order: StandingOrder,
): ContractRefusal | undefined {
  const { rules } = requireMarket(state, order.market);
  const { fromMs, untilMs, energies, limit } = order;
  if (rules.kind !== 'call auction') return { code: 'wrong_market_kind', kind: rules.kind };
  if (!onGrid(rules, fromMs) || !onGrid(rules, untilMs) || fromMs >= untilMs) {
    return { code: 'slot_invalid', fromMs, untilMs, slotLengthMs: rules.slotLengthMs };
  }
  const firstMs = firstOpenSlotMs(rules, timeMs);
  if (untilMs <= firstMs) return { code: 'gate_closed', untilMs, firstMs };
  const lastMs = timeMs + STANDING_SPAN_MS_MAX;
  if (untilMs > lastMs) return { code: 'slot_too_far', slotMs: untilMs, lastMs };
  const ofDay = DAY_MS / rules.slotLengthMs;
  if (energies.length !== 1 && energies.length !== ofDay) {
    return { code: 'profile_invalid', energies: energies.length, expected: [1, ofDay] };
  }
  if (nextSlotOf(order, firstMs, rules.slotLengthMs) === undefined) {
    return { code: 'profile_invalid', expected: 'energy in a slot between fromMs and untilMs' };
  }
  return refusePrice(rules, limit);
}

/** No single energy of it may be more than the connection carries; the sum is judged per slot. */
function refuseConnection(
  state: State,
  member: number,
  { market, side, energies }: StandingOrder,
): ContractRefusal | undefined {
  const { rules } = requireMarket(state, market);
  const carried = connectionOf(state.get(members, member), side, rules);
  const exceeding = energies.find((one) => one > carried);
  if (exceeding === undefined) return undefined;
  return { code: 'connection_exceeded', member, side, exposed: 0n, energy: exceeding, carried };
}

function refuseCount(state: State, member: number): ContractRefusal | undefined {
  if (state.group(standingOfMember, `${member}`).length >= MEMBER_STANDING_ORDERS_MAX) {
    return { code: 'orders_too_many', ordersMax: MEMBER_STANDING_ORDERS_MAX };
  }
  return state.size(standingOrders) >= STANDING_ORDERS_MAX
    ? { code: 'orders_too_many', ordersMax: STANDING_ORDERS_MAX }
    : undefined;
}

/** What closing the gate makes of one standing order. */
export interface Derived {
  readonly id: OrderId;
  readonly order: Order;
  readonly verdict: 'covered' | 'not covered' | 'member revoked';
}

/** A block's height and time, as far as derivation depends on them. */
export type Moment = Pick<BlockContext, 'height' | 'timeMs'>;

/**
 * The orders that closing a slot now would derive, in the order of their names. A member's later
 * ones see what its earlier ones take; between members nothing is shared, so nobody gains by a
 * name. An order stands whole or not at all: within role, collar and connection, and its money
 * covered.
 */
export function planDerivation(state: State, slot: SlotKey, moment: Moment): readonly Derived[] {
  const { rules } = requireMarket(state, slot.market);
  const plan = new DerivationPlan(state, rules, slot);
  const derived: Derived[] = [];
  for (const [id, { member, order: standing }] of state.group(standingOfMarket, `${slot.market}`)) {
    const wanted = energyOfSlot(standing, slot.slotMs, rules.slotLengthMs);
    if (wanted === 0n) continue;
    const { side, limit } = standing;
    const order: Order = {
      ...slot,
      member,
      side,
      limit,
      energy: wanted,
      reserved: worstCase(side, limit, wanted),
      placedMs: moment.timeMs,
    };
    const verdict = isRevoked(state, member, moment.height)
      ? 'member revoked'
      : plan.take(order, rules)
        ? 'covered'
        : 'not covered';
    derived.push({ id: { ...id, derivedForMs: slot.slotMs }, order, verdict });
  }
  return derived;
}

/** Whether a membership has ended at a height. */
export function isRevoked(state: State, member: number, height: number): boolean {
  const { revokedFromHeight } = state.get(members, member) ?? { revokedFromHeight: 0 };
  return revokedFromHeight !== undefined && revokedFromHeight <= height;
}

/** What members have left for a slot while orders are derived one after the other. */
class DerivationPlan {
  readonly #state: State;
  readonly #rules: MarketRules;
  readonly #slot: SlotKey;
  readonly #money = new Map<number, Money>();
  readonly #exposed = new Map<string, { readonly energy: bigint; readonly orders: number }>();
  #room: number;

  constructor(state: State, rules: MarketRules, slot: SlotKey) {
    this.#room = bookOrdersMax(rules.mechanism) - bookOrders(state, slot);
    this.#state = state;
    this.#rules = rules;
    this.#slot = slot;
  }

  /** Whether the order fits what is left, which it then takes. */
  take(order: Order, rules: MarketRules): boolean {
    const { member, side, limit } = order;
    const key = `${member}/${side}`;
    const exposed = this.#exposed.get(key) ?? this.#exposure(member, side);
    const free = this.#money.get(member) ?? spendable(this.#state, member);
    const carried = connectionOf(this.#state.get(members, member), side, this.#rules);
    const fits =
      this.#room > 0 &&
      limit !== undefined &&
      refuseRoleOf(this.#state, member, side) === undefined &&
      refusePrice(rules, limit) === undefined &&
      exposed.orders < MEMBER_ORDERS_MAX &&
      exposed.energy + order.energy <= carried &&
      order.reserved <= free;
    if (!fits) return false;
    this.#room -= 1;
    this.#money.set(member, money(free - order.reserved));
    this.#exposed.set(key, {
      energy: energy(exposed.energy + order.energy),
      orders: exposed.orders + 1,
    });
    return true;
  }

  #exposure(member: number, side: Side) {
    return exposureOf(this.#state, { member, slotMs: this.#slot.slotMs, side });
  }
}

/** Derives the orders of a slot whose gate closes. A revoked member's standing order is over. */
export function deriveOrders(context: BlockContext, slot: SlotKey): void {
  const { state } = context;
  for (const { id, order, verdict } of planDerivation(state, slot, context)) {
    if (verdict === 'covered') {
      openOrder(state, id, order);
      continue;
    }
    if (verdict === 'member revoked') {
      state.delete(standingOrders, { transaction: id.transaction, index: id.index });
    }
    emitOrderEnded(context, order, order.energy, verdict);
  }
}
