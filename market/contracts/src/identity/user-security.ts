/**
 * user.security = [uI, uA] of Ko and Praca 2021, Algorithm 1, as one function for every door and
 * for every transaction in every block. The kernel asks it between the envelope's chain and window,
 * which need no state, and the signature, which is the dearest; the README maps the lines.
 */

import {
  type Actor,
  type BlockContext,
  DecodeError,
  decode,
  isRefusal,
  type ReadTransaction,
  type State,
  VALIDITY_MS_MAX,
} from '@commonwatt/ledger';
import { ACTION } from '../action-types.ts';
import type { ContractRefusal } from '../refusals.ts';
import { identify, wrongUser } from './identification.ts';
import { refuseInvited } from './join.ts';
import { refuseMandate } from './mandates.ts';
import { type Join, joinCodec } from './messages.ts';
import { lanes } from './state.ts';

/** Who sends this, and is it so? `pendingCount` transactions of the lane wait in front of it. */
export function userSecurity(
  context: BlockContext,
  transaction: ReadTransaction,
  pendingCount: number,
): Actor | ContractRefusal {
  const identified = identify(context, transaction.envelope.sender);
  if ('code' in identified) {
    const isNobody = identified.code === 'wrong_user';
    return isNobody ? joiningUser(context, transaction, pendingCount) : identified;
  }
  const actor = actorOf(context, transaction, identified.member);
  if (isRefusal(actor)) return actor;
  return userAuthentication(context.state, transaction, pendingCount) ?? actor;
}

/** The rest of uI: for whom the identified member acts, itself or another under a mandate. */
function actorOf(
  context: BlockContext,
  transaction: ReadTransaction,
  member: number,
): Actor | ContractRefusal {
  const { sender: key, onBehalfOf } = transaction.envelope;
  if (onBehalfOf === undefined) return { member, key, delegate: undefined };
  return (
    refuseMandate(context, transaction, onBehalfOf) ?? { member: onBehalfOf, key, delegate: member }
  );
}

/** uA, its part that needs the state: the window's length, the lane, and each number once. */
function userAuthentication(
  state: State,
  transaction: ReadTransaction,
  pendingCount: number,
): ContractRefusal | undefined {
  const { sender, lane, sequence } = transaction.envelope;
  const tooLong = refuseWindow(transaction);
  if (tooLong !== undefined) return tooLong;
  const next = nextSequence(state, sender, lane);
  if (next === undefined) return { code: 'lane_unknown', lane };
  const expected = next + pendingCount;
  return sequence === expected ? undefined : { code: 'sequence_wrong', expected, got: sequence };
}

function refuseWindow(transaction: ReadTransaction): ContractRefusal | undefined {
  const { validFromMs, validUntilMs } = transaction.envelope;
  const windowMs = validUntilMs - validFromMs;
  return windowMs > VALIDITY_MS_MAX
    ? { code: 'window_too_long', windowMs, mostMs: VALIDITY_MS_MAX }
    : undefined;
}

/**
 * A key that nobody knows may send one thing: a single `join` that takes an open invite. All that a
 * join can be refused for is asked here, before the sequence is consumed and a lane begun, so that
 * an outsider without an invite leaves no trace in the state.
 */
function joiningUser(
  context: BlockContext,
  transaction: ReadTransaction,
  pendingCount: number,
): Actor | ContractRefusal {
  const { sender, onBehalfOf, lane, sequence } = transaction.envelope;
  const [only, ...others] = transaction.actions;
  if (only?.type !== ACTION.join || others.length > 0 || onBehalfOf !== undefined) {
    return wrongUser('wrong_user');
  }
  const join = readJoin(only.body);
  if ('code' in join) return join;
  const tooLong = refuseWindow(transaction);
  if (tooLong !== undefined) return tooLong;
  if (lane !== 0) return { code: 'lane_unknown', lane };
  if (sequence !== pendingCount) {
    return { code: 'sequence_wrong', expected: pendingCount, got: sequence };
  }
  return (
    refuseInvited(context, sender, join) ?? { member: undefined, key: sender, delegate: undefined }
  );
}

function readJoin(body: Uint8Array): Join | ContractRefusal {
  try {
    return decode(joinCodec, body, 'join');
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { field, expected, got } = error;
    return { code: 'malformed', field, expected, got };
  }
}

/** Marks the number as used. The lane is the sender key's own, also where it acts for another. */
export function consumeSequence(
  context: BlockContext,
  transaction: ReadTransaction,
  actor: Actor,
): void {
  const { lane, sequence } = transaction.envelope;
  context.state.set(lanes, { key: actor.key, lane }, { next: sequence + 1 });
}

/** The number a lane's next transaction must have; nothing for a lane that is not open. */
export function nextSequence(state: State, key: Uint8Array, lane: number): number | undefined {
  return state.get(lanes, { key, lane })?.next;
}
