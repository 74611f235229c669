/** Runs are proposed, signed by checkers until enough agree on one root, and may be disputed. */

import {
  type ActionContext,
  type ActionType,
  type BlockContext,
  equalBytes,
  type State,
  toHex,
} from '@commonwatt/ledger';
import { greater } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember, mayAct, neededVoices, refuseRole, refuseVoice } from '../authority.ts';
import { type RunDisputed, runDisputed } from '../events.ts';
import { members } from '../identity/state.ts';
import { duesOf } from '../market/payment.ts';
import { trades } from '../market/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import { openRunsTouching, takeEffect } from './effect.ts';
import { type Ground, groundOf } from './ground.ts';
import { refuseRun } from './judge.ts';
import {
  type DisputeRun,
  disputeRunCodec,
  type ProposeRun,
  proposeRunCodec,
  type SignRun,
  signRunCodec,
} from './messages.ts';
import { policyAt } from './policy.ts';
import { runHash, runHashOf } from './run.ts';
import { disputes, type OpenRun, openRuns, type RunKey, settledPeriods } from './state.ts';

/** Runs that one member may have proposed and that are still open. */
export const OPEN_RUNS_MAX = 32;

export const proposeRun: ActionType<ProposeRun> = {
  type: ACTION.proposeRun,
  name: 'proposeRun',
  codec: proposeRunCodec,
  apply(context, { run }) {
    const unheard = refuseVoice(context, 'checker');
    if (unheard && refuseVoice(context, 'operator')) return unheard;
    const ground = groundOf(context.state, run);
    const refusal = refuseRun(context, run, ground);
    if (refusal !== undefined) return refusal;
    const key = { periodFromMs: run.periodFromMs, runHash: hashOfProposed(context, run) };
    if (context.state.get(openRuns, key) !== undefined) return { code: 'run_known' };
    const proposedBy = actingMember(context);
    const crowded = makeRoom(context, run, proposedBy);
    if (crowded !== undefined) return crowded;
    const signedBy = unheard === undefined ? [proposedBy] : [];
    const proposedMs = context.timeMs;
    return keepOrTakeEffect(context, key, { run, proposedBy, proposedMs, signedBy }, ground);
  },
};

/** The message is the run and nothing else, so its bytes are the run's. */
function hashOfProposed(
  { crypto, transaction, actionIndex }: ActionContext,
  run: ProposeRun['run'],
): Uint8Array {
  const body = transaction.actions[actionIndex]?.body;
  return body === undefined ? runHash(crypto.sha256, run) : runHashOf(crypto.sha256, body);
}

/** A member has one open run of a period: its next one replaces it. */
function makeRoom(
  context: ActionContext,
  run: ProposeRun['run'],
  proposedBy: number,
): ContractRefusal | undefined {
  const { state } = context;
  for (const key of openRunsTouching(state, run)) {
    if (state.get(openRuns, key)?.proposedBy === proposedBy) state.delete(openRuns, key);
  }
  const own = state.entries(openRuns).filter(([, one]) => one.proposedBy === proposedBy);
  return own.length < OPEN_RUNS_MAX ? undefined : { code: 'runs_too_many', most: OPEN_RUNS_MAX };
}

export const signRun: ActionType<SignRun> = {
  type: ACTION.signRun,
  name: 'signRun',
  codec: signRunCodec,
  apply(context, key) {
    const unheard = refuseVoice(context, 'checker');
    if (unheard !== undefined) return unheard;
    const open = context.state.get(openRuns, key);
    if (open === undefined) return refuseAbsent(context, key);
    const member = actingMember(context);
    const again = open.signedBy.includes(member);
    const signedBy = again ? open.signedBy : [...open.signedBy, member];
    const enough = hasEnough(context, signedBy);
    const waits = enough && context.timeMs < readyMs(context.state, open);
    if (again && (!enough || waits)) return { code: 'run_signed_already', member };
    const ground = enough ? groundOf(context.state, open.run) : undefined;
    const refusal = ground && refuseRun(context, open.run, ground);
    return refusal ?? keepOrTakeEffect(context, key, { ...open, signedBy }, ground);
  },
};

function refuseAbsent(context: ActionContext, { periodFromMs }: SignRun): ContractRefusal {
  return context.state.get(settledPeriods, periodFromMs) === undefined
    ? { code: 'run_unknown', periodFromMs }
    : { code: 'period_settled', periodFromMs };
}

/** A signature counts as long as its member may act as a checker. */
function counted(context: BlockContext, signedBy: readonly number[]): readonly number[] {
  return signedBy.filter((signer) => {
    const member = context.state.get(members, signer);
    return member !== undefined && mayAct(member, 'checker', context.height);
  });
}

function hasEnough(context: BlockContext, signedBy: readonly number[]): boolean {
  return counted(context, signedBy).length >= neededVoices(context.state, 'checker');
}

