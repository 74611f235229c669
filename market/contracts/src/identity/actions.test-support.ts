/** Rules and actions that the tests of identity and governance share. */

import { readFileSync } from 'node:fs';
import { type Action, fromHex, possessionBytes } from '@commonwatt/ledger';
import type { Money, Power } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import {
  action,
  hashOf,
  ruleBookOf,
  type TestingKey,
  type TestingLedger,
} from '../execution/testing-ledger.test-support.ts';
import {
  type ActivateRules,
  activateRulesCodec,
  approveCodec,
  proposeCodec,
} from '../governance/messages.ts';
import { governanceModule } from '../governance/module.ts';
import { walletModule } from '../wallet/module.ts';
import {
  type AmendMember,
  amendMemberCodec,
  cancelInviteCodec,
  cancelRecoveryCodec,
  DEFAULT_ROLES,
  endMandateCodec,
  endReadingCodec,
  giveMandateCodec,
  grantReadingCodec,
  type Invite,
  inviteCodec,
  type Join,
  joinCodec,
  openLaneCodec,
  type RecoverKey,
  type RotateKey,
  recoverKeyCodec,
  revokeMemberCodec,
  rotateKeyCodec,
} from './messages.ts';
import { identityModule } from './module.ts';

/** The modules that identity and governance need to be tried alone. */
export const identityRules = ruleBookOf([identityModule, walletModule, governanceModule]);

export const DAY_MS = 86_400_000;

/** Every 32-byte key of the frozen table that must not be registered, with its name. */
export function unacceptableKeys(): readonly (readonly [name: string, key: Uint8Array])[] {
  const path = new URL('../../../../vectors/ed25519-verdicts.json', import.meta.url);
  const table = JSON.parse(readFileSync(path, 'utf8')) as {
    keys: { name: string; publicKey: string; refusal: string | null }[];
  };
  return table.keys
    .filter((one) => one.refusal !== null && one.publicKey.length === 64)
    .map((one) => [`${one.refusal}: ${one.name}`, fromHex(one.publicKey)] as const);
}

export const SMALL_ORDER_KEY = fromHex(`01${'00'.repeat(31)}`);

export function inviteOf(
  ledger: TestingLedger,
  inviteKey: TestingKey,
  changes: Partial<Invite> = {},
): Action {
  return action(ACTION.invite, inviteCodec, {
    inviteKey: inviteKey.publicKey,
    kind: 'household',
    roles: DEFAULT_ROLES.household,
    recordCommitment: hashOf('record'),
    importLimitW: 7000n as Power,
    exportLimitW: 0n as Power,
    creditLimit: 0n as Money,
    expiresMs: ledger.timeMs + DAY_MS,
    ...changes,
  });
}

export function cancelInviteOf(inviteKey: TestingKey): Action {
  return action(ACTION.cancelInvite, cancelInviteCodec, { inviteKey: inviteKey.publicKey });
}

/** A name's key takes the invite whose private key it was given. */
export function joinOf(
  ledger: TestingLedger,
  inviteKey: TestingKey,
  name: string,
  changes: Partial<Join> = {},
): Action {
  const key = ledger.member(name).key;
  return action(ACTION.join, joinCodec, {
    inviteKey: inviteKey.publicKey,
    inviteSignature: inviteKey.sign(possessionBytes(ledger.chain, 'join', key.publicKey)),
    agreementKey: key.agreementKey,
    ...changes,
  });
}

export function openLaneOf(lane: number): Action {
  return action(ACTION.openLane, openLaneCodec, { lane });
}

export function rotateOf(
  ledger: TestingLedger,
  key: TestingKey,
  changes: Partial<RotateKey> = {},
): Action {
  return action(ACTION.rotateKey, rotateKeyCodec, {
    newKey: key.publicKey,
    agreementKey: key.agreementKey,
    possession: ledger.possession('rotate', key),
    ...changes,
  });
}

export function recoverOf(
  ledger: TestingLedger,
  member: number,
  key: TestingKey,
  changes: Partial<RecoverKey> = {},
): Action {
  return action(ACTION.recoverKey, recoverKeyCodec, {
    member,
    newKey: key.publicKey,
    agreementKey: key.agreementKey,
    possession: ledger.possession('recover', key),
    ...changes,
  });
}

export function cancelRecoveryOf(member: number): Action {
  return action(ACTION.cancelRecovery, cancelRecoveryCodec, { member });
}

export function revokeOf(member: number, fromHeight: number): Action {
  return action(ACTION.revokeMember, revokeMemberCodec, { member, fromHeight });
}

export function amendOf(member: number, changes: Partial<AmendMember>): Action {
  return action(ACTION.amendMember, amendMemberCodec, {
    member,
    roles: 1,
    importLimitW: 11_000n as Power,
    exportLimitW: 10_000n as Power,
    ...changes,
  });
}

export function giveMandateOf(
  delegateKey: Uint8Array,
  actionTypes: readonly number[],
  untilMs: number,
): Action {
  return action(ACTION.giveMandate, giveMandateCodec, { delegateKey, actionTypes, untilMs });
}

export function endMandateOf(member: number, delegateKey: Uint8Array): Action {
  return action(ACTION.endMandate, endMandateCodec, { member, delegateKey });
}

export function grantReadingOf(key: Uint8Array, scopes: number, untilMs: number): Action {
  return action(ACTION.grantReading, grantReadingCodec, { key, scopes, untilMs });
}

export function endReadingOf(key: Uint8Array): Action {
  return action(ACTION.endReading, endReadingCodec, { key });
}

export function proposeOf(ledger: TestingLedger, inner: Action, expiresMs?: number): Action {
  return action(ACTION.propose, proposeCodec, {
    type: inner.type,
    body: inner.body,
    expiresMs: expiresMs ?? ledger.timeMs + DAY_MS,
  });
}

export function approveOf(proposal: Uint8Array): Action {
  return action(ACTION.approve, approveCodec, { proposal });
}

export function activateRulesOf(changes: Partial<ActivateRules>): Action {
  return action(ACTION.activateRules, activateRulesCodec, {
    ruleSet: 'uniform',
    version: 2,
    fromHeight: 1000,
    ...changes,
  });
}
