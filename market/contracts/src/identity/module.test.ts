import type { Money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import type { Founder } from '../genesis-parameters.ts';
import { creditLimits } from '../wallet/state.ts';
import { identityRules as rules, SMALL_ORDER_KEY } from './actions.test-support.ts';
import { DEFAULT_ROLES, KINDS, ROLE } from './messages.ts';
import { identityModule } from './module.ts';
import { counters, members } from './state.ts';

test('founders stand in the first state, numbered in their order', async () => {
  const ledger = await TestingLedger.create({
    rules,
    founders: { ana: { creditLimit: 7n as Money }, ben: { kind: 'factory' } },
  });
  expect([ledger.member('ana').number, ledger.member('ben').number]).toEqual([2, 3]);
  expect(ledger.state.get(members, 3)).toMatchObject({ kind: 'factory', activeFromHeight: 0 });
  expect(ledger.state.get(counters, 'members')).toEqual({ next: 4 });
  expect(ledger.state.entries(creditLimits)).toEqual([[2, { limit: 7n }]]);
});

test.each<[string, Partial<Founder>, RegExp]>([
  ['a key of small order', { publicKey: SMALL_ORDER_KEY }, /founders\[1\].*key_unacceptable/],
  ['a key twice', { publicKey: testingKey('officer').publicKey }, /founders\[1\].*key_known/],
  ['an agreement key of zeros', { agreementKey: new Uint8Array(32) }, /key_unacceptable/],
  ['an unknown role', { roles: 256 }, /founders\[1\]\.roles/],
  ['a negative limit', { creditLimit: -1n as Money }, /founders\[1\]\.creditLimit/],
])('a ledger does not begin with %s', async (_fault, changes, message) => {
  await expect(TestingLedger.create({ rules, founders: { ana: changes } })).rejects.toThrow(
    message,
  );
});

test('the kinds have the default roles of Ko and Praca 2021, section 3.2', () => {
  const both = ROLE.consumer | ROLE.producer;
  const roles = KINDS.map((kind) => [kind, DEFAULT_ROLES[kind]]);
  expect(roles).toEqual([
    ['factory', ROLE.consumer],
    ['energy company', ROLE.producer],
    ['home solar system', both],
    ['solar system', ROLE.producer],
    ['vehicle', ROLE.consumer],
    ['office', ROLE.consumer],
    ['wearable', ROLE.consumer],
    ['IoT device', ROLE.consumer],
    ['household', ROLE.consumer],
    ['organisation', 0],
  ]);
});

test('table ids and action types are the module’s own range', () => {
  expect(identityModule.tables.map((one) => one.id)).toEqual([10, 11, 12, 13, 14, 15, 16, 17]);
  expect(identityModule.actions.map((one) => one.type)).toEqual(
    Array.from({ length: 14 }, (_, at) => 100 + at),
  );
});
