/**
 * The state machine's verdict on a run, from ledger bytes alone. Readings are not on the ledger, so
 * whether the meters confirm a run is for the checkers; that it pays nobody who is not owed, takes
 * from nobody more than was set aside, and leaves no trade out is judged here by every node.
 */

import { type BlockContext, equalBytes } from '@commonwatt/ledger';
import { closedSlots, markets } from '../market/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import { AMOUNT_MAX } from '../wallet/accounts.ts';
import { communitySums } from './community-sums.ts';
import { type Ground, groundOf } from './ground.ts';
import { COMMUNITY_ACCOUNTS, type Posting, type Run, type SlotTotal } from './messages.ts';
import { UNBOUND } from './open-trades.ts';
import { commitmentsRootOf } from './readings.ts';
import { refuseStage, versionFor } from './stages.ts';
import { settledPeriods } from './state.ts';

/** The name of the rule set whose active version a run must have. */
export const SETTLEMENT = 'settlement';

/** Why a run cannot take effect now. The checks stand in order of precedence. */
export function refuseRun(
  context: BlockContext,
  run: Run,
  ground: Ground = groundOf(context.state, run),
): ContractRefusal | undefined {
  return (
    refuseStage(context, run) ??
    (run.sequence === 0 ? refuseUncleared(context, run, ground) : undefined) ??
    refuseSlotTotals(run, ground) ??
    refuseReadingsRoot(context, run, ground) ??
    refuseMembers(run.postings, ground.members) ??
    refuseAmounts(run, ground) ??
    refuseCharges(run, ground) ??
    refuseVersion(context, run) ??
    refuseIdle(context, run, ground)
  );
}

/** Slots that are still to be cleared may bring further trades, which would then never be settled. */
function refuseUncleared(
  context: BlockContext,
  run: Run,
  { cut }: Ground,
): ContractRefusal | undefined {
  const { periodFromMs, periodUntilMs } = run;
  for (const [market, { nextBusySlotMs }] of context.state.entries(markets)) {
    if (nextBusySlotMs !== undefined && nextBusySlotMs < periodUntilMs) {
      return { code: 'period_not_over', market, slotMs: nextBusySlotMs };
    }
  }
  for (const [{ market, slotMs }] of context.state.entries(closedSlots)) {
    if (slotMs >= periodFromMs && slotMs < periodUntilMs) {
      return { code: 'period_not_over', market, slotMs };
    }
  }
  return cut === undefined ? undefined : { code: 'period_invalid', tradeOfSlotMs: cut[1].slotMs };
}

function refuseSlotTotals(run: Run, { traded, policy }: Ground): ContractRefusal | undefined {
  const open = new Map(traded);
  let last = run.periodFromMs - 1;
  for (const total of run.slotTotals) {
    const { slotMs } = total;
    const expected = open.get(slotMs) ?? 0n;
    open.delete(slotMs);
    const placed = slotMs > last && slotMs < run.periodUntilMs;
    if (!placed || total.traded !== expected || !isBounded(run, total)) {
      const { delivered } = total;
      return { code: 'slot_totals_wrong', slotMs, traded: total.traded, delivered, expected };
    }
    last = slotMs;
  }
  const [left] = open;
  if (left !== undefined) return { code: 'slot_totals_wrong', slotMs: left[0], expected: left[1] };
  return run.rulesVersion < 3 ? undefined : refuseEnergy(run.slotTotals, policy.sharing === 'none');
}

/** Nothing of a slot is more than what it is a part of; before version 3 there are no such parts. */
function isBounded({ rulesVersion }: Run, total: SlotTotal): boolean {
  const { traded, imported, exported } = total;
  const most = rulesVersion < 3 ? 0n : undefined;
  return (
    total.delivered <= traded &&
    total.residualImport <= (most ?? imported) &&
    total.residualExport <= (most ?? exported) &&
    total.shared <= (most ?? imported) &&
    total.sellersShort <= (most ?? traded) &&
    total.buyersShort <= (most ?? traded)
  );
}

/** Over the period, what is not residual on either side is what was delivered and shared. */
function refuseEnergy(
  totals: readonly SlotTotal[],
  nothingShared: boolean,
): ContractRefusal | undefined {
  let [allocated, used, fedIn, shared] = [0n, 0n, 0n, 0n];
  for (const total of totals) {
    allocated += total.delivered + total.shared;
    used += total.imported - total.residualImport;
    fedIn += total.exported - total.residualExport;
    shared += total.shared;
  }
  const balanced = used === allocated && fedIn === allocated;
  return balanced && (!nothingShared || shared === 0n)
    ? undefined
    : { code: 'slot_totals_wrong', allocated, used, fedIn, shared };
}

