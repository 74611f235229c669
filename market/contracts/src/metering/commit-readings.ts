/** Commitments: the ledger learns that readings exist and cannot change unseen, not what they say. */

import { type ActionContext, type ActionType, equalBytes } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { actingMember, refuseRole } from '../authority.ts';
import { readingsCommitted } from '../events.ts';
import type { ContractRefusal } from '../refusals.ts';
import { type CommitReadings, commitReadingsCodec, type ReadingsRoot } from './messages.ts';
import { type Period, refusePeriod } from './period.ts';
import { commitments, type Meter, meters } from './state.ts';

/** The last version a commitment can have. */
export const VERSION_MAX = 0xffff;

export const commitReadings: ActionType<CommitReadings> = {
  type: ACTION.commitReadings,
  name: 'commitReadings',
  codec: commitReadingsCodec,
  apply(context, message) {
    const refusal = refusePeriod(context, message, 'readings') ?? refuseRoots(context, message);
    if (refusal !== undefined) return refusal;
    for (const root of message.roots) write(context, message, root);
    const { periodFromMs, roots } = message;
    context.emit(readingsCommitted, { periodFromMs, meters: roots.length });
    return undefined;
  },
};

function refuseRoots(
  context: ActionContext,
  { periodFromMs, roots }: CommitReadings,
): ContractRefusal | undefined {
  if (roots.length === 0) return { code: 'roots_unordered', expected: 'one root or more' };
  let last = -1;
  for (const { meter } of roots) {
    if (meter <= last) return { code: 'roots_unordered', meter, after: last };
    last = meter;
  }
  for (const { meter } of roots) {
    const refusal = refuseMeter(context, meter, periodFromMs);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refuseMeter(
  context: ActionContext,
  meter: number,
  periodFromMs: number,
): ContractRefusal | undefined {
  const found = context.state.get(meters, meter);
  if (found === undefined) return { code: 'meter_unknown', meter };
  const { retiredMs } = found;
  if (retiredMs !== undefined && periodFromMs >= retiredMs) {
    return { code: 'meter_retired', meter, retiredMs };
  }
  if (!speaksFor(context, found)) return { code: 'not_the_meter', meter };
  const version = context.state.get(commitments, { periodFromMs, meter })?.version ?? 0;
  return version < VERSION_MAX ? undefined : { code: 'versions_exhausted', meter, version };
}

/**
 * A member in the provider's role, for every meter: salts are kept where readings are, so that a
 * device can hardly commit itself, and who signed a reading stands in its leaf. Or the meter's own
 * key while it is trusted.
 */
function speaksFor(context: ActionContext, meter: Meter): boolean {
  if (refuseRole(context, 'provider') === undefined) return true;
  return equalBytes(context.actor.key, meter.key) && meter.revokedMs === undefined;
}

/** A root that stands already, for the same period, is not a new version. */
function write(context: ActionContext, period: Period, { meter, root }: ReadingsRoot): void {
  const { periodFromMs, periodUntilMs } = period;
  const before = context.state.get(commitments, { periodFromMs, meter });
  const same =
    before !== undefined && before.periodUntilMs === periodUntilMs && equalBytes(before.root, root);
  if (same) return;
  context.state.set(
    commitments,
    { periodFromMs, meter },
    {
      periodUntilMs,
      root,
      version: (before?.version ?? 0) + 1,
      signedBy: actingMember(context),
    },
  );
}
