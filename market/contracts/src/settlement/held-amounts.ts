/**
 * What disputes hold back. When a run takes effect, the amounts of the lines that its parties disputed
 * stay in their payers' escrow and everything else is paid. Checkers decide what of them is paid; when
 * the time is over without a decision, they are paid as the run says.
 */

import { type BlockContext, equalBytes, type State, toHex } from '@commonwatt/ledger';
import { lesser, type Money, money } from '@commonwatt/units';
import { type DisputeMoved, disputeMoved, type Posted, posted } from '../events.ts';
import { paymentOf } from '../market/payment.ts';
import { account, move } from '../wallet/accounts.ts';
import { serveDue } from '../wallet/dues.ts';
import type { Ground } from './ground.ts';
import type { Posting } from './messages.ts';
import { UNBOUND } from './open-trades.ts';
import { correctables, disputesOfPeriod, type Held, type HeldKey, helds } from './state.ts';

export interface HeldBack {
  readonly trade: Uint8Array;
  readonly payer: number;
  readonly payee: number;
  readonly amount: Money;
}

/**
 * What a run holds back, by rising trade: of each disputed line the amount that was told, of two the
 * higher one, never more than one party pays the other, as far as everything else can be paid all the same. A payee whose receipts pay for its
 * own trades keeps enough of them.
 */
export function heldBackOf(
  state: State,
  { periodFromMs, runHash }: { readonly periodFromMs: number; readonly runHash: Uint8Array },
  { trades, bounds }: Ground,
  postings: readonly Posting[],
): readonly HeldBack[] {
  const told = new Map<string, bigint>();
  for (const [, dispute] of state.group(disputesOfPeriod, `${periodFromMs}`)) {
    if (!equalBytes(dispute.runHash, runHash)) continue;
    for (const { trade, amount } of dispute.lines) {
      const name = toHex(trade);
      if (amount > (told.get(name) ?? 0n)) told.set(name, amount);
    }
  }
  if (told.size === 0) return [];
  const left = new Map<number, bigint>(postings.map((one) => [one.member, one.amount]));
  const held = new Map<number, bigint>();
  const disputed = trades.filter(([id]) => told.has(toHex(id)));
  disputed.sort(([a], [b]) => (toHex(a) < toHex(b) ? -1 : 1));
  return disputed.flatMap(([trade, terms]): HeldBack[] => {
    const { payer, payee, amount: between } = paymentOf(terms);
    const { escrow } = bounds.get(payee) ?? UNBOUND;
    const most = (left.get(payee) ?? 0n) + escrow - (held.get(payee) ?? 0n);
    const asked = lesser(told.get(toHex(trade)) ?? 0n, between);
    const amount = lesser(asked, most);
    if (amount <= 0n) return [];
    left.set(payer, (left.get(payer) ?? 0n) + amount);
    left.set(payee, (left.get(payee) ?? 0n) - amount);
    held.set(payer, (held.get(payer) ?? 0n) + amount);
    return [{ trade, payer, payee, amount: money(amount) }];
  });
}

/** Pays what was decided of a held amount, gives the rest back, and ends it. */
export function endHeld(
  context: BlockContext,
  key: HeldKey,
  held: Held,
  { paid, step }: { readonly paid: Money; readonly step: 'decided' | 'over' },
): void {
  const { state } = context;
  const { payer, payee, amount } = held;
  const escrow = account(payer, 'escrow');
  if (paid > 0n) move(state, escrow, account(payee, 'available'), paid);
  const back = money(amount - paid);
  if (back > 0n) move(state, escrow, account(payer, 'available'), back);
  state.delete(helds, key);
  serveDue(state, payee);
  serveDue(state, payer);
  if (back > 0n) forgetPosted(state, key.periodFromMs, held, back);
  const { periodFromMs, trade } = key;
  context.emit<DisputeMoved>(disputeMoved, {
    periodFromMs,
    trade,
    payer,
    payee,
    step,
    amount: paid,
  });
  if (paid === 0n) return;
  const reason = 'held amount paid';
  context.emit<Posted>(posted, { member: payer, reason, amount: money(-paid) });
  context.emit<Posted>(posted, { member: payee, reason, amount: paid });
}

/** What was decided not to be paid is not counted as posted when a later run is compared with it. */
function forgetPosted(
  state: State,
  periodFromMs: number,
  { payer, payee }: Held,
  back: Money,
): void {
  const kept = state.get(correctables, periodFromMs);
  if (kept === undefined) return;
  const members = kept.members.map((one) => {
    if (one.member === payer) return { ...one, amount: money(one.amount + back) };
    if (one.member === payee) return { ...one, amount: money(one.amount - back) };
    return one;
  });
  state.set(correctables, periodFromMs, { ...kept, members });
}

/** Held amounts whose time is over are paid as the run said. */
export function endOverdue(context: BlockContext): void {
  const { state, timeMs } = context;
  if (state.size(helds) === 0) return;
  for (const [key, held] of state.entries(helds)) {
    if (held.untilMs <= timeMs) endHeld(context, key, held, { paid: held.amount, step: 'over' });
  }
}