function refuseReadingsRoot(
  context: BlockContext,
  run: Run,
  { standing }: Ground,
): ContractRefusal | undefined {
  const root = commitmentsRootOf(context.crypto, standing);
  return equalBytes(root, run.readingsRoot) ? undefined : { code: 'readings_root_wrong' };
}

/** Those whom the run concerns, each once, by rising number, and nobody else. */
function refuseMembers(
  postings: readonly Posting[],
  members: ReadonlySet<number>,
): ContractRefusal | undefined {
  let last = -1;
  for (const { member } of postings) {
    if (member <= last) return { code: 'postings_unordered', member, after: last };
    last = member;
  }
  for (const { member } of postings) {
    if (!members.has(member)) return { code: 'posting_without_trade', member };
  }
  if (postings.length === members.size) return undefined;
  const posted = new Set(postings.map((one) => one.member));
  const left = [...members].sort((a, b) => a - b).find((member) => !posted.has(member));
  return { code: 'posting_missing', member: left };
}

/** What members pay for trades is what members and, where trades have two prices, the community receive. */
function refuseAmounts(
  { postings, spread }: Run,
  { bounds, spreadMost }: Ground,
): ContractRefusal | undefined {
  const sum = postings.reduce((total, { amount }) => total + amount, spread as bigint);
  if (sum !== 0n) return { code: 'not_conserved', sum };
  if (spread < 0n || spread > spreadMost) return { code: 'not_conserved', spread, spreadMost };
  for (const { member, amount } of postings) {
    const { escrow } = bounds.get(member) ?? UNBOUND;
    if (-amount > escrow) return { code: 'escrow_exceeded', member, amount, escrow };
  }
  for (const { member, amount } of postings) {
    const { claims } = bounds.get(member) ?? UNBOUND;
    if (amount > claims) return { code: 'claim_exceeded', member, amount, claims };
  }
  return undefined;
}

/**
 * What members are charged is what the community's accounts receive by the totals, the policy and the
 * tariffs. Where only deviations are posted, nobody is charged more than for having delivered nothing.
 */
function refuseCharges(run: Run, ground: Ground): ContractRefusal | undefined {
  const { policy, tariffs, bounds } = ground;
  const sums = communitySums(run, policy, tariffs);
  // The spread is paid with the trades.
  const due = COMMUNITY_ACCOUNTS.reduce((all, one) => all + sums[one], -sums.spread);
  const charged = run.postings.reduce((total, { charge }) => total - charge, 0n);
  if (charged !== due) return { code: 'charges_wrong', charged, due };
  const onlyDeviations = policy.residualCharges === 'shown' && policy.sharing === 'none';
  for (const { member, charge } of run.postings) {
    const most = onlyDeviations ? (bounds.get(member) ?? UNBOUND).deviationMost : AMOUNT_MAX;
    if (-charge > most || charge > (onlyDeviations ? 0n : AMOUNT_MAX)) {
      return { code: 'charge_exceeded', member, charge, most };
    }
  }
  return undefined;
}

function refuseVersion(context: BlockContext, run: Run): ContractRefusal | undefined {
  const last = run.sequence === 0 ? undefined : context.state.get(settledPeriods, run.periodFromMs);
  const expected = versionFor(last, context.version(SETTLEMENT));
  return run.rulesVersion === expected
    ? undefined
    : { code: 'rules_version_invalid', version: run.rulesVersion, active: expected };
}

/** A later run that changes nothing is none: but for the final one after provisional ones. */
function refuseIdle(
  { state }: BlockContext,
  run: Run,
  { posted }: Ground,
): ContractRefusal | undefined {
  const last = state.get(settledPeriods, run.periodFromMs);
  if (run.sequence === 0 || last === undefined) return undefined;
  if (last.stage === 'provisional' && run.stage === 'final') return undefined;
  if (!equalBytes(last.readingsRoot, run.readingsRoot)) return undefined;
  if (!equalBytes(last.sharingRoot, run.sharingRoot)) return undefined;
  const same = run.postings.every(({ member, amount, charge }) => {
    const before = posted.get(member);
    return amount === (before?.amount ?? 0n) && charge === (before?.charge ?? 0n);
  });
  return same ? { code: 'nothing_to_adjust', periodFromMs: run.periodFromMs } : undefined;
}
