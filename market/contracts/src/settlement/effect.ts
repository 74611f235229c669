/** What a run does once enough checkers signed it: money moves, trades end, the period closes. */

import type { BlockContext, State } from '@commonwatt/ledger';
import { energy, money } from '@commonwatt/units';
import {
  type DisputeMoved,
  disputeMoved,
  type MemberSettled,
  memberSettled,
  type Posted,
  posted,
  type RunSettled,
  runSettled,
} from '../events.ts';
import { tradesOfSlot } from '../market/state.ts';
import { closePeriod } from '../metering/period.ts';
import { account, CompoundEntry } from '../wallet/accounts.ts';
import { serveDue } from '../wallet/dues.ts';
import {
  type CommunitySums,
  communityPostings,
  communitySums,
  differenceOf,
} from './community-sums.ts';
import { type Ground, groundOf } from './ground.ts';
import { type HeldBack, heldBackOf } from './held-amounts.ts';
import type { Posting, Run } from './messages.ts';
import { UNBOUND } from './open-trades.ts';
import { type Payment, payAll } from './payments.ts';
import { correctables, helds, openRuns, type RunKey, settledPeriods } from './state.ts';

interface Signed {
  readonly runHash: Uint8Array;
  readonly signedBy: readonly number[];
}

/** What a run changes: all of it for a period's first run, the difference for a later one. */
interface Change {
  readonly community: CommunitySums;
  readonly held: readonly HeldBack[];
}

/** Carries a run out. Expects `refuseRun` to pass on the same ground, in the same block and state. */
export function takeEffect(
  context: BlockContext,
  run: Run,
  signed: Signed,
  ground: Ground = groundOf(context.state, run),
): void {
  const { state, height, timeMs } = context;
  const { periodFromMs, periodUntilMs, rulesVersion, stage, sequence } = run;
  const { readingsRoot, sharingRoot } = run;
  const { policy, tariffs } = ground;
  const sums = communitySums(run, policy, tariffs);
  const community = differenceOf(sums, ground.community);
  const held = sequence === 0 ? settleTrades(context, run, signed, ground) : [];
  payAll(context, chargesOf(run, ground, community));
  for (const { member } of run.postings) serveDue(state, member);
  keep(context, run, ground, sums);
  const settled = { periodUntilMs, height, rulesVersion, stage, sequence };
  state.set(settledPeriods, periodFromMs, { ...settled, readingsRoot, sharingRoot, ...signed });
  for (const key of openRunsTouching(state, run)) state.delete(openRuns, key);
  if (sequence === 0) {
    closePeriod(state, run, rulesVersion < 3 ? timeMs : timeMs + policy.correctionMs);
  }
  tell(context, run, signed, { community, held }, ground);
}

/** Pays the trades out of escrow, holds back what is disputed, and returns the rest of the escrow. */
function settleTrades(
  { state, timeMs }: BlockContext,
  run: Run,
  { runHash }: Signed,
  ground: Ground,
): readonly HeldBack[] {
  const { periodFromMs } = run;
  const held = heldBackOf(state, { periodFromMs, runHash }, ground, run.postings);
  const withheld = new Map<number, { amount: bigint; escrow: bigint }>();
  const of = (member: number) => {
    const known = withheld.get(member) ?? { amount: 0n, escrow: 0n };
    withheld.set(member, known);
    return known;
  };
  for (const { payer, payee, amount } of held) {
    of(payer).amount += amount;
    of(payer).escrow += amount;
    of(payee).amount -= amount;
  }
  payOut(state, run, ground, withheld);
  for (const slotMs of ground.traded.keys()) state.deleteGroup(tradesOfSlot, `${slotMs}`);
  const untilMs = timeMs + ground.policy.disputeMs;
  for (const { trade, ...one } of held)
    state.set(helds, { periodFromMs, trade }, { ...one, untilMs });
  return held;
}

/**
 * One entry, by rising member: what its trades hold in escrow leaves it, but for what is held back,
 * and what of that it does not pay, or what it receives, comes to its free balance. What buyers pay beyond
 * what sellers get comes to the community.
 */
function payOut(
  state: State,
  { postings, spread }: Run,
  { bounds }: Ground,
  withheld: ReadonlyMap<number, { readonly amount: bigint; readonly escrow: bigint }>,
): void {
  const entry = new CompoundEntry(state);
  for (const { member, amount } of postings) {
    const { escrow } = bounds.get(member) ?? UNBOUND;
    const kept = withheld.get(member) ?? NOTHING_WITHHELD;
    const ended = escrow - kept.escrow;
    entry.change(account(member, 'escrow'), -ended);
    entry.change(account(member, 'available'), ended + amount + kept.amount);
  }
  if (spread > 0n) entry.change(account(0, 'spread'), spread);
  entry.end();
}

