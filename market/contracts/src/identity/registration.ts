/** Registers keys and members: the one place where a key or a member comes into being. */

import { acceptablePublicKey, type BlockContext, type State, toHex } from '@commonwatt/ledger';
import { type MemberChanged, memberChanged } from '../events.ts';
import { openCredit } from '../opening-credit.ts';
import type { ContractRefusal } from '../refusals.ts';
import { unacceptableAgreementKey } from './agreement-key.ts';
import type { Admission } from './messages.ts';
import { counters, invites, keys, lanes, MEMBERS_MAX, members, recoveryOfKey } from './state.ts';

const MEMBERS = 'members';

/** Why a key cannot become somebody's; nothing when it can. */
export function refuseKey(state: State, publicKey: Uint8Array): ContractRefusal | undefined {
  if (isTaken(state, publicKey)) return { code: 'key_known' };
  const reason = acceptablePublicKey(publicKey);
  return reason === undefined ? undefined : { code: 'key_unacceptable', key: 'public', reason };
}

export function refuseAgreementKey(agreementKey: Uint8Array): ContractRefusal | undefined {
  const reason = unacceptableAgreementKey(agreementKey);
  return reason === undefined ? undefined : { code: 'key_unacceptable', key: 'agreement', reason };
}

/** Whether a key stands for a member, an invite, or a recovery under way. */
function isTaken(state: State, key: Uint8Array): boolean {
  return (
    state.get(keys, key) !== undefined ||
    state.get(invites, key) !== undefined ||
    state.group(recoveryOfKey, toHex(key)).length > 0
  );
}

/** Why no further member fits; nothing when one does. */
export function refuseCrowd(state: State): ContractRefusal | undefined {
  return state.size(members) < MEMBERS_MAX
    ? undefined
    : { code: 'members_too_many', most: MEMBERS_MAX };
}

export interface NewMember {
  readonly publicKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  readonly admission: Admission;
  readonly activeFromHeight: number;
  readonly change: 'enrolled' | 'joined';
}

/** Writes a member that passed every check, and gives its number. */
export function registerMember(context: BlockContext, one: NewMember): number {
  const { state } = context;
  const member = state.get(counters, MEMBERS)?.next ?? 1;
  const { kind, roles, recordCommitment, importLimitW, exportLimitW, creditLimit } = one.admission;
  state.set(counters, MEMBERS, { next: member + 1 });
  state.set(members, member, {
    kind,
    roles,
    recordCommitment,
    importLimitW,
    exportLimitW,
    publicKey: one.publicKey,
    agreementKey: one.agreementKey,
    activeFromHeight: one.activeFromHeight,
    revokedFromHeight: undefined,
  });
  registerKey(state, one.publicKey, member, one.activeFromHeight);
  openCredit(state, member, creditLimit);
  context.emit<MemberChanged>(memberChanged, {
    member,
    change: one.change,
    effectiveMs: context.timeMs,
  });
  return member;
}

/** Writes a key with its first lane. A lane that a joining key has begun keeps its number. */
export function registerKey(
  state: State,
  key: Uint8Array,
  member: number,
  activeFromHeight: number,
): void {
  state.set(keys, key, { member, activeFromHeight, endedFromHeight: undefined });
  const lane = { key, lane: 0 };
  if (state.get(lanes, lane) === undefined) state.set(lanes, lane, { next: 0 });
}

/** Gives a member another key; the one it had ends. */
export function replaceKey(
  state: State,
  member: number,
  next: { readonly publicKey: Uint8Array; readonly agreementKey: Uint8Array },
  fromHeight: number,
): void {
  const before = state.get(members, member);
  const old = before && state.get(keys, before.publicKey);
  if (before === undefined || old === undefined) {
    throw new Error(`replaceKey: member ${member} has no registered key`);
  }
  state.set(keys, before.publicKey, { ...old, endedFromHeight: fromHeight });
  registerKey(state, next.publicKey, member, fromHeight);
  const { publicKey, agreementKey } = next;
  state.set(members, member, { ...before, publicKey, agreementKey });
}
