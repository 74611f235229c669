import type { Money } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import {
  cancelInviteOf,
  DAY_MS,
  inviteOf,
  joinOf,
  identityRules as rules,
  unacceptableKeys,
} from './actions.test-support.ts';
import { INVITE_MS_MAX } from './invitation.ts';
import type { Invite } from './messages.ts';
import { INVITES_MAX, invites } from './state.ts';

const INVITE = testingKey('invite');

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders: { ana: {} } });
});

describe('invite: refused, in this order', () => {
  const wrong = { roles: 1 << 15, creditLimit: -1n as Money };
  test.each<[string, string, (ledger: TestingLedger) => Partial<Invite>, string]>([
    ['no registrar, roles, debt, past', 'ana', () => ({ ...wrong, expiresMs: 0 }), 'role_missing'],
    [
      '              roles, debt, past',
      'officer',
      () => ({ ...wrong, expiresMs: 0 }),
      'roles_invalid',
    ],
    [
      '                     debt, past',
      'officer',
      () => ({ creditLimit: -1n as Money, expiresMs: 0 }),
      'limit_negative',
    ],
    ['past', 'officer', (l) => ({ expiresMs: l.timeMs + 1000 }), 'instant_past'],
    [
      'too far',
      'officer',
      (l) => ({ expiresMs: l.timeMs + 1000 + INVITE_MS_MAX + 1 }),
      'instant_too_far',
    ],
    ['known', 'officer', () => ({ inviteKey: testingKey('other').publicKey }), 'invite_known'],
    ["a member's key", 'officer', () => ({ inviteKey: testingKey('ana').publicKey }), 'key_known'],
    ['in order', 'officer', (l) => ({ expiresMs: l.timeMs + 1000 + INVITE_MS_MAX }), 'done'],
  ])('%s', async (_faults, sender, changes, code) => {
    await ledger.run('officer', inviteOf(ledger, testingKey('other')));
    expect(await ledger.run(sender, inviteOf(ledger, INVITE, changes(ledger)))).toEqual([code]);
  });
});

test('T02: an invite is not given to a key under which anyone can sign', async () => {
  for (const [name, inviteKey] of unacceptableKeys()) {
    const [code] = await ledger.run('officer', inviteOf(ledger, INVITE, { inviteKey }));
    expect(code, name).toBe('key_unacceptable');
  }
});

test('a cancelled invite cannot be taken', async () => {
  expect(await ledger.run('officer', cancelInviteOf(INVITE))).toEqual(['invite_unknown']);
  await ledger.run('officer', inviteOf(ledger, INVITE));
  expect(await ledger.run('ana', cancelInviteOf(INVITE))).toEqual(['role_missing']);
  expect(await ledger.run('officer', cancelInviteOf(INVITE))).toEqual(['done']);
  expect(await ledger.run('zoe', joinOf(ledger, INVITE, 'zoe'))).toEqual(['invite_unknown']);
});

test('when the table is full, only invites that ran out make room', async () => {
  const filler = { ...openInvite(), expiresMs: ledger.timeMs + DAY_MS };
  for (let count = 0; count < INVITES_MAX; count++) {
    const key = new Uint8Array(32);
    new DataView(key.buffer).setUint32(0, count);
    ledger.state.set(invites, key, { ...filler, inviteKey: key });
  }
  expect(await ledger.run('officer', inviteOf(ledger, INVITE))).toEqual(['invites_too_many']);
  await ledger.block(ledger.timeMs + DAY_MS);
  expect(await ledger.run('officer', inviteOf(ledger, INVITE))).toEqual(['done']);
  expect(ledger.state.size(invites)).toBe(1);
});

function openInvite(): Omit<Invite, 'inviteKey' | 'expiresMs'> {
  return {
    kind: 'household',
    roles: 1,
    recordCommitment: new Uint8Array(32),
    importLimitW: 0n as Invite['importLimitW'],
    exportLimitW: 0n as Invite['exportLimitW'],
    creditLimit: 0n as Money,
  };
}
