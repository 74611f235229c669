import type { ActionContext, Actor } from '@commonwatt/ledger';
import { beforeEach, expect, test } from 'vitest';
import {
  actingMember,
  authoritiesAmong,
  lastingVoices,
  mayAct,
  neededVoices,
  refuseAuthority,
  refuseRole,
} from './authority.ts';
import { TestingLedger, testingKey } from './execution/testing-ledger.test-support.ts';
import { thresholds } from './governance/state.ts';
import { identityRules as rules } from './identity/actions.test-support.ts';
import { ROLE } from './identity/messages.ts';
import { type Member, members } from './identity/state.ts';

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders: { ana: {} } });
});

function acting(changes: Partial<Actor>): ActionContext {
  const actor = {
    member: 1,
    key: testingKey('officer').publicKey,
    delegate: undefined,
    ...changes,
  };
  return { state: ledger.state, actor } as unknown as ActionContext;
}

test('one holder decides alone where one voice is enough', () => {
  expect(refuseAuthority(acting({}), 'registrar')).toBeUndefined();
});

test.each<[string, Partial<Actor>, number, string | undefined]>([
  ['a delegate, role, voices', { member: 2, delegate: 1 }, 2, 'mandate_lacks_action'],
  ['            role, voices', { member: 2 }, 2, 'role_missing'],
  ['                  voices', {}, 2, 'needs_decision'],
  ['in order', {}, 1, undefined],
])('refused, in this order: %s', (_faults, actor, count, code) => {
  ledger.state.set(thresholds, 'treasurer', { count });
  expect(refuseAuthority(acting(actor), 'treasurer')?.code).toBe(code);
});

test('a role is the member’s whose affairs these are', () => {
  expect(refuseRole(acting({ member: 2 }), 'producer')).toBeUndefined();
  expect(refuseRole(acting({ member: 2, delegate: 1 }), 'producer')).toBeUndefined();
  expect(refuseRole(acting({}), 'producer')).toEqual({ code: 'role_missing', role: 'producer' });
  expect(refuseRole(acting({ member: undefined }), 'producer')?.code).toBe('role_missing');
});

test('a threshold that was never written is one', () => {
  ledger.state.delete(thresholds, 'checker');
  expect(neededVoices(ledger.state, 'checker')).toBe(1);
});

test('a member may act between its heights, in its roles', () => {
  const found = ledger.state.get(members, 2) as Member;
  const bounded = { ...found, roles: ROLE.producer, activeFromHeight: 5, revokedFromHeight: 9 };
  const heights = [4, 5, 8, 9].map((height) => mayAct(bounded, 'producer', height));
  expect(heights).toEqual([false, true, true, false]);
  expect(mayAct(bounded, 'consumer', 5)).toBe(false);
});

test('voices that last are those of members with the role, begun, and no end in sight', () => {
  expect(authoritiesAmong(ROLE.registrar | ROLE.checker | ROLE.producer)).toEqual([
    'registrar',
    'checker',
  ]);
  const found = ledger.state.get(members, 2) as Member;
  const voices = (changes: Partial<Member>) => {
    ledger.state.set(members, 2, { ...found, ...changes });
    return lastingVoices(ledger.state, 'checker', 5);
  };
  const roles = ROLE.checker;
  expect(voices({})).toEqual([1]);
  expect(voices({ roles })).toEqual([1, 2]);
  expect(voices({ roles, activeFromHeight: 6 })).toEqual([1]);
  expect(voices({ roles, revokedFromHeight: 99 })).toEqual([1]);
});

test('nobody acts without being a member', () => {
  expect(actingMember(acting({ member: 2 }))).toBe(2);
  expect(() => actingMember(acting({ member: undefined }))).toThrow('without a member');
});
