/**
 * What time brings about in a market. A gate closes when a block's time reaches it; the slot's
 * orders are then final, and the next block clears them with lots drawn from the hash of this one,
 * which nobody knew while the gate was open. Slots in which nothing was ordered are passed over.
 */

import type { BlockContext, State } from '@commonwatt/ledger';
import { bookOrders, endOrder } from './book.ts';
import { clearSlot } from './clearing.ts';
import { CATCH_UP_MS_MAX, CLOSED_PER_BLOCK_MAX, PRUNED_PER_BLOCK_MAX } from './limits.ts';
import { endNegotiationsOf } from './negotiation-steps.ts';
import { firstOpenSlotMs, gateClosesMs, slotFromMs } from './slots.ts';
import { deriveOrders } from './standing.ts';
import { dropOver, nextStandingSlotMs } from './standing-slots.ts';
import {
  closedSlots,
  growingOfSlot,
  growingTransactions,
  type Market,
  markets,
  ordersOfSlot,
  type SlotKey,
  slotGroup,
} from './state.ts';
import type { FeederOf } from './zones.ts';

/** Clears what the block before closed, closes what is due, forgets what is over. */
export function beginMarkets(context: BlockContext, feederOf: FeederOf): void {
  const { state } = context;
  let moved = false;
  for (const [slot] of state.entries(closedSlots)) {
    state.delete(closedSlots, slot);
    clearSlot(context, slot, feederOf);
    moved = true;
  }
  for (const [number] of state.entries(markets)) moved = closeDue(context, number) || moved;
  if (moved) pruneOver(context);
}

/** Closes the busy slots whose gates are due, so many per block. Returns whether any closed. */
function closeDue(context: BlockContext, number: number): boolean {
  const { state, timeMs } = context;
  let closed = 0;
  for (; closed < CLOSED_PER_BLOCK_MAX; closed++) {
    const slotMs = dueSlotMs(requireEntry(state, number), timeMs);
    if (slotMs === undefined) break;
    closeSlot(context, { market: number, slotMs });
    const market = requireEntry(state, number);
    const nextBusySlotMs = busySlotAfter(context, { market: number, slotMs });
    state.set(markets, number, { ...market, nextBusySlotMs });
  }
  const market = requireEntry(state, number);
  const nextGateSlotMs = dueSlotMs(market, timeMs) ?? firstOpenSlotMs(market.rules, timeMs);
  if (nextGateSlotMs !== market.nextGateSlotMs) {
    state.set(markets, number, { ...market, nextGateSlotMs });
  }
  return closed > 0;
}

function requireEntry(state: State, number: number): Market {
  const market = state.get(markets, number);
  if (market === undefined) throw new Error(`market ${number}: expected a market of the ledger`);
  return market;
}

/** The busy slot whose gate is due at an instant. */
function dueSlotMs({ rules, nextBusySlotMs }: Market, timeMs: number): number | undefined {
  if (nextBusySlotMs === undefined) return undefined;
  return gateClosesMs(rules, nextBusySlotMs) <= timeMs ? nextBusySlotMs : undefined;
}

function closeSlot(context: BlockContext, slot: SlotKey): void {
  const { state, height, timeMs } = context;
  if (requireEntry(state, slot.market).rules.kind === 'negotiated') {
    endNegotiatedSlot(context, slot);
    return;
  }
  if (slot.slotMs >= timeMs - CATCH_UP_MS_MAX) deriveOrders(context, slot);
  if (bookOrders(state, slot) > 0) {
    state.set(closedSlots, slot, { closedHeight: height });
  }
}

/** What was not agreed by the gate is not agreed. */
function endNegotiatedSlot(context: BlockContext, { market, slotMs }: SlotKey): void {
  for (const [id] of context.state.group(ordersOfSlot, slotGroup(market, slotMs))) {
    endNegotiationsOf(context, id);
    endOrder(context, id, 'unmatched');
  }
}

/** The next slot after a closed one with an order, sent or standing. */
function busySlotAfter(
  { state, timeMs }: BlockContext,
  { market: number, slotMs }: SlotKey,
): number | undefined {
  const { rules } = requireEntry(state, number);
  const after = slotMs + rules.slotLengthMs;
  const oldest = slotFromMs(rules, timeMs - CATCH_UP_MS_MAX);
  dropOver(state, number, Math.max(after, oldest));
  const standing = nextStandingSlotMs(state, number, Math.max(after, oldest));
  const sent = nextBookSlotMs(state, number, after);
  if (standing === undefined || sent === undefined) return standing ?? sent;
  return Math.min(standing, sent);
}

/** The first slot from an instant on that has sent orders. */
function nextBookSlotMs(state: State, number: number, fromMs: number): number | undefined {
  const ofMarket = slotGroup(number, 0).slice(0, -1);
  let next: number | undefined;
  for (const name of state.groupNames(ordersOfSlot)) {
    if (!name.startsWith(ofMarket)) continue;
    const slotMs = Number(name.slice(ofMarket.length));
    if (slotMs >= fromMs && (next === undefined || slotMs < next)) next = slotMs;
  }
  return next;
}

/**
 * Growing transactions of slots that are over everywhere: their end has passed and no market has
 * them still to close or to clear.
 */
function pruneOver({ state, timeMs }: BlockContext): void {
  let keptFromMs = timeMs;
  for (const [, { rules, nextGateSlotMs }] of state.entries(markets)) {
    keptFromMs = Math.min(keptFromMs, nextGateSlotMs, timeMs - rules.slotLengthMs + 1);
  }
  for (const [{ slotMs }] of state.entries(closedSlots)) keptFromMs = Math.min(keptFromMs, slotMs);
  const isOver = (name: string) => Number(name) < keptFromMs;
  for (const name of state
    .groupNames(growingOfSlot)
    .filter(isOver)
    .slice(0, PRUNED_PER_BLOCK_MAX)) {
    for (const [key] of state.group(growingOfSlot, name)) state.delete(growingTransactions, key);
  }
}

/** The next instant at which a block is needed though nobody sends anything. */
export function marketsDueMs(state: State, nowMs: number): number | undefined {
  if (state.size(closedSlots) > 0) return nowMs;
  let next: number | undefined;
  for (const [, { rules, nextBusySlotMs }] of state.entries(markets)) {
    if (nextBusySlotMs === undefined) continue;
    const closesMs = Math.max(nowMs, gateClosesMs(rules, nextBusySlotMs));
    if (next === undefined || closesMs < next) next = closesMs;
  }
  return next;
}
