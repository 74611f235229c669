/** The ledger's open trades of a period, what they hold in escrow, and who may receive it. */

import type { State } from '@commonwatt/ledger';
import { paymentOf } from '../market/payment.ts';
import { type Trade, trades, tradesOfSlot } from '../market/state.ts';
import type { Period } from '../metering/period.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { accounts } from '../wallet/state.ts';
import type { TradeEntry } from './delivery.ts';

/** Open trades whose slot lies in the period, by rising slot and then by id. */
export function openTradesOf(state: State, period: Period): readonly TradeEntry[] {
  return tradesTouching(state, period).filter(([, trade]) => within(trade, period));
}

/** The first open trade whose slot begins or ends beyond the period and shares an instant with it. */
export function tradeCutBy(state: State, period: Period): TradeEntry | undefined {
  return tradesTouching(state, period).find(([, trade]) => !within(trade, period));
}

function within(trade: Trade, { periodFromMs, periodUntilMs }: Period): boolean {
  return trade.slotMs >= periodFromMs && trade.slotMs + trade.slotLengthMs <= periodUntilMs;
}

/** The longest slot is an hour: no earlier slot reaches into the period. */
const SLOT_MS_MAX = 3_600_000;

function tradesTouching(state: State, period: Period): readonly TradeEntry[] {
  const { periodFromMs, periodUntilMs } = period;
  return state
    .groupNames(tradesOfSlot)
    .map(Number)
    .filter((slotMs) => slotMs > periodFromMs - SLOT_MS_MAX && slotMs < periodUntilMs)
    .sort((a, b) => a - b)
    .flatMap((slotMs) => state.group(tradesOfSlot, `${slotMs}`))
    .filter(([, trade]) => trade.slotMs + trade.slotLengthMs > periodFromMs);
}

/** What a member's open trades of a period bind: at most this it pays, at most that it receives. */
export interface Bounds {
  readonly escrow: bigint;
  readonly claims: bigint;
}

const UNBOUND: Bounds = { escrow: 0n, claims: 0n };

/** The bounds of every party of the trades. */
export function boundsOf(entries: readonly TradeEntry[]): ReadonlyMap<number, Bounds> {
  const bounds = new Map<number, Bounds>();
  for (const [, trade] of entries) {
    const { payer, payee, amount } = paymentOf(trade);
    const pays = bounds.get(payer) ?? UNBOUND;
    bounds.set(payer, { ...pays, escrow: pays.escrow + amount });
    const receives = bounds.get(payee) ?? UNBOUND;
    bounds.set(payee, { ...receives, claims: receives.claims + amount });
  }
  return bounds;
}

/** What was traded per start of slot. */
export function tradedBySlot(entries: readonly TradeEntry[]): ReadonlyMap<number, bigint> {
  const totals = new Map<number, bigint>();
  for (const [, { slotMs, energy }] of entries) {
    totals.set(slotMs, (totals.get(slotMs) ?? 0n) + energy);
  }
  return totals;
}

/**
 * S-1 over what the block changed; by induction it holds for the whole state.
 * @throws Error when a member's escrow and its open trades did not change alike.
 */
export function checkEscrow(state: State): void {
  const due = new Map<number, bigint>();
  const add = (trade: Trade | undefined, sign: bigint): void => {
    if (trade === undefined) return;
    const { payer, amount } = paymentOf(trade);
    due.set(payer, (due.get(payer) ?? 0n) + sign * amount);
  };
  for (const { before, after } of state.changes(trades)) {
    add(before, -1n);
    add(after, 1n);
  }
  for (const { key, before, after } of state.changes(accounts)) {
    if (key.kind !== 'escrow') continue;
    const held = (after?.balance ?? 0n) - (before?.balance ?? 0n);
    due.set(key.owner, (due.get(key.owner) ?? 0n) - held);
  }
  for (const [member, difference] of due) {
    if (difference !== 0n) {
      const escrow = balanceOf(state, account(member, 'escrow'));
      throw new Error(
        `S-1: expected member ${member}'s escrow to be ${escrow + difference}, got ${escrow}`,
      );
    }
  }
}
