/**
 * The state machine's verdict on a run, from ledger bytes alone. Readings are not on the ledger, so
 * whether the meters confirm a run is for the checkers; that it pays nobody who is not owed, takes
 * from nobody more than was set aside, and leaves no trade out is judged here by every node.
 */

import { type BlockContext, equalBytes } from '@commonwatt/ledger';
import { closedSlots, markets } from '../market/state.ts';
import { type Period, refusePeriod } from '../metering/period.ts';
import { commitmentsOfPeriod } from '../metering/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import type { TradeEntry } from './delivery.ts';
import type { Posting, Run } from './messages.ts';
import { type Bounds, boundsOf, openTradesOf, tradeCutBy, tradedBySlot } from './open-trades.ts';
import { commitmentsRootOf } from './readings.ts';
import { commitmentsOf } from './run.ts';

/** The name of the rule set whose active version a run must have. */
export const SETTLEMENT = 'settlement';

/** Why a run cannot take effect now. The checks stand in order of precedence. */
export function refuseRun(context: BlockContext, run: Run): ContractRefusal | undefined {
  const trades = openTradesOf(context.state, run);
  const bounds = boundsOf(trades);
  return (
    refusePeriod(context, run) ??
    refuseUncleared(context, run) ??
    refuseSlotTotals(run, trades) ??
    refuseReadingsRoot(context, run) ??
    refuseMembers(run.postings, bounds) ??
    refuseAmounts(run.postings, bounds) ??
    refuseVersion(context, run)
  );
}

/** Slots that are still to be cleared may bring further trades, which would then never be settled. */
function refuseUncleared(context: BlockContext, run: Run): ContractRefusal | undefined {
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
  const cut = tradeCutBy(context.state, run);
  return cut === undefined ? undefined : { code: 'period_invalid', tradeOfSlotMs: cut[1].slotMs };
}

function refuseSlotTotals(
  run: Run & Period,
  trades: readonly TradeEntry[],
): ContractRefusal | undefined {
  const open = new Map(tradedBySlot(trades));
  let last = run.periodFromMs - 1;
  for (const { slotMs, traded, delivered } of run.slotTotals) {
    const expected = open.get(slotMs) ?? 0n;
    open.delete(slotMs);
    const placed = slotMs > last && slotMs < run.periodUntilMs;
    if (!placed || traded !== expected || delivered > traded) {
      return { code: 'slot_totals_wrong', slotMs, traded, delivered, expected };
    }
    last = slotMs;
  }
  const [left] = open;
  return left && { code: 'slot_totals_wrong', slotMs: left[0], expected: left[1] };
}

function refuseReadingsRoot(context: BlockContext, run: Run): ContractRefusal | undefined {
  const standing = context.state.group(commitmentsOfPeriod, `${run.periodFromMs}`);
  const root = commitmentsRootOf(context.crypto.sha256, commitmentsOf(run, standing));
  return equalBytes(root, run.readingsRoot) ? undefined : { code: 'readings_root_wrong' };
}

/** The parties of the period's trades, each once, by rising number, and nobody else. */
function refuseMembers(
  postings: readonly Posting[],
  bounds: ReadonlyMap<number, Bounds>,
): ContractRefusal | undefined {
  let last = -1;
  for (const { member } of postings) {
    if (member <= last) return { code: 'postings_unordered', member, after: last };
    last = member;
  }
  for (const { member } of postings) {
    if (!bounds.has(member)) return { code: 'posting_without_trade', member };
  }
  if (postings.length === bounds.size) return undefined;
  const posted = new Set(postings.map((one) => one.member));
  const left = [...bounds.keys()].sort((a, b) => a - b).find((member) => !posted.has(member));
  return { code: 'posting_missing', member: left };
}

function refuseAmounts(
  postings: readonly Posting[],
  bounds: ReadonlyMap<number, Bounds>,
): ContractRefusal | undefined {
  const sum = postings.reduce((total, { amount }) => total + amount, 0n);
  if (sum !== 0n) return { code: 'not_conserved', sum };
  for (const { member, amount } of postings) {
    const escrow = bounds.get(member)?.escrow ?? 0n;
    if (-amount > escrow) return { code: 'escrow_exceeded', member, amount, escrow };
  }
  for (const { member, amount } of postings) {
    const claims = bounds.get(member)?.claims ?? 0n;
    if (amount > claims) return { code: 'claim_exceeded', member, amount, claims };
  }
  return undefined;
}

function refuseVersion(context: BlockContext, run: Run): ContractRefusal | undefined {
  const active = context.version(SETTLEMENT);
  return run.rulesVersion === active
    ? undefined
    : { code: 'rules_version_invalid', version: run.rulesVersion, active };
}
