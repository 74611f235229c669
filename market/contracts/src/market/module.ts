/** The markets: orders, standing orders, clearing and negotiation. The README specifies them. */

import type { State } from '@commonwatt/ledger';
import type { ContractModule } from '../execution/module.ts';
import { accounts } from '../wallet/state.ts';
import { beginMarkets, marketsDueMs } from './gates.ts';
import { defineMarket, refuseDefinition, setMarketOpen, writeMarket } from './markets.ts';
import { accept, counter, endNegotiation, reply, sendEnergy } from './negotiation.ts';
import { request, share, withdraw } from './orders.ts';
import { standingOrder, withdrawStanding } from './standing.ts';
import {
  books,
  closedSlots,
  exposures,
  exposuresOfSlot,
  growingOfSlot,
  growingTransactions,
  markets,
  negotiations,
  negotiationsOfOrder,
  negotiationsOfSlot,
  orders,
  ordersOfMember,
  ordersOfSlot,
  standingOfMarket,
  standingOfMember,
  standingOrders,
  trades,
  tradesOfSlot,
} from './state.ts';

export const marketModule: ContractModule = {
  name: 'market',
  tables: [
    markets,
    orders,
    standingOrders,
    closedSlots,
    trades,
    exposures,
    negotiations,
    growingTransactions,
    books,
  ],
  groupings: [
    ordersOfSlot,
    ordersOfMember,
    standingOfMarket,
    standingOfMember,
    tradesOfSlot,
    exposuresOfSlot,
    negotiationsOfSlot,
    negotiationsOfOrder,
    growingOfSlot,
  ],
  actions: [
    share,
    request,
    reply,
    sendEnergy,
    counter,
    accept,
    endNegotiation,
    withdraw,
    standingOrder,
    withdrawStanding,
    defineMarket,
    setMarketOpen,
  ],
  genesis(context, { markets: defined }) {
    for (const market of defined) {
      const refusal = refuseDefinition(context.state, market);
      if (refusal !== undefined) {
        const { code, field = 'market', expected = '' } = refusal;
        throw new RangeError(`genesis market ${market.market}: ${code} ${field} ${expected}`);
      }
      writeMarket(context, market);
    }
  },
  begin: beginMarkets,
  nextDueMs: marketsDueMs,
  checkInvariants: checkReserved,
};

/**
 * M-2 over what the block changed: what a member has reserved changes by what its orders hold.
 * @throws Error when money was held back without an order, or an order without its money.
 */
export function checkReserved(state: State): void {
  const held = new Map<number, bigint>();
  const add = (member: number, amount: bigint) =>
    held.set(member, (held.get(member) ?? 0n) + amount);
  for (const { before, after } of state.changes(orders)) {
    if (before !== undefined) add(before.member, -before.reserved);
    if (after !== undefined) add(after.member, after.reserved);
  }
  for (const { key, before, after } of state.changes(accounts)) {
    if (key.kind !== 'reserved') continue;
    add(key.owner, (before?.balance ?? 0n) - (after?.balance ?? 0n));
  }
  for (const [member, difference] of held) {
    if (difference !== 0n) {
      throw new Error(
        `M-2: expected orders to hold what is reserved of ${member}, off by ${difference}`,
      );
    }
  }
}
