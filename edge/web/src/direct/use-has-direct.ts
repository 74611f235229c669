/** Whether direct purchase has anything to do with the key on this device. */

import { useOwn } from '../live.tsx';
import { isOfCentre } from './direct-parts.ts';

/**
 * Rounds that it may read, applications to review, or an admission of its own. Rounds are refused to who is neither
 * admitted nor of the centre, so nobody else asks for them.
 */
export function useHasDirect(): boolean {
  const me = useOwn('ownMember', {});
  const isOfficer = me.data !== undefined && isOfCentre(me.data.roles);
  const member = me.data?.member;
  const own = useOwn('memberDirect', { params: { member: `${member}` } }, member !== undefined);
  const isAdmitted = (own.data?.admission ?? null) !== null;
  const rounds = useOwn('directRounds', {}, isOfficer || isAdmitted);
  const admissions = useOwn('directAdmissions', {}, isOfficer);
  return (
    (rounds.data?.rounds.length ?? 0) > 0 ||
    (admissions.data?.admissions.length ?? 0) > 0 ||
    isAdmitted
  );
}
