/** Why an order or an offer may not stand: one refusal each, for every action that places one. */

import type { State } from '@commonwatt/ledger';
import type { Energy, Money, Price } from '@commonwatt/units';
import { ROLE } from '../identity/messages.ts';
import { type Member, members } from '../identity/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import { spendable } from '../wallet/accounts.ts';
import { bookOrders, exposedEnergy, exposedOrders } from './book.ts';
import { MEMBER_ORDERS_MAX } from './limits.ts';
import { bookOrdersMax } from './mechanism.ts';
import type { MarketRules, Side } from './messages.ts';
import { connectionEnergy, gateClosesMs } from './slots.ts';
import { type ExposureKey, type Market, markets, type SlotKey } from './state.ts';

/** The market of an order or message that was checked. */
export function requireMarket(state: State, number: number): Market {
  const market = state.get(markets, number);
  if (market === undefined) throw new Error(`market ${number}: expected a market of the ledger`);
  return market;
}

export function refuseMarket(state: State, number: number): ContractRefusal | undefined {
  const market = state.get(markets, number);
  if (market === undefined) return { code: 'market_unknown', market: number };
  return market.status === 'halted' ? { code: 'market_halted', market: number } : undefined;
}

const ROLE_OF: Readonly<Record<Side, 'consumer' | 'producer'>> = {
  buy: 'consumer',
  sell: 'producer',
};

/** SETM's roles: who shares produces, who requests consumes. */
export function refuseRoleOf(
  state: State,
  member: number,
  side: Side,
): ContractRefusal | undefined {
  const role = ROLE_OF[side];
  const held = state.get(members, member)?.roles ?? 0;
  return (held & ROLE[role]) === 0 ? { code: 'role_missing', role, member } : undefined;
}

export function refuseClosed(
  rules: MarketRules,
  slotMs: number,
  nowMs: number,
): ContractRefusal | undefined {
  const closedMs = gateClosesMs(rules, slotMs);
  return closedMs <= nowMs ? { code: 'gate_closed', slotMs, closedMs, nowMs } : undefined;
}

export function refuseEnergy(energy: Energy): ContractRefusal | undefined {
  return energy === 0n ? { code: 'energy_not_positive', energy } : undefined;
}

export function refusePrice(
  { priceLeast, priceMost }: Pick<MarketRules, 'priceLeast' | 'priceMost'>,
  price: Price,
): ContractRefusal | undefined {
  if (price >= priceLeast && price <= priceMost) return undefined;
  return { code: 'price_outside_collar', price, priceLeast, priceMost };
}

/** Only a REQUEST that asks has no limit, and only a negotiated market can answer it. */
export function refuseLimit(
  rules: MarketRules,
  limit: Price | undefined,
): ContractRefusal | undefined {
  if (limit !== undefined) return refusePrice(rules, limit);
  return rules.kind === 'call auction' ? { code: 'limit_missing' } : undefined;
}

export function refuseCount(
  state: State,
  order: ExposureKey & SlotKey,
): ContractRefusal | undefined {
  if (exposedOrders(state, order) >= MEMBER_ORDERS_MAX) {
    return { code: 'orders_too_many', ordersMax: MEMBER_ORDERS_MAX };
  }
  const { mechanism } = requireMarket(state, order.market).rules;
  const ordersMax = bookOrdersMax(mechanism) / 2;
  return bookOrders(state, order) >= ordersMax ? { code: 'orders_too_many', ordersMax } : undefined;
}

export interface Exposing {
  readonly member: number;
  readonly slotMs: number;
  readonly side: Side;
  /** What would come on top. */
  readonly energy: bigint;
}

/** What a member's connection carries in a slot of a market on one side. */
export function connectionOf(
  member: Member | undefined,
  side: Side,
  { slotLengthMs }: Pick<MarketRules, 'slotLengthMs'>,
): bigint {
  if (member === undefined) return 0n;
  return connectionEnergy(side === 'buy' ? member.importLimitW : member.exportLimitW, slotLengthMs);
}

/** The volume cap: all of a member's energy in a slot, over all markets, fits its connection. */
export function refuseExposure(
  state: State,
  exposing: Exposing,
  { rules }: Market,
): ContractRefusal | undefined {
  const { member, side, energy } = exposing;
  const carried = connectionOf(state.get(members, member), side, rules);
  const exposed = exposedEnergy(state, exposing);
  if (exposed + energy <= carried) return undefined;
  return { code: 'connection_exceeded', member, side, exposed, energy, carried };
}

export function refuseUncovered(
  state: State,
  member: number,
  amount: Money,
): ContractRefusal | undefined {
  const free = spendable(state, member);
  return amount > free
    ? { code: 'balance_insufficient', member, spendable: free, needed: amount }
    : undefined;
}
