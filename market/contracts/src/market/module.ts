/** The markets: orders, standing orders, clearing and negotiation. The README specifies them. */

import type { State } from '@commonwatt/ledger';
import type { ContractModule } from '../execution/module.ts';
import { beginMarkets, marketsDueMs } from './gates.ts';
import { defineMarket, refuseDefinition, setMarketOpen, writeMarket } from './markets.ts';
import { accept, counter, endNegotiation, reply, sendEnergy } from './negotiation.ts';
import { request, share, withdraw } from './orders.ts';
import { standingOrder, withdrawStanding } from './standing.ts';
import {
  books,
  closedSlots,
  exposures,
  growingOfSlot,
  growingTransactions,
  heldBack,
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
import type { FeederOf } from './zones.ts';

/** The module, told how to find a member's feeder. */
export function marketModuleWith(feederOf: FeederOf): ContractModule {
  return { ...marketModule, begin: (context) => beginMarkets(context, feederOf) };
}

const marketModule = {
  name: 'market',
  tables: [markets, orders, standingOrders, closedSlots, trades, negotiations, growingTransactions],
  groupings: [
    ordersOfSlot,
    ordersOfMember,
    standingOfMarket,
    standingOfMember,
    tradesOfSlot,
    negotiationsOfSlot,
    negotiationsOfOrder,
    growingOfSlot,
  ],
  tallies: [exposures, books, heldBack],
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
  nextDueMs: marketsDueMs,
  checkInvariants: checkReserved,
} satisfies ContractModule;

/**
 * M-2: what a member has reserved is what its orders hold.
 * @throws Error when money was held back without an order, or an order without its money.
 */
export function checkReserved(state: State): void {
  const sums = state.tallied(heldBack);
  if (sums.size === 0) return;
  const [one] = sums.entries();
  throw new Error(
    `M-2: expected orders to hold what is reserved of ${one?.first}, off by ${one?.amount}`,
  );
}
