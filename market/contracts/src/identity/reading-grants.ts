/** Grants to read: a member lets a key, a member's or a stranger's, see part of its own rows. */

import {
  type ActionContext,
  type ActionType,
  acceptablePublicKey,
  type State,
} from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { actingMember } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import {
  type EndReading,
  endReadingCodec,
  type GrantReading,
  grantReadingCodec,
  SCOPE,
  SCOPES_ALL,
  type Scope,
} from './messages.ts';
import { grantsOfMember, READING_GRANTS_MAX, readingGrants } from './state.ts';

export const grantReading: ActionType<GrantReading> = {
  type: ACTION.grantReading,
  name: 'grantReading',
  codec: grantReadingCodec,
  apply: (context, message) => applyGrantReading(context, message),
};

export const endReading: ActionType<EndReading> = {
  type: ACTION.endReading,
  name: 'endReading',
  codec: endReadingCodec,
  apply: (context, message) => applyEndReading(context, message),
};

/** Whether a member has let a key read one part of its rows, at an instant. */
export function isReadingGranted(
  state: State,
  asked: {
    readonly member: number;
    readonly key: Uint8Array;
    readonly scope: Scope;
    readonly timeMs: number;
  },
): boolean {
  const grant = state.get(readingGrants, { member: asked.member, key: asked.key });
  if (grant === undefined || grant.untilMs <= asked.timeMs) return false;
  return (grant.scopes & SCOPE[asked.scope]) !== 0;
}

function applyGrantReading(
  context: ActionContext,
  message: GrantReading,
): ContractRefusal | undefined {
  const { state, timeMs } = context;
  const { key, scopes, untilMs } = message;
  const member = actingMember(context);
  if (scopes === 0 || (scopes & ~SCOPES_ALL) !== 0) return { code: 'scopes_invalid', scopes };
  if (untilMs <= timeMs) return { code: 'instant_past', untilMs, timeMs };
  const reason = acceptablePublicKey(key);
  if (reason !== undefined) return { code: 'key_unacceptable', key: 'public', reason };
  const isNew = state.get(readingGrants, { member, key }) === undefined;
  if (isNew && !hasRoom(context, member)) {
    return { code: 'grants_too_many', most: READING_GRANTS_MAX };
  }
  state.set(readingGrants, { member, key }, { scopes, untilMs });
  return undefined;
}

/** Whether a member may give one more; the ones that ran out make room. */
function hasRoom(context: ActionContext, member: number): boolean {
  const { state, timeMs } = context;
  for (const [key, one] of state.group(grantsOfMember, `${member}`)) {
    if (one.untilMs <= timeMs) state.delete(readingGrants, key);
  }
  return state.group(grantsOfMember, `${member}`).length < READING_GRANTS_MAX;
}

function applyEndReading(context: ActionContext, message: EndReading): ContractRefusal | undefined {
  const key = { member: actingMember(context), key: message.key };
  if (context.state.get(readingGrants, key) === undefined) return { code: 'grant_unknown' };
  context.state.delete(readingGrants, key);
  return undefined;
}
