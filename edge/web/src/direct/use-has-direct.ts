/** Whether direct purchase has anything to do with the key on this device. */

import { useOwn } from '../live.tsx';
import { isOfCentre } from './direct-parts.ts';

/** Rounds that it may read, applications to review, or an admission of its own. */
export function useHasDirect(): boolean {
  const me = useOwn('ownMember', {});
  const roles = me.data?.roles;
  const rounds = useOwn('directRounds', {}, roles !== undefined);
  const admissions = useOwn('directAdmissions', {}, roles !== undefined && isOfCentre(roles));
  const member = me.data?.member;
  const own = useOwn('memberDirect', { params: { member: `${member}` } }, member !== undefined);
  return (
    (rounds.data?.rounds.length ?? 0) > 0 ||
    (admissions.data?.admissions.length ?? 0) > 0 ||
    (own.data?.admission ?? null) !== null
  );
}
