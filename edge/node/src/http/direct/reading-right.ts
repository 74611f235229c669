/** Who reads a round, and how much of it: participants, the companies it names, officers. */

import type { RoleName } from '@commonwatt/api';
import { type DirectRoundState, directRounds, refuseRoundReader } from '@commonwatt/contracts';
import type { State } from '@commonwatt/ledger';
import type { Requester } from '../policy.ts';
import { type Refused, refused } from '../refused.ts';

export interface RoundReader {
  readonly number: number;
  readonly round: DirectRoundState;
  readonly member: number;
  /** Sees everybody's contracts: by office, or as one of the round's companies. */
  readonly seesAll: boolean;
  readonly byOffice: boolean;
}

const OFFICES: readonly RoleName[] = ['registrar', 'treasurer', 'operator', 'checker', 'auditor'];

export function readsByOffice({ roles }: Pick<Requester, 'roles'>): boolean {
  return OFFICES.some((role) => roles.has(role));
}

/** The round for somebody who may read it, or the contract's own refusal. */
export function roundReader(
  state: State,
  number: number,
  requester: Requester,
): RoundReader | Refused<'not_admitted' | 'round_unknown'> {
  const { member } = requester;
  const round = state.get(directRounds, number);
  // Whoever is not admitted anywhere is not told which rounds there are.
  if (member === undefined) return refused('not_admitted', { round: number });
  const refusal = refuseRoundReader(state, number, member);
  if (refusal !== undefined || round === undefined) {
    const isUnknown = refusal?.code === 'round_unknown';
    return refused(isUnknown ? 'round_unknown' : 'not_admitted', { round: number });
  }
  const { gridMember, feeMember, dispatchMember, certificateMember } = round.rules;
  const companies = [gridMember, feeMember, dispatchMember, certificateMember];
  const byOffice = readsByOffice(requester);
  return { number, round, member, byOffice, seesAll: byOffice || companies.includes(member) };
}

/** Sealed listings are their members' own until the lots are drawn. */
export function isSealed({ rules, stage }: DirectRoundState): boolean {
  return rules.form === 'sealed' && (stage === 'listing' || stage === 'revealing');
}
