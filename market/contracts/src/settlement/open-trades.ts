/** The ledger's open trades of a period, what they hold in escrow, and who may receive it. */

import type { State } from '@commonwatt/ledger';
import type { Energy } from '@commonwatt/units';
import { duesOf, priceOf } from '../market/payment.ts';
import { type Trade, trades, tradesOfSlot } from '../market/state.ts';
import type { Period } from '../metering/period.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { accounts } from '../wallet/state.ts';
import type { TradeEntry } from './delivery.ts';
import type { SettlementPolicy } from './policy.ts';
import { helds } from './state.ts';

/** Open trades whose slot lies in the period, by rising slot and then by id. */
export function openTradesOf(state: State, period: Period): readonly TradeEntry[] {
  return tradesTouching(state, period).within;
}

/** Open trades that share an instant with a period. */
export interface TouchingTrades {
  /** Those whose slot lies in it, by rising slot and then by id. */
  readonly within: readonly TradeEntry[];
  /** The first one whose slot begins or ends beyond it. */
  readonly cut: TradeEntry | undefined;
}

function within(trade: Trade, { periodFromMs, periodUntilMs }: Period): boolean {
  return trade.slotMs >= periodFromMs && trade.slotMs + trade.slotLengthMs <= periodUntilMs;
}

/** The longest slot is an hour: no earlier slot reaches into the period. */
const SLOT_MS_MAX = 3_600_000;

export function tradesTouching(state: State, period: Period): TouchingTrades {
  const { periodFromMs, periodUntilMs } = period;
  const slots = state
    .groupNames(tradesOfSlot)
    .map(Number)
    .filter((slotMs) => slotMs > periodFromMs - SLOT_MS_MAX && slotMs < periodUntilMs)
    .sort((a, b) => a - b);
  const inside: TradeEntry[] = [];
  let cut: TradeEntry | undefined;
  for (const slotMs of slots) {
    for (const entry of state.group(tradesOfSlot, `${slotMs}`)) {
      if (within(entry[1], period)) inside.push(entry);
      else if (slotMs + entry[1].slotLengthMs > periodFromMs) cut ??= entry;
    }
  }
  return { within: inside, cut };
}

/** What a member's open trades of a period bind: at most this it pays, at most that it receives. */
export interface Bounds {
  readonly escrow: bigint;
  readonly claims: bigint;
  /** What it would pay as its own deviation if its meters had counted nothing. */
  readonly deviationMost: bigint;
}

export const UNBOUND: Bounds = { escrow: 0n, claims: 0n, deviationMost: 0n };

/** The bounds of every party of the trades. */
export function boundsOf(
  entries: readonly TradeEntry[],
  prices: Pick<SettlementPolicy, 'sellerDeviationPrice' | 'buyerDeviationPrice'>,
): ReadonlyMap<number, Bounds> {
  const bounds = new Map<number, { -readonly [Name in keyof Bounds]: Bounds[Name] }>();
  const of = (member: number) => {
    const known = bounds.get(member);
    if (known !== undefined) return known;
    const fresh = { ...UNBOUND };
    bounds.set(member, fresh);
    return fresh;
  };
  for (const [, trade] of entries) {
    const dues = duesOf(trade);
    for (const side of ['buyer', 'seller'] as const) {
      const due = dues[side];
      if (due > 0n) of(trade[side]).escrow += due;
      else of(trade[side]).claims -= due;
    }
    of(trade.seller).deviationMost += trade.energy * prices.sellerDeviationPrice;
    of(trade.buyer).deviationMost += trade.energy * prices.buyerDeviationPrice;
  }
  return bounds;
}

/** What buyers pay beyond what sellers get, for what was delivered of trades with two prices. */
export function spreadOf(
  deliveries: readonly { readonly terms: Trade; readonly delivered: Energy }[],
): bigint {
  return deliveries.reduce((sum, { terms, delivered }) => {
    return sum + delivered * (priceOf(terms, 'buy') - priceOf(terms, 'sell'));
  }, 0n);
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
 * @throws Error when a member's escrow did not change like its open trades and what it has held back.
 */
export function checkEscrow(state: State): void {
  const due = new Map<number, bigint>();
  const add = (trade: Trade | undefined, sign: bigint): void => {
    if (trade === undefined) return;
    const dues = duesOf(trade);
    for (const side of ['buyer', 'seller'] as const) {
      if (dues[side] <= 0n) continue;
      due.set(trade[side], (due.get(trade[side]) ?? 0n) + sign * dues[side]);
    }
  };
  for (const { before, after } of state.changes(trades)) {
    add(before, -1n);
    add(after, 1n);
  }
  for (const { before, after } of state.changes(helds)) {
    if (before !== undefined) due.set(before.payer, (due.get(before.payer) ?? 0n) - before.amount);
    if (after !== undefined) due.set(after.payer, (due.get(after.payer) ?? 0n) + after.amount);
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
