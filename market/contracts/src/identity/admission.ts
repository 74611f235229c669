/** What may be decided about a new member, by enrolment and by invitation alike. */

import type { ActionContext } from '@commonwatt/ledger';
import { authoritiesAmong, neededVoices, refuseAuthority } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import { type Admission, ROLES_ALL } from './messages.ts';

/** Why the registrars may not admit somebody on these terms; nothing when they may. */
export function refuseAdmission(
  context: ActionContext,
  admission: Admission,
): ContractRefusal | undefined {
  return refuseRoles(context, admission.roles) ?? refuseCredit(context, admission.creditLimit);
}

/**
 * Why registrars may not hand out these roles. They decide who holds any role, so a role whose own
 * decisions need more voices than theirs is not theirs to give: one registrar could otherwise make
 * the treasurers that a payment needs.
 */
export function refuseRoles(context: ActionContext, given: number): ContractRefusal | undefined {
  if ((given & ~ROLES_ALL) !== 0) return { code: 'roles_invalid', roles: given };
  const own = neededVoices(context.state, 'registrar');
  for (const authority of authoritiesAmong(given)) {
    const needed = neededVoices(context.state, authority);
    if (needed > own) return { code: 'needs_decision', authority, needed };
  }
  return undefined;
}

/** Credit is the operators' to give: whoever admits with a limit must be able to decide for them. */
function refuseCredit(
  context: ActionContext,
  limit: Admission['creditLimit'],
): ContractRefusal | undefined {
  if (limit < 0n) return { code: 'limit_negative', limit };
  return limit === 0n ? undefined : refuseAuthority(context, 'operator');
}
