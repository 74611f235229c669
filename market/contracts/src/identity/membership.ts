/** What the registrars change about a member: its roles and connection limits, and its end. */

import type { ActionContext, State } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { authorised, authoritiesAmong, lastingVoices, neededVoices } from '../authority.ts';
import { type MemberChanged, memberChanged } from '../events.ts';
import type { ContractRefusal } from '../refusals.ts';
import { refuseRoles } from './admission.ts';
import {
  type AmendMember,
  amendMemberCodec,
  type RevokeMember,
  revokeMemberCodec,
} from './messages.ts';
import { type Member, members } from './state.ts';

export const revokeMember = authorised(
  ACTION.revokeMember,
  'revokeMember',
  'registrar',
  revokeMemberCodec,
  carryOutRevokeMember,
);

export const amendMember = authorised(
  ACTION.amendMember,
  'amendMember',
  'registrar',
  amendMemberCodec,
  carryOutAmendMember,
);

function carryOutRevokeMember(
  context: ActionContext,
  message: RevokeMember,
): ContractRefusal | undefined {
  const { state, height } = context;
  const { member, fromHeight } = message;
  const found = findMember(context, member);
  if ('code' in found) return found;
  if (fromHeight < height) return { code: 'height_past', fromHeight, height };
  const lonely = refuseLoneAuthority(state, member, found, { rolesLeft: 0, height });
  if (lonely !== undefined) return lonely;
  state.set(members, member, { ...found, revokedFromHeight: fromHeight });
  context.emit<MemberChanged>(memberChanged, {
    member,
    change: 'revoked',
    effectiveMs: context.timeMs,
  });
  return undefined;
}

function carryOutAmendMember(
  context: ActionContext,
  message: AmendMember,
): ContractRefusal | undefined {
  const { state, height } = context;
  const { member, roles, importLimitW, exportLimitW } = message;
  const found = findMember(context, member);
  if ('code' in found) return found;
  const refusal =
    refuseRoles(context, roles & ~found.roles) ??
    refuseLoneAuthority(state, member, found, { rolesLeft: roles, height });
  if (refusal !== undefined) return refusal;
  state.set(members, member, { ...found, roles, importLimitW, exportLimitW });
  context.emit<MemberChanged>(memberChanged, {
    member,
    change: 'amended',
    effectiveMs: context.timeMs,
  });
  return undefined;
}

/** The member, as long as it has not ended. */
function findMember(context: ActionContext, member: number): Member | ContractRefusal {
  const found = context.state.get(members, member);
  if (found === undefined) return { code: 'member_unknown', member };
  const { revokedFromHeight } = found;
  return revokedFromHeight !== undefined && revokedFromHeight <= context.height
    ? { code: 'member_revoked', member, revokedFromHeight }
    : found;
}

/**
 * Refuses to leave an authority with fewer voices than its decisions need: it could never decide
 * again, and for the registrars nobody could mend that.
 */
function refuseLoneAuthority(
  state: State,
  member: number,
  found: Member,
  after: { readonly rolesLeft: number; readonly height: number },
): ContractRefusal | undefined {
  for (const authority of authoritiesAmong(found.roles & ~after.rolesLeft)) {
    const needed = neededVoices(state, authority);
    const lasting = lastingVoices(state, authority, after.height);
    const left = lasting.filter((one) => one !== member).length;
    if (lasting.length >= needed && left < needed) {
      return { code: 'holders_too_few', authority, needed, left };
    }
  }
  return undefined;
}