/** When a run with enough signatures takes effect: once the time to dispute it is over. */
function readyMs(state: State, { run, proposedMs }: OpenRun): number {
  return proposedMs + policyAt(state, run.periodFromMs).reviewMs;
}

/**
 * Signatures that no longer count are dropped, so that there are never more than the threshold.
 * Expects that the run was judged in this state where it has enough of them.
 */
function keepOrTakeEffect(
  context: ActionContext,
  key: RunKey,
  open: OpenRun,
  ground: Ground | undefined,
): undefined {
  const signedBy = counted(context, open.signedBy);
  if (hasEnough(context, signedBy) && context.timeMs >= readyMs(context.state, open)) {
    takeEffect(context, open.run, { runHash: key.runHash, signedBy }, ground);
  } else {
    context.state.set(openRuns, key, { ...open, signedBy });
  }
}

/** Runs whose time to be disputed is over take effect; one that cannot any more is dropped. */
export function endReviews(context: BlockContext): void {
  const { state, timeMs } = context;
  if (state.size(openRuns) === 0) return;
  for (const [key, listed] of state.entries(openRuns)) {
    // An earlier one of this block may have taken its place.
    const open = state.get(openRuns, key);
    if (open === undefined || timeMs < readyMs(state, listed)) continue;
    const signedBy = counted(context, open.signedBy);
    if (!hasEnough(context, signedBy)) {
      // Signatures that count no more are dropped, or the run would stay due for ever.
      if (signedBy.length < open.signedBy.length) state.set(openRuns, key, { ...open, signedBy });
      continue;
    }
    const ground = groundOf(state, open.run);
    if (refuseRun(context, open.run, ground) === undefined) {
      takeEffect(context, open.run, { runHash: key.runHash, signedBy }, ground);
    } else {
      state.delete(openRuns, key);
    }
  }
}

/** When the next run with signatures may take effect by time alone. */
export function nextReviewMs(state: State): number | undefined {
  if (state.size(openRuns) === 0) return undefined;
  const needed = neededVoices(state, 'checker');
  const ready = state
    .entries(openRuns)
    .filter(([, { signedBy }]) => signedBy.length >= needed)
    .map(([, open]) => readyMs(state, open));
  return ready.length === 0 ? undefined : Math.min(...ready);
}

export const disputeRun: ActionType<DisputeRun> = {
  type: ACTION.disputeRun,
  name: 'disputeRun',
  codec: disputeRunCodec,
  apply(context, { periodFromMs, runHash: hash, reason, lines }) {
    const { state } = context;
    const member = actingMember(context);
    const open = state.get(openRuns, { periodFromMs, runHash: hash });
    if (open === undefined) {
      const settled = state.get(settledPeriods, periodFromMs);
      if (settled === undefined || !equalBytes(settled.runHash, hash)) {
        return { code: 'run_unknown', periodFromMs };
      }
    } else if (!open.run.postings.some((one) => one.member === member)) {
      const lacking = refuseRole(context, 'checker');
      if (lacking !== undefined) return lacking;
    }
    const unheld = refuseLines(context, open?.run, lines);
    if (unheld !== undefined) return unheld;
    const key = { periodFromMs, member };
    const before = state.get(disputes, key);
    if (before !== undefined && equalBytes(before.runHash, hash)) return { code: 'dispute_known' };
    state.set(disputes, key, { runHash: hash, reason, openedMs: context.timeMs, lines });
    context.emit<RunDisputed>(runDisputed, { periodFromMs, runHash: hash, member });
    return undefined;
  },
};

/** What a line of either side can come to. */
function largestOf({ buyer, seller }: ReturnType<typeof duesOf>): bigint {
  const sizeOf = (due: bigint): bigint => greater(due, -due);
  return greater(sizeOf(buyer), sizeOf(seller));
}

/** Lines can be named while their trades are open: only what is in escrow can be held back. */
function refuseLines(
  context: ActionContext,
  run: ProposeRun['run'] | undefined,
  lines: DisputeRun['lines'],
): ContractRefusal | undefined {
  const member = actingMember(context);
  let last = '';
  for (const { trade, amount } of lines) {
    const name = toHex(trade);
    const terms = run === undefined ? undefined : context.state.get(trades, trade);
    const own = terms?.seller === member || terms?.buyer === member;
    const within =
      run !== undefined &&
      terms !== undefined &&
      terms.slotMs >= run.periodFromMs &&
      terms.slotMs < run.periodUntilMs;
    const amountMax = terms === undefined ? 0n : largestOf(duesOf(terms));
    if (!own || !within || name <= last || amount <= 0n || amount > amountMax) {
      return { code: 'trade_not_disputable', trade: name, amount, amountMax };
    }
    last = name;
  }
  return undefined;
}
