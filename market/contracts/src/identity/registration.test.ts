import { beforeEach, expect, test } from 'vitest';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import {
  inviteOf,
  recoverOf,
  identityRules as rules,
  unacceptableKeys,
} from './actions.test-support.ts';
import {
  refuseAgreementKey,
  refuseCrowd,
  refuseKey,
  registerKey,
  replaceKey,
} from './registration.ts';
import { keys, lanes, MEMBERS_MAX, members } from './state.ts';

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders: { ana: {} } });
});

test('a key is free unless it is a member’s, an invite’s or that of a recovery', async () => {
  const [invite, recovered] = [testingKey('invite'), testingKey('recovered')];
  const codes = () =>
    [testingKey('ana'), invite, recovered, testingKey('free')].map(
      (key) => refuseKey(ledger.state, key.publicKey)?.code,
    );
  expect(codes()).toEqual(['key_known', undefined, undefined, undefined]);
  await ledger.run('officer', inviteOf(ledger, invite), recoverOf(ledger, 2, recovered));
  expect(codes()).toEqual(['key_known', 'key_known', 'key_known', undefined]);
});

test('refusals say which key, and why', () => {
  for (const [name, key] of unacceptableKeys()) {
    const refusal = refuseKey(ledger.state, key);
    expect(refusal).toMatchObject({ code: 'key_unacceptable', key: 'public' });
    expect(name.startsWith(`${refusal?.reason}`)).toBe(true);
  }
  expect(refuseAgreementKey(new Uint8Array(32))).toEqual({
    code: 'key_unacceptable',
    key: 'agreement',
    reason: 'key_small_order',
  });
});

test('a lane that a joining key has begun keeps its number', () => {
  const key = testingKey('joining').publicKey;
  ledger.state.set(lanes, { key, lane: 0 }, { next: 1 });
  registerKey(ledger.state, key, 2, 0);
  expect(ledger.state.get(lanes, { key, lane: 0 })).toEqual({ next: 1 });
});

test('replacing a key ends the present one and keeps everything else', () => {
  const next = testingKey('next');
  const before = ledger.state.get(members, 2);
  replaceKey(ledger.state, 2, next, 9);
  expect(ledger.state.get(keys, testingKey('ana').publicKey)?.endedFromHeight).toBe(9);
  expect(ledger.state.get(keys, next.publicKey)).toMatchObject({ member: 2, activeFromHeight: 9 });
  const { publicKey, agreementKey } = next;
  expect(ledger.state.get(members, 2)).toEqual({ ...before, publicKey, agreementKey });
  expect(() => replaceKey(ledger.state, 99, next, 9)).toThrow('member 99');
});

test('the number of members has a limit', () => {
  expect(refuseCrowd(ledger.state)).toBeUndefined();
  const full = { size: () => MEMBERS_MAX } as unknown as typeof ledger.state;
  expect(refuseCrowd(full)).toEqual({ code: 'members_too_many', most: MEMBERS_MAX });
});
