/** An entitlement on its way to the ledger of certificates: each version of it goes there once. */

import type { ActionContext } from '@commonwatt/ledger';
import { actingMember } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import { settledPeriods } from '../settlement/state.ts';
import type { EntitlementKey, Grant } from './messages.ts';
import { entitlements, openings } from './state.ts';

/** What crosses: the source as it is settled now, and how often it was corrected. */
export interface LockedEntitlement {
  readonly grant: Grant;
  readonly version: number;
}

/**
 * Marks an entitlement as gone to a peer, or says why it cannot go. What a member may have it sends
 * itself; what it owes, and what corrects something that went before, anyone sends: neither waits for
 * the will of whom it is against.
 */
export function lockEntitlement(
  context: ActionContext,
  peer: number,
  { member, kind, source }: EntitlementKey,
): LockedEntitlement | ContractRefusal {
  const { state } = context;
  const key = { member, kind, source };
  const found = state.get(entitlements, key);
  if (found === undefined) return { code: 'entitlement_unknown', member };
  const { lockedVersion, lockedPeer, version, ...what } = found;
  const isOwn = lockedVersion === 0 && (kind === 'renewable' || kind === 'green');
  if (isOwn && actingMember(context) !== member) return { code: 'entitlement_not_yours', member };
  if (lockedVersion === version || (lockedPeer !== 0 && lockedPeer !== peer)) {
    return { code: 'entitlement_locked', version, peer: lockedPeer };
  }
  if (isStale(context, key)) return { code: 'entitlement_stale', member };
  state.set(entitlements, key, { ...found, lockedVersion: version, lockedPeer: peer });
  return { grant: { ...key, ...what }, version };
}

/** Whether the run that it was opened of was followed by another: then that one says what it is. */
function isStale({ state }: ActionContext, { member, source }: EntitlementKey): boolean {
  const opening = state.get(openings, { member, source });
  if (opening === undefined) return false;
  return state.get(settledPeriods, opening.periodFromMs)?.sequence !== opening.sequence;
}
