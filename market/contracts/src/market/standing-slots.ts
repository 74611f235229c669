/** Which slots a standing order has energy for. */

import type { State } from '@commonwatt/ledger';
import { type Energy, energy } from '@commonwatt/units';
import type { StandingOrder } from './messages.ts';
import { slotFromMs } from './slots.ts';
import { markets, standingOfMarket, standingOrders } from './state.ts';

const DAY_MS = 86_400_000;
const NONE = energy(0n);

/** What a standing order asks for or offers in a slot: nothing outside its time. */
export function energyOfSlot(
  { energies, fromMs, untilMs }: StandingOrder,
  slotMs: number,
  slotLengthMs: number,
): Energy {
  if (slotMs < fromMs || slotMs >= untilMs) return NONE;
  const at = energies.length === 1 ? 0 : (slotMs % DAY_MS) / slotLengthMs;
  return energies[at] ?? NONE;
}

/** Start of its first slot with energy from an instant on; a profile repeats after a day. */
export function nextSlotOf(
  order: StandingOrder,
  fromMs: number,
  slotLengthMs: number,
): number | undefined {
  const first = slotFromMs({ slotLengthMs }, Math.max(fromMs, order.fromMs));
  const last = first + order.energies.length * slotLengthMs;
  for (let slotMs = first; slotMs < last; slotMs += slotLengthMs) {
    if (energyOfSlot(order, slotMs, slotLengthMs) > 0n) return slotMs;
  }
  return undefined;
}

/** The first slot from an instant on for which any standing order of a market has energy. */
export function nextStandingSlotMs(
  state: State,
  market: number,
  fromMs: number,
): number | undefined {
  const slotLengthMs = state.get(markets, market)?.rules.slotLengthMs;
  if (slotLengthMs === undefined) return undefined;
  let next: number | undefined;
  for (const [, { order }] of state.group(standingOfMarket, `${market}`)) {
    const slotMs = nextSlotOf(order, fromMs, slotLengthMs);
    if (slotMs !== undefined && (next === undefined || slotMs < next)) next = slotMs;
  }
  return next;
}

/** Drops the standing orders of a market that have no slot left from an instant on. */
export function dropOver(state: State, market: number, fromMs: number): void {
  for (const [id, { order }] of state.group(standingOfMarket, `${market}`)) {
    if (order.untilMs <= fromMs) state.delete(standingOrders, id);
  }
}
