/** What a run does once enough checkers signed it: money moves, trades end, the period closes. */

import type { BlockContext, State } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import {
  type MemberSettled,
  memberSettled,
  type Posted,
  posted,
  type RunSettled,
  runSettled,
} from '../events.ts';
import { trades } from '../market/state.ts';
import { closePeriod } from '../metering/period.ts';
import { account, move } from '../wallet/accounts.ts';
import type { Posting, Run } from './messages.ts';
import { boundsOf, openTradesOf } from './open-trades.ts';
import { openRuns, type RunKey, settledPeriods } from './state.ts';

/** Carries a run out. Expects `refuseRun` to pass in the same block and state. */
export function takeEffect(
  context: BlockContext,
  run: Run,
  signed: { readonly runHash: Uint8Array; readonly signedBy: readonly number[] },
): void {
  const { state, height } = context;
  const { periodFromMs, periodUntilMs } = run;
  const settling = openTradesOf(state, run);
  const bounds = boundsOf(settling);
  pay(state, run.postings);
  for (const { member, amount } of run.postings) {
    const escrow = bounds.get(member)?.escrow ?? 0n;
    const paid = amount < 0n ? -amount : 0n;
    if (escrow > paid) {
      const rest = money(escrow - paid);
      move(state, account(member, 'escrow'), account(member, 'available'), rest);
    }
  }
  for (const [id] of settling) state.delete(trades, id);
  closePeriod(state, run);
  state.set(settledPeriods, periodFromMs, { periodUntilMs, height, ...signed });
  for (const key of openRunsTouching(state, run)) state.delete(openRuns, key);
  tell(context, run, signed);
}

/**
 * Payers' escrow goes to receivers' free balances, both by rising member: what one pays fills one
 * receiver after the other. Only the sums matter, for each member has one net posting.
 */
function pay(state: State, postings: readonly Posting[]): void {
  const receiving = postings.filter(({ amount }) => amount > 0n);
  let at = 0;
  let due: bigint = receiving[0]?.amount ?? 0n;
  for (const { member, amount } of postings) {
    let left: bigint = amount < 0n ? -amount : 0n;
    while (left > 0n) {
      const receiver = receiving[at];
      if (receiver === undefined) throw new Error('run: more is paid than received');
      const part = left < due ? left : due;
      move(state, account(member, 'escrow'), account(receiver.member, 'available'), money(part));
      left -= part;
      due -= part;
      if (due === 0n) {
        at += 1;
        due = receiving[at]?.amount ?? 0n;
      }
    }
  }
  if (due !== 0n) throw new Error('run: more is received than paid');
}

/** Open runs of any period that shares an instant with this one. */
export function openRunsTouching(
  state: State,
  { periodFromMs, periodUntilMs }: Pick<Run, 'periodFromMs' | 'periodUntilMs'>,
): readonly RunKey[] {
  return state
    .entries(openRuns)
    .filter(([, { run }]) => run.periodFromMs < periodUntilMs && run.periodUntilMs > periodFromMs)
    .map(([key]) => key);
}

function tell(
  context: BlockContext,
  run: Run,
  { runHash, signedBy }: { readonly runHash: Uint8Array; readonly signedBy: readonly number[] },
): void {
  const { periodFromMs, periodUntilMs, slotTotals } = run;
  context.emit<RunSettled>(runSettled, {
    periodFromMs,
    periodUntilMs,
    runHash,
    signedBy,
    slotTotals,
  });
  for (const { member, amount, linesRoot, energyCommitment } of run.postings) {
    if (amount !== 0n) context.emit<Posted>(posted, { member, reason: 'settlement', amount });
    context.emit<MemberSettled>(memberSettled, {
      member,
      periodFromMs,
      periodUntilMs,
      runHash,
      amount,
      linesRoot,
      energyCommitment,
    });
  }
}
