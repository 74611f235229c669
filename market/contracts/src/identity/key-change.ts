/** What the holder of a key does with it: replaces it, and opens further lanes for it. */

import type { ActionContext, ActionType } from '@commonwatt/ledger';
import { equalBytes, toHex } from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import { actingMember } from '../authority.ts';
import { type MemberChanged, memberChanged } from '../events.ts';
import type { ContractRefusal } from '../refusals.ts';
import { refuseNewKey } from './enrol.ts';
import { type OpenLane, openLaneCodec, type RotateKey, rotateKeyCodec } from './messages.ts';
import { replaceKey } from './registration.ts';
import { LANES_MAX, lanes, lanesOfKey, members } from './state.ts';

export const openLane: ActionType<OpenLane> = {
  type: ACTION.openLane,
  name: 'openLane',
  codec: openLaneCodec,
  apply: (context, message) => applyOpenLane(context, message),
};

export const rotateKey: ActionType<RotateKey> = {
  type: ACTION.rotateKey,
  name: 'rotateKey',
  codec: rotateKeyCodec,
  apply: (context, message) => applyRotateKey(context, message),
};

function applyOpenLane(context: ActionContext, message: OpenLane): ContractRefusal | undefined {
  const { state } = context;
  const { key } = context.actor;
  const lane = { key, lane: message.lane };
  if (state.get(lanes, lane) !== undefined) return { code: 'lane_known', lane: message.lane };
  if (state.group(lanesOfKey, toHex(key)).length >= LANES_MAX) {
    return { code: 'lanes_exhausted', most: LANES_MAX };
  }
  state.set(lanes, lane, { next: 0 });
  return undefined;
}

/**
 * The old key ends, and the new one begins, with the next block: what else stands in this one in
 * the old key's name does not depend on the order of the block.
 */
function applyRotateKey(context: ActionContext, message: RotateKey): ContractRefusal | undefined {
  const { state, actor } = context;
  const member = actingMember(context);
  const before = state.get(members, member);
  if (before === undefined) throw new Error(`rotateKey: member ${member} passed identification`);
  // A second rotation in the same block: the key it would replace is no longer the sender's.
  if (!equalBytes(before.publicKey, actor.key)) return { code: 'key_ended' };
  const { newKey: publicKey, agreementKey, possession } = message;
  const refusal = refuseNewKey(context, { publicKey, agreementKey, possession }, 'rotate');
  if (refusal !== undefined) return refusal;
  replaceKey(state, member, { publicKey, agreementKey }, context.height + 1);
  const effectiveMs = context.timeMs;
  context.emit<MemberChanged>(memberChanged, { member, change: 'key rotated', effectiveMs });
  return undefined;
}
