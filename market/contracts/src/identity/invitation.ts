/** Invitations: the registrars offer membership to whoever holds an invite's private key, once. */

import type { ActionContext, State } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import { refuseAdmission } from './admission.ts';
import { type CancelInvite, cancelInviteCodec, type Invite, inviteCodec } from './messages.ts';
import { refuseKey } from './registration.ts';
import { INVITES_MAX, invites } from './state.ts';

/** An invite stands open for at most this long. */
export const INVITE_MS_MAX = 366 * 86_400_000;

export const invite = authorised(ACTION.invite, 'invite', 'registrar', inviteCodec, carryOutInvite);

export const cancelInvite = authorised(
  ACTION.cancelInvite,
  'cancelInvite',
  'registrar',
  cancelInviteCodec,
  carryOutCancelInvite,
);

function carryOutInvite(context: ActionContext, message: Invite): ContractRefusal | undefined {
  const refusal = refuseAdmission(context, message) ?? refuseInvite(context, message);
  if (refusal !== undefined) return refusal;
  context.state.set(invites, message.inviteKey, message);
  return undefined;
}

function refuseInvite(context: ActionContext, message: Invite): ContractRefusal | undefined {
  const { state, timeMs } = context;
  const { inviteKey, expiresMs } = message;
  if (expiresMs <= timeMs) return { code: 'instant_past', expiresMs, timeMs };
  const latestMs = timeMs + INVITE_MS_MAX;
  if (expiresMs > latestMs) return { code: 'instant_too_far', expiresMs, latestMs };
  if (state.get(invites, inviteKey) !== undefined) return { code: 'invite_known' };
  if (state.size(invites) >= INVITES_MAX && !makeRoom(state, timeMs)) {
    return { code: 'invites_too_many', most: INVITES_MAX };
  }
  return refuseKey(state, inviteKey);
}

/** Removes the invites that ran out. They are looked for only when there is no room. */
function makeRoom(state: State, timeMs: number): boolean {
  for (const [key, one] of state.entries(invites)) {
    if (one.expiresMs <= timeMs) state.delete(invites, key);
  }
  return state.size(invites) < INVITES_MAX;
}

function carryOutCancelInvite(
  context: ActionContext,
  message: CancelInvite,
): ContractRefusal | undefined {
  if (context.state.get(invites, message.inviteKey) === undefined) {
    return { code: 'invite_unknown' };
  }
  context.state.delete(invites, message.inviteKey);
  return undefined;
}
