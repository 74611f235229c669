/** What a member of a demonstration is and does, in the contracts' own words. */

import { DEFAULT_ROLES, type Kind, ROLE } from '@commonwatt/contracts';

/** The kinds of participant that SETM names (Ko and Praça 2021, section 3.2). */
export type MemberKind = Exclude<Kind, 'organisation'>;
export type MemberRole = 'producer' | 'consumer';

/** The sides of the market that the contracts give a kind unless a registrar says otherwise. */
export function rolesOf(kind: MemberKind): readonly MemberRole[] {
  const roles: readonly MemberRole[] = ['producer', 'consumer'];
  return roles.filter((role) => (DEFAULT_ROLES[kind] & ROLE[role]) !== 0);
}
