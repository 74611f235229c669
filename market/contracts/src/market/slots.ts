/** The grid of slots: which are open, when their gates close, what a connection carries in one. */

import { divideDown, type Energy, energy, INSTANT_MS_MAX, type Power } from '@commonwatt/units';
import type { ContractRefusal } from '../refusals.ts';
import { MEMBER_ENERGY_MAX } from './limits.ts';
import type { MarketRules } from './messages.ts';

const HOUR_MS = 3_600_000n;

type Grid = Pick<MarketRules, 'slotLengthMs' | 'gateLeadMs' | 'horizonMs'>;

/** The instant at which a slot's gate closes: a block of that time or later takes no order. */
export function gateClosesMs({ gateLeadMs }: Pick<Grid, 'gateLeadMs'>, slotMs: number): number {
  return slotMs - gateLeadMs;
}

/** Start of the first slot whose gate is open at an instant. */
export function firstOpenSlotMs({ slotLengthMs, gateLeadMs }: Grid, nowMs: number): number {
  return (Math.floor((nowMs + gateLeadMs) / slotLengthMs) + 1) * slotLengthMs;
}

/** Starts of all slots that take orders at an instant, in order: at most HORIZON_SLOTS_MAX. */
export function slotsOpen(rules: Grid, nowMs: number): readonly number[] {
  const { slotLengthMs, horizonMs } = rules;
  const open: number[] = [];
  for (let at = firstOpenSlotMs(rules, nowMs); at <= nowMs + horizonMs; at += slotLengthMs) {
    open.push(at);
  }
  return open;
}

/** Start of the first slot that begins at an instant or later. */
export function slotFromMs({ slotLengthMs }: Pick<Grid, 'slotLengthMs'>, ms: number): number {
  return Math.ceil(ms / slotLengthMs) * slotLengthMs;
}

/** Whether slots begin at an instant, and the instant can be written out. */
export function onGrid({ slotLengthMs }: Pick<Grid, 'slotLengthMs'>, slotMs: number): boolean {
  return slotMs % slotLengthMs === 0 && slotMs <= INSTANT_MS_MAX - slotLengthMs;
}

/** Why a slot takes no order at an instant: slot_invalid, gate_closed, slot_too_far. */
export function refuseSlot(
  rules: Grid,
  slotMs: number,
  nowMs: number,
): ContractRefusal | undefined {
  if (!onGrid(rules, slotMs)) {
    return { code: 'slot_invalid', slotMs, slotLengthMs: rules.slotLengthMs };
  }
  const closedMs = gateClosesMs(rules, slotMs);
  if (closedMs <= nowMs) return { code: 'gate_closed', slotMs, closedMs, nowMs };
  const lastMs = nowMs + rules.horizonMs;
  return slotMs > lastMs ? { code: 'slot_too_far', slotMs, lastMs } : undefined;
}

/** The energy a connection carries in one slot, rounded down to whole Wh and bounded. */
export function connectionEnergy(limitW: Power, slotLengthMs: number): Energy {
  const carried = divideDown(limitW * BigInt(slotLengthMs), HOUR_MS);
  return carried < MEMBER_ENERGY_MAX ? energy(carried) : MEMBER_ENERGY_MAX;
}