const NOTHING_WITHHELD = { amount: 0n, escrow: 0n } as const;

/**
 * What is posted beside the escrow: charges, and in a later run also what the trades differ by. The
 * receiver's side of it is a free balance or an account of the community. Who pays and receives nothing
 * is left out.
 */
function chargesOf(run: Run, ground: Ground, community: CommunitySums): readonly Payment[] {
  const ofMembers: Payment[] = [];
  for (const posting of run.postings) {
    const amount = changeOf(run, ground, posting);
    if (amount !== 0n) ofMembers.push({ member: posting.member, amount });
  }
  // A first run pays the spread out of escrow, with the trades.
  const beside = run.sequence === 0 ? { ...community, spread: 0n } : community;
  const ofCommunity = communityPostings(beside).map(
    ({ account: kind, amount }): Payment => ({ community: kind, amount }),
  );
  return [...ofMembers, ...ofCommunity];
}

type Amounts = Pick<Posting, 'member' | 'amount' | 'charge'>;

/** What a member receives now beside its escrow; negative where it pays. */
function changeOf({ sequence }: Run, { posted: before }: Ground, one: Amounts): bigint {
  if (sequence === 0) return one.charge;
  const known = before.get(one.member);
  return one.amount + one.charge - (known?.amount ?? 0n) - (known?.charge ?? 0n);
}

/** Keeps what a later run of the period is judged by, until the correction window ends. */
function keep(
  { state, timeMs }: BlockContext,
  run: Run,
  ground: Ground,
  sums: CommunitySums,
): void {
  const { periodFromMs, periodUntilMs, rulesVersion, sequence } = run;
  const { correctionMs } = ground.policy;
  const untilMs =
    sequence === 0 ? timeMs + correctionMs : (state.get(correctables, periodFromMs)?.untilMs ?? 0);
  if (rulesVersion < 3 || untilMs <= timeMs) return;
  state.set(correctables, periodFromMs, {
    periodUntilMs,
    untilMs,
    members: run.postings.map(({ member, amount, charge, energyCommitment }) => {
      const bounds = ground.bounds.get(member) ?? UNBOUND;
      return {
        member,
        amount,
        charge,
        escrow: money(bounds.escrow),
        claims: money(bounds.claims),
        deviationMost: money(bounds.deviationMost),
        energyCommitment,
      };
    }),
    traded: [...ground.traded]
      .sort(([a], [b]) => a - b)
      .map(([slotMs, sum]) => ({ slotMs, energy: energy(sum) })),
    spreadMost: money(ground.spreadMost),
    deviations: money(sums.deviations),
    supply: money(sums.supply),
    grid: money(sums.grid),
    levies: money(sums.levies),
    taxes: money(sums.taxes),
    spread: money(sums.spread),
  });
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
  { runHash, signedBy }: Signed,
  change: Change,
  ground: Ground,
): void {
  const { periodFromMs, periodUntilMs, slotTotals, stage, sequence, adjusts } = run;
  const period = { periodFromMs, periodUntilMs, runHash };
  context.emit<RunSettled>(runSettled, {
    ...period,
    stage,
    sequence,
    adjusts,
    signedBy,
    slotTotals,
    community: communityPostings(change.community),
  });
  const post = (member: number, reason: Posted['reason'], amount: bigint): void => {
    if (amount !== 0n) context.emit<Posted>(posted, { member, reason, amount: money(amount) });
  };
  for (const posting of run.postings) {
    const { member, amount, charge } = posting;
    if (sequence === 0) post(member, 'settlement', amount);
    post(member, sequence === 0 ? 'charges' : 'adjustment', changeOf(run, ground, posting));
    context.emit<MemberSettled>(memberSettled, {
      member,
      periodFromMs,
      periodUntilMs,
      runHash,
      sequence,
      amount,
      charge,
      linesRoot: posting.linesRoot,
      slotLinesRoot: posting.slotLinesRoot,
      energyCommitment: posting.energyCommitment,
    });
  }
  for (const { trade, payer, payee, amount } of change.held) {
    post(payer, 'held back', amount);
    post(payee, 'held back', -amount);
    const held = { periodFromMs, trade, payer, payee, step: 'held' as const, amount };
    context.emit<DisputeMoved>(disputeMoved, held);
  }
}
