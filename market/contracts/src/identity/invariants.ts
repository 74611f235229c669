/** What must hold of identities after every block; looked at where the block changed something. */

import { equalBytes, type State } from '@commonwatt/ledger';
import { counters, keys, lanes, members } from './state.ts';

/** @throws Error naming the invariant that is broken. */
export function checkIdentity(state: State): void {
  checkPresentKeys(state);
  checkLanes(state);
  const counted = (state.get(counters, 'members')?.next ?? 1) - 1;
  if (counted !== state.size(members)) {
    throw new Error(`I-4: ${counted} members were counted, ${state.size(members)} stand`);
  }
}

/** I-1: a member's present key is registered to it and has not ended. I-2: no other one lives. */
function checkPresentKeys(state: State): void {
  for (const { key: member, after } of state.changes(members)) {
    const registered = after && state.get(keys, after.publicKey);
    if (registered?.member !== member || registered.endedFromHeight !== undefined) {
      throw new Error(`I-1: the present key of member ${member} is not registered to it`);
    }
  }
  for (const { key, after } of state.changes(keys)) {
    if (after === undefined) throw new Error('I-2: a registered key was forgotten');
    const owner = state.get(members, after.member);
    const isPresent = owner !== undefined && equalBytes(owner.publicKey, key);
    if (!isPresent && after.endedFromHeight === undefined) {
      throw new Error(`I-2: member ${after.member} has a second living key`);
    }
  }
}

/** I-3: a lane is never forgotten and its number only rises, so no number is taken twice. */
function checkLanes(state: State): void {
  for (const { key, before, after } of state.changes(lanes)) {
    if (after === undefined || (before !== undefined && after.next <= before.next)) {
      throw new Error(`I-3: lane ${key.lane} went from ${before?.next} to ${after?.next}`);
    }
  }
}
