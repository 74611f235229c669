import type { Money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import { creditLimits } from '../wallet/state.ts';
import { inviteOf, identityRules as rules } from './actions.test-support.ts';
import { ROLE } from './messages.ts';

const CREDIT = 50n as Money;

test('I-8: a registrar who is no operator admits without credit alone', async () => {
  const ledger = await TestingLedger.create({
    rules,
    founders: { rita: { roles: ROLE.registrar } },
  });
  const withCredit = { creditLimit: CREDIT };
  expect(await ledger.run('rita', ledger.enrolment('zoe', withCredit))).toEqual(['role_missing']);
  expect(await ledger.run('rita', inviteOf(ledger, testingKey('i'), withCredit))).toEqual([
    'role_missing',
  ]);
  expect(await ledger.run('rita', ledger.enrolment('zoe'))).toEqual(['done']);
  expect(ledger.state.get(creditLimits, ledger.member('zoe').number)).toBeUndefined();
});

test('I-8: where operators decide together, nobody is admitted with credit past them', async () => {
  const ledger = await TestingLedger.create({
    rules,
    founders: { otto: { roles: ROLE.operator } },
    genesis: { operatorThreshold: 2 },
  });
  const enrolment = ledger.enrolment('zoe', { creditLimit: CREDIT });
  expect(await ledger.run('officer', enrolment)).toEqual(['needs_decision']);
});

test('I-7, T12: one registrar cannot make the treasurers whose voices a payment needs', async () => {
  const ledger = await TestingLedger.create({
    rules,
    founders: { tara: { roles: ROLE.treasurer } },
    genesis: { treasurerThreshold: 2 },
  });
  const roles = ROLE.consumer | ROLE.treasurer;
  expect(await ledger.run('officer', ledger.enrolment('zoe', { roles }))).toEqual([
    'needs_decision',
  ]);
  expect(await ledger.run('officer', inviteOf(ledger, testingKey('i'), { roles }))).toEqual([
    'needs_decision',
  ]);
  // A role that decides with no more voices than the registrars' own is theirs to give.
  expect(
    await ledger.run('officer', ledger.enrolment('zoe', { roles: ROLE.operator | ROLE.provider })),
  ).toEqual(['done']);
});
