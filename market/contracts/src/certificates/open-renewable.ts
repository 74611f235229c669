/**
 * Certificates of a community: a settled run commits to each member's renewable energy without
 * showing it. Who wants certificates for it opens the commitment, once for each run of the period.
 */

import {
  type ActionContext,
  type ActionType,
  asciiBytes,
  type BlockContext,
  concatBytes,
  encode,
  type Sha256,
  type State,
  u64,
} from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember, refuseVoice } from '../authority.ts';
import type { Period } from '../metering/period.ts';
import { dayOf, metersOfMember } from '../metering/state.ts';
import { refuseLedger } from '../parameters.ts';
import type { ContractRefusal } from '../refusals.ts';
import { opensEnergy } from '../settlement/lines.ts';
import { correctables, settledPeriods } from '../settlement/state.ts';
import { entitlementOf, grantEntitlement } from './entitlements.ts';
import { type OpenRenewable, openRenewableCodec } from './messages.ts';
import { openings, openingsOfDay } from './state.ts';

const SOURCE_DOMAIN = asciiBytes('commonwatt/run-source/1');

/** The source that a settled period is to its members: the same for every run of it. */
export function runSource(sha256: Sha256, { periodFromMs, periodUntilMs }: Period): Uint8Array {
  return sha256(concatBytes(SOURCE_DOMAIN, encode(u64, periodFromMs), encode(u64, periodUntilMs)));
}

export const openRenewable: ActionType<OpenRenewable> = {
  type: ACTION.openRenewable,
  name: 'open renewable',
  codec: openRenewableCodec,
  apply(context, message) {
    const { state, crypto } = context;
    const { member, periodFromMs, ...opened } = message;
    const refusal = refuseLedger(state, 'market') ?? refuseSpeaker(context, member);
    if (refusal !== undefined) return refusal;
    const settled = state.get(settledPeriods, periodFromMs);
    if (settled === undefined) return { code: 'run_unknown', periodFromMs };
    const kept = state.get(correctables, periodFromMs);
    if (kept === undefined || kept.untilMs <= context.timeMs) {
      return { code: 'period_settled', periodFromMs };
    }
    const posting = kept.members.find((one) => one.member === member);
    if (posting === undefined) return { code: 'posting_missing', member };
    const { periodUntilMs } = settled;
    const opening = { member, periodFromMs, periodUntilMs, ...opened };
    if (!opensEnergy(crypto.sha256, opening, posting.energyCommitment)) {
      return { code: 'opening_wrong', member };
    }
    const { sequence } = settled;
    const source = runSource(crypto.sha256, { periodFromMs, periodUntilMs });
    if (state.get(openings, { member, source })?.sequence === sequence) {
      return { code: 'source_claimed', member, sequence };
    }
    state.set(openings, { member, source }, { periodFromMs, sequence, untilMs: kept.untilMs });
    grantEntitlement(context, {
      member,
      kind: 'renewable',
      source,
      fromMs: periodFromMs,
      untilMs: periodUntilMs,
      technology: 'other',
      region: regionOf(state, member, source),
      energy: message.renewable,
    });
    return undefined;
  },
};

/** Of a member's own affairs it speaks itself; of a correction a checker may, who knows it as well. */
function refuseSpeaker(context: ActionContext, member: number): ContractRefusal | undefined {
  return actingMember(context) === member ? undefined : refuseVoice(context, 'checker');
}

/** The feeder of the member's first renewable meter, as it was when it opened the period first. */
function regionOf(state: State, member: number, source: Uint8Array): string {
  const before = entitlementOf(state, { member, kind: 'renewable', source });
  if (before !== undefined) return before.region;
  const own = state.group(metersOfMember, `${member}`);
  return own.find(([, meter]) => meter.renewable === 'yes')?.[1].position.feeder ?? '';
}

/**
 * When a period can be corrected no more, what was opened of a run before its last one falls to
 * nothing: nobody keeps certificates by not opening what lowers them.
 */
export function endOpenings(context: BlockContext): void {
  const { state, timeMs } = context;
  if (state.size(openings) === 0) return;
  const today = Number(dayOf(timeMs));
  for (const day of state.groupNames(openingsOfDay)) {
    if (Number(day) > today) continue;
    for (const [key, { periodFromMs, sequence, untilMs }] of state.group(openingsOfDay, day)) {
      if (untilMs > timeMs) continue;
      state.delete(openings, key);
      if (state.get(settledPeriods, periodFromMs)?.sequence === sequence) continue;
      const found = entitlementOf(state, { ...key, kind: 'renewable' });
      if (found === undefined) continue;
      const { version: _version, lockedVersion: _locked, lockedPeer: _peer, ...what } = found;
      grantEntitlement(context, { ...what, ...key, kind: 'renewable', energy: energy(0n) });
    }
  }
}
