/** Joining: a new key takes an invite and is a member from then on. */

import {
  type ActionContext,
  type ActionType,
  type BlockContext,
  possessionBytes,
  verifyRegistered,
} from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import type { ContractRefusal } from '../refusals.ts';
import { wrongUser } from './identification.ts';
import { type Join, joinCodec } from './messages.ts';
import { refuseAgreementKey, refuseCrowd, refuseKey, registerMember } from './registration.ts';
import { invites } from './state.ts';

/** Why a key that nobody knows may not take an invite. User security asks it, cheapest first. */
export function refuseInvited(
  context: BlockContext,
  sender: Uint8Array,
  join: Join,
): ContractRefusal | undefined {
  const { state, timeMs } = context;
  const open = state.get(invites, join.inviteKey);
  if (open === undefined) return wrongUser('invite_unknown');
  const { expiresMs } = open;
  if (expiresMs <= timeMs) return wrongUser('invite_expired', { expiresMs, timeMs });
  const asked = possessionBytes(context.chain, 'join', sender);
  if (!verifyRegistered(context.crypto, join.inviteKey, asked, join.inviteSignature)) {
    return wrongUser('possession_missing', { purpose: 'join' });
  }
  return refuseKey(state, sender) ?? refuseAgreementKey(join.agreementKey) ?? refuseCrowd(state);
}

/** The sender's own signature on the transaction is the new key's proof of possession. */
export const join: ActionType<Join> = {
  type: ACTION.join,
  name: 'join',
  codec: joinCodec,
  apply: (context, message) => applyJoin(context, message),
};

function applyJoin(context: ActionContext, message: Join): ContractRefusal | undefined {
  const { state, actor } = context;
  if (actor.member !== undefined) return { code: 'key_known' };
  const open = state.get(invites, message.inviteKey);
  if (open === undefined) throw new Error('join: user security let an unknown invite pass');
  state.delete(invites, message.inviteKey);
  registerMember(context, {
    publicKey: actor.key,
    agreementKey: message.agreementKey,
    admission: open,
    activeFromHeight: context.height,
    change: 'joined',
  });
  return undefined;
}
