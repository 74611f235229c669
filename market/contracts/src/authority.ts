/**
 * Who may do what only some may do. An action that needs an authority is carried out directly when
 * one holder of the role is enough, and through a proposal when the threshold is higher.
 */

import type { ActionContext, ActionType, Codec, State } from '@commonwatt/ledger';
import { AUTHORITIES, type Authority, thresholds } from './governance/state.ts';
import { ROLE } from './identity/messages.ts';
import { type Member, members } from './identity/state.ts';
import type { ContractRefusal } from './refusals.ts';

/** An action type whose effect needs an authority's decision. */
export interface AuthorisedAction<M> extends ActionType<M> {
  readonly authority: Authority;
  /** The effect once the authority has decided. */
  readonly carryOut: (context: ActionContext, message: M) => ContractRefusal | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a list holds actions of every message type
export type AnyAuthorisedAction = AuthorisedAction<any>;

/** Defines an action that an authority decides. */
export function authorised<M>(
  type: number,
  name: string,
  authority: Authority,
  codec: Codec<M>,
  carryOut: (context: ActionContext, message: M) => ContractRefusal | undefined,
): AuthorisedAction<M> {
  return {
    type,
    name,
    codec,
    authority,
    carryOut,
    apply: (context, message) => refuseAuthority(context, authority) ?? carryOut(context, message),
  };
}

/** Why the actor may not decide alone; nothing when it may. */
export function refuseAuthority(
  context: ActionContext,
  authority: Authority,
): ContractRefusal | undefined {
  const lacking = refuseVoice(context, authority);
  if (lacking !== undefined) return lacking;
  const needed = neededVoices(context.state, authority);
  return needed > 1 ? { code: 'needs_decision', authority, needed } : undefined;
}

/**
 * Why the actor has no voice in an authority; nothing when it has one. A delegate never has: with
 * the mandates of two officers one person would be two voices.
 */
export function refuseVoice(
  context: ActionContext,
  authority: Authority,
): ContractRefusal | undefined {
  if (context.actor.delegate !== undefined) return { code: 'mandate_lacks_action', authority };
  return refuseRole(context, authority);
}

/** How many holders of the role must agree. */
export function neededVoices(state: State, authority: Authority): number {
  return state.get(thresholds, authority)?.count ?? 1;
}

/** Why the actor may not act in a role; nothing when it may. */
export function refuseRole(
  context: ActionContext,
  role: keyof typeof ROLE,
): ContractRefusal | undefined {
  const { member } = context.actor;
  const held = member === undefined ? 0 : (context.state.get(members, member)?.roles ?? 0);
  return (held & ROLE[role]) === 0 ? { code: 'role_missing', role } : undefined;
}

/** Whether a member may act in a role at a height: it holds it, has begun and has not ended. */
export function mayAct(member: Member, role: keyof typeof ROLE, height: number): boolean {
  return (
    (member.roles & ROLE[role]) !== 0 &&
    member.activeFromHeight <= height &&
    (member.revokedFromHeight === undefined || height < member.revokedFromHeight)
  );
}

/** The authorities in which a set of roles has a voice. */
export function authoritiesAmong(roles: number): readonly Authority[] {
  return AUTHORITIES.filter((authority) => (roles & ROLE[authority]) !== 0);
}

/** Members with a voice in an authority and no end in sight. Rare: it looks at every member. */
export function lastingVoices(
  state: State,
  authority: Authority,
  height: number,
): readonly number[] {
  return state
    .entries(members)
    .filter(([, one]) => one.revokedFromHeight === undefined && mayAct(one, authority, height))
    .map(([member]) => member);
}

/** The acting member. The identity module has made sure that there is one. */
export function actingMember(context: ActionContext): number {
  const { member } = context.actor;
  if (member === undefined) throw new Error('an action without a member passed authentication');
  return member;
}
