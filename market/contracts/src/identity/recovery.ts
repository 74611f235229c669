/**
 * Recovery: the registrars give a member who lost the key another one. It takes effect after a
 * delay in which everyone entitled sees it and the holder of the present key can stop it. The
 * member's number, and with it balance and history, stay.
 */

import type { ActionContext, ActionType, BlockContext, State } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised, refuseRole } from '../authority.ts';
import { type MemberChanged, memberChanged } from '../events.ts';
import { parameters } from '../parameters.ts';
import type { ContractRefusal } from '../refusals.ts';
import { refuseNewKey } from './enrol.ts';
import { refuseStanding } from './identification.ts';
import {
  type CancelRecovery,
  cancelRecoveryCodec,
  type RecoverKey,
  recoverKeyCodec,
} from './messages.ts';
import { replaceKey } from './registration.ts';
import {
  grantsOfMember,
  mandates,
  mandatesOfMember,
  RECOVERIES_MAX,
  type Recovery,
  readingGrants,
  recoveries,
} from './state.ts';

export const recoverKey = authorised(
  ACTION.recoverKey,
  'recoverKey',
  'registrar',
  recoverKeyCodec,
  carryOutRecoverKey,
);

export const cancelRecovery: ActionType<CancelRecovery> = {
  type: ACTION.cancelRecovery,
  name: 'cancelRecovery',
  codec: cancelRecoveryCodec,
  apply: (context, message) => applyCancelRecovery(context, message),
};

function carryOutRecoverKey(
  context: ActionContext,
  message: RecoverKey,
): ContractRefusal | undefined {
  const { state, timeMs } = context;
  const { member, newKey, agreementKey, possession } = message;
  const refusal =
    refuseRecovery(context, member) ??
    refuseNewKey(context, { publicKey: newKey, agreementKey, possession }, 'recover');
  if (refusal !== undefined) return refusal;
  const delayMs = state.get(parameters, 0)?.recoveryDelayMs;
  if (delayMs === undefined) throw new Error('recoverKey: the ledger has no parameters');
  const effectiveMs = timeMs + delayMs;
  state.set(recoveries, member, { newKey, agreementKey, effectiveMs });
  context.emit<MemberChanged>(memberChanged, { member, change: 'recovery begun', effectiveMs });
  return undefined;
}

function refuseRecovery(context: ActionContext, member: number): ContractRefusal | undefined {
  const { state, height } = context;
  const standing = refuseStanding({ state, height }, member);
  // The member need not have begun to act; it must be there and not have ended.
  if (standing?.code === 'member_unknown') return { code: 'member_unknown', member };
  if (standing?.code === 'member_revoked') return { code: 'member_revoked', member };
  if (state.get(recoveries, member) !== undefined) return { code: 'recovery_known', member };
  return state.size(recoveries) < RECOVERIES_MAX
    ? undefined
    : { code: 'recoveries_too_many', most: RECOVERIES_MAX };
}

/** The holder of the present key may, and any one registrar: stopping needs no second voice. */
function applyCancelRecovery(
  context: ActionContext,
  message: CancelRecovery,
): ContractRefusal | undefined {
  const { member } = message;
  if (context.actor.member !== member) {
    const lacking = refuseRole(context, 'registrar');
    if (lacking !== undefined) return lacking;
  }
  if (context.state.get(recoveries, member) === undefined) {
    return { code: 'recovery_unknown', member };
  }
  dropRecovery(context, member);
  return undefined;
}

function dropRecovery(context: BlockContext, member: number): void {
  context.state.delete(recoveries, member);
  const effectiveMs = context.timeMs;
  context.emit<MemberChanged>(memberChanged, { member, change: 'recovery cancelled', effectiveMs });
}

/** The recoveries whose delay is over take effect before the block's transactions. */
export function carryOutDueRecoveries(context: BlockContext): void {
  const { state } = context;
  if (state.size(recoveries) === 0) return;
  for (const [member, recovery] of state.entries(recoveries)) {
    if (recovery.effectiveMs <= context.timeMs) carryOutRecovery(context, member, recovery);
  }
}

function carryOutRecovery(context: BlockContext, member: number, recovery: Recovery): void {
  const { state, height, timeMs } = context;
  if (refuseStanding({ state, height }, member)?.code === 'member_revoked') {
    dropRecovery(context, member);
    return;
  }
  // First, so that the key is nobody's when it is registered.
  state.delete(recoveries, member);
  replaceKey(
    state,
    member,
    { publicKey: recovery.newKey, agreementKey: recovery.agreementKey },
    height,
  );
  takeBackWhatTheLostKeyGave(state, member);
  context.emit<MemberChanged>(memberChanged, {
    member,
    change: 'key recovered',
    effectiveMs: timeMs,
  });
}

/** Whoever found the key may have let others act or read: the member gives it anew. */
function takeBackWhatTheLostKeyGave(state: State, member: number): void {
  for (const [key] of state.group(mandatesOfMember, `${member}`)) state.delete(mandates, key);
  for (const [key] of state.group(grantsOfMember, `${member}`)) state.delete(readingGrants, key);
}

/** When the next recovery takes effect. */
export function nextRecoveryMs(state: State): number | undefined {
  let next: number | undefined;
  if (state.size(recoveries) === 0) return next;
  for (const [, { effectiveMs }] of state.entries(recoveries)) {
    if (next === undefined || effectiveMs < next) next = effectiveMs;
  }
  return next;
}
