/**
 * Mandates: a member without a device lets another member's key act for it, in named types of
 * action, until an instant. Who may act for whom stands on the ledger, and either can end it.
 */

import {
  type ActionContext,
  type ActionType,
  type BlockContext,
  groupingByKey,
  type ReadTransaction,
  toHex,
} from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { actingMember, refuseRole } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import { identify, refuseStanding, wrongUser } from './identification.ts';
import {
  type EndMandate,
  endMandateCodec,
  type GiveMandate,
  giveMandateCodec,
} from './messages.ts';
import { keys, MANDATES_MAX, mandates, mandatesOfMember } from './state.ts';

/**
 * What a delegate can be let do: a member's ordinary business. Never what changes who a member is,
 * who acts or reads for it, or what an office decides: a delegate could make itself the member, and
 * with the mandates of two officers one person would be two voices.
 */
export const DELEGABLE: ReadonlySet<number> = new Set([
  ACTION.requestWithdrawal,
  ACTION.transfer,
  ACTION.share,
  ACTION.request,
  ACTION.reply,
  ACTION.sendEnergy,
  ACTION.counter,
  ACTION.accept,
  ACTION.endNegotiation,
  ACTION.withdraw,
  ACTION.standingOrder,
  ACTION.withdrawStanding,
  ACTION.disputeRun,
  ACTION.listEnergy,
  ACTION.sealListing,
  ACTION.revealListing,
  ACTION.withdrawListing,
  ACTION.transferStage,
]);

/** The mandates a key holds, so that a delegate can be told for whom it may act. */
export const mandatesOfDelegate = groupingByKey(mandates, (key) => toHex(key.delegateKey));

/** Why a key may not send this batch for another member; nothing when it may. */
export function refuseMandate(
  context: BlockContext,
  transaction: ReadTransaction,
  member: number,
): ContractRefusal | undefined {
  const { state, height, timeMs } = context;
  const delegateKey = transaction.envelope.sender;
  const mandate = state.get(mandates, { member, delegateKey });
  if (mandate === undefined) return wrongUser('mandate_unknown', { member });
  const standing = refuseStanding({ state, height }, member);
  if (standing !== undefined) return standing;
  const { untilMs } = mandate;
  if (untilMs <= timeMs) return wrongUser('mandate_expired', { untilMs, timeMs });
  const beyond = transaction.actions.find((one) => !mandate.actionTypes.includes(one.type));
  return beyond && wrongUser('mandate_lacks_action', { type: beyond.type });
}

export const giveMandate: ActionType<GiveMandate> = {
  type: ACTION.giveMandate,
  name: 'giveMandate',
  codec: giveMandateCodec,
  apply: (context, message) => applyGiveMandate(context, message),
};

export const endMandate: ActionType<EndMandate> = {
  type: ACTION.endMandate,
  name: 'endMandate',
  codec: endMandateCodec,
  apply: (context, message) => applyEndMandate(context, message),
};

function applyGiveMandate(
  context: ActionContext,
  message: GiveMandate,
): ContractRefusal | undefined {
  const { state } = context;
  const { delegateKey, actionTypes, untilMs } = message;
  const member = actingMember(context);
  const refusal =
    refuseDelegate(context, delegateKey, member) ??
    refuseDelegation(actionTypes) ??
    (untilMs <= context.timeMs
      ? { code: 'instant_past', untilMs, timeMs: context.timeMs }
      : undefined);
  if (refusal !== undefined) return refusal;
  const key = { member, delegateKey };
  const isNew = state.get(mandates, key) === undefined;
  if (isNew && !hasRoom(context, member)) return { code: 'mandate_too_many', most: MANDATES_MAX };
  state.set(mandates, key, { actionTypes: [...actionTypes].sort((a, b) => a - b), untilMs });
  return undefined;
}

function refuseDelegate(
  context: ActionContext,
  delegateKey: Uint8Array,
  member: number,
): ContractRefusal | undefined {
  const { state, height } = context;
  const identified = identify({ state, height }, delegateKey);
  if ('code' in identified) return { code: 'delegate_invalid', reason: identified.code };
  return identified.member === member
    ? { code: 'delegate_invalid', reason: 'the key is your own' }
    : undefined;
}

function refuseDelegation(actionTypes: readonly number[]): ContractRefusal | undefined {
  const beyond = actionTypes.find((type) => !DELEGABLE.has(type));
  if (beyond !== undefined) return { code: 'action_not_delegable', type: beyond };
  if (actionTypes.length === 0) return { code: 'action_not_delegable', reason: 'no type is named' };
  return new Set(actionTypes).size < actionTypes.length
    ? { code: 'action_not_delegable', reason: 'a type is named twice' }
    : undefined;
}

/** Whether a member may give one more; the ones that ran out make room. */
function hasRoom(context: ActionContext, member: number): boolean {
  const { state, timeMs } = context;
  for (const [key, one] of state.group(mandatesOfMember, `${member}`)) {
    if (one.untilMs <= timeMs) state.delete(mandates, key);
  }
  return state.group(mandatesOfMember, `${member}`).length < MANDATES_MAX;
}

function applyEndMandate(context: ActionContext, message: EndMandate): ContractRefusal | undefined {
  const { state } = context;
  const actor = actingMember(context);
  const { member, delegateKey } = message;
  if (actor !== member && state.get(keys, delegateKey)?.member !== actor) {
    const lacking = refuseRole(context, 'registrar');
    if (lacking !== undefined) return lacking;
  }
  if (state.get(mandates, { member, delegateKey }) === undefined) {
    return { code: 'mandate_unknown', member };
  }
  state.delete(mandates, { member, delegateKey });
  return undefined;
}
