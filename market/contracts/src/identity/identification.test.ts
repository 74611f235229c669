import { WRONG_USER } from '@commonwatt/ledger';
import { beforeEach, expect, test } from 'vitest';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import {
  DAY_MS,
  recoverOf,
  revokeOf,
  rotateOf,
  identityRules as rules,
} from './actions.test-support.ts';
import { identify, refuseStanding } from './identification.ts';

const ana = testingKey('ana').publicKey;
const next = testingKey('next key of ana');

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders: { ana: {} } });
});

function codeAt(height: number, key = ana): string | number {
  const answer = identify({ state: ledger.state, height }, key);
  if ('code' in answer) {
    expect(answer.message).toBe(WRONG_USER);
    return answer.code;
  }
  return answer.member;
}

test('a key that nobody registered is nobody', () => {
  expect(codeAt(1, testingKey('nobody').publicKey)).toBe('wrong_user');
});

test('keys begin and end at heights', async () => {
  await ledger.run('ana', rotateOf(ledger, next));
  expect([codeAt(1), codeAt(2)]).toEqual([2, 'key_ended']);
  expect([codeAt(1, next.publicKey), codeAt(2, next.publicKey)]).toEqual(['member_not_active', 2]);
});

test('members begin and end at heights, whatever their key', async () => {
  const { key } = await ledger.enrol('zoe', { activeFromHeight: 5 });
  await ledger.run('officer', revokeOf(3, 8));
  const codes = [4, 5, 7, 8].map((height) => codeAt(height, key.publicKey));
  expect(codes).toEqual(['member_not_active', 3, 3, 'member_revoked']);
});

test('an ended key says so before a member that ended', async () => {
  await ledger.run('ana', rotateOf(ledger, next));
  await ledger.run('officer', revokeOf(2, 3));
  expect([codeAt(3), codeAt(3, next.publicKey)]).toEqual(['key_ended', 'member_revoked']);
});

test('a recovered key does not let a member begin before its height', async () => {
  await ledger.enrol('zoe', { activeFromHeight: 9 });
  await ledger.run('officer', recoverOf(ledger, 3, next));
  await ledger.block(ledger.timeMs + DAY_MS);
  expect([3, 8, 9].map((height) => codeAt(height, next.publicKey))).toEqual([
    'member_not_active',
    'member_not_active',
    3,
  ]);
});

test('a member that never was', () => {
  expect(refuseStanding({ state: ledger.state, height: 1 }, 99)?.code).toBe('member_unknown');
});
