/**
 * Identification, the uI of Ko and Praca 2021, Algorithm 1: which member a key belongs to, and
 * whether key and member may act at a height. The doors ask it for reading, the ledger for acting.
 */

import { type State, WRONG_USER } from '@commonwatt/ledger';
import type { ContractRefusal } from '../refusals.ts';
import { keys, members } from './state.ts';

/** A state and the height it is asked at. */
export interface Moment {
  readonly state: State;
  readonly height: number;
}

/** The member behind a key, or why nobody may act with it. */
export type Identified = { readonly member: number } | ContractRefusal;

export function identify(at: Moment, key: Uint8Array): Identified {
  const registered = at.state.get(keys, key);
  if (registered === undefined) return wrongUser('wrong_user');
  const { member, activeFromHeight, endedFromHeight } = registered;
  if (endedFromHeight !== undefined && endedFromHeight <= at.height) {
    return wrongUser('key_ended', { endedFromHeight });
  }
  if (at.height < activeFromHeight) return wrongUser('member_not_active', { activeFromHeight });
  return refuseStanding(at, member) ?? { member };
}

/** Why a member may not act at a height; nothing when it may. */
export function refuseStanding(at: Moment, member: number): ContractRefusal | undefined {
  const found = at.state.get(members, member);
  if (found === undefined) return wrongUser('member_unknown', { member });
  const { activeFromHeight, revokedFromHeight } = found;
  if (revokedFromHeight !== undefined && revokedFromHeight <= at.height) {
    return wrongUser('member_revoked', { revokedFromHeight });
  }
  if (at.height < activeFromHeight) return wrongUser('member_not_active', { activeFromHeight });
  return undefined;
}

/** The paper's answer with the code and the facts behind it. */
export function wrongUser(
  code: ContractRefusal['code'],
  facts: Readonly<Record<string, unknown>> = {},
): ContractRefusal {
  return { ...facts, code, message: WRONG_USER };
}
