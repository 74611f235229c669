import type { Action } from '@commonwatt/ledger';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import {
  cancelRecoveryOf,
  DAY_MS,
  giveMandateOf,
  grantReadingOf,
  openLaneOf,
  recoverOf,
  rotateOf,
  identityRules as rules,
  unacceptableKeys,
} from './actions.test-support.ts';
import type { RecoverKey } from './messages.ts';
import { mandates, members, RECOVERIES_MAX, readingGrants, recoveries } from './state.ts';

const DELAY_MS = 2 * DAY_MS;
const NEXT = testingKey('next key of ana');

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({
    rules,
    founders: { ana: {}, ben: {} },
    genesis: { recoveryDelayMs: DELAY_MS },
  });
});

test('the new key takes over after the delay, to the millisecond; the member stays', async () => {
  const before = ledger.state.get(members, 2);
  const begun = await ledger.block(undefined, [
    ledger.sign('officer', [recoverOf(ledger, 2, NEXT)]),
  ]);
  const dueMs = ledger.timeMs + DELAY_MS;
  expect(begun.happened.map((one) => one.value)).toEqual([
    { member: 2, change: 'recovery begun', effectiveMs: dueMs },
  ]);
  expect(ledger.state.get(recoveries, 2)).toEqual({
    newKey: NEXT.publicKey,
    agreementKey: NEXT.agreementKey,
    effectiveMs: dueMs,
  });
  expect(ledger.ledger.execution(1).nextDueMs(ledger.state, ledger.timeMs)).toBe(dueMs);
  await ledger.block(dueMs - 1);
  expect(await ledger.check(ledger.sign('ana', [openLaneOf(1)]))).toBeUndefined();
  const old = ledger.sign('ana', [openLaneOf(1)]);
  const due = await ledger.block(dueMs, [old]);
  expect(due.happened.map((one) => one.value)).toEqual([
    { member: 2, change: 'key recovered', effectiveMs: dueMs },
  ]);
  expect(due.results[0]?.code).toBe('key_ended');
  expect(ledger.state.get(members, 2)).toEqual({
    ...before,
    publicKey: NEXT.publicKey,
    agreementKey: NEXT.agreementKey,
  });
  ledger.useKey('ana', NEXT);
  expect(await ledger.run('ana', openLaneOf(1))).toEqual(['done']);
  expect(ledger.ledger.execution(1).nextDueMs(ledger.state, ledger.timeMs)).toBeUndefined();
  expect(await ledger.replayed()).toEqual(ledger.ledger.headHash);
});

describe('recoverKey: refused, in this order', () => {
  const wrong = (newKey: Uint8Array): Partial<RecoverKey> => ({
    newKey,
    possession: new Uint8Array(64),
    agreementKey: new Uint8Array(32),
  });
  const known = () => wrong(testingKey('ben').publicKey);
  type Row = [string, string, number, () => Partial<RecoverKey>, string];
  test.each<Row>([
    ['no registrar, unknown member, known', 'ben', 99, known, 'role_missing'],
    ['              unknown member, known', 'officer', 99, known, 'member_unknown'],
    ['     under way already, known', 'officer', 3, known, 'recovery_known'],
    ['known, agreement, unproved', 'officer', 2, known, 'key_known'],
    ['the key of another recovery', 'officer', 2, () => wrong(OTHER.publicKey), 'key_known'],
    ['       agreement, unproved', 'officer', 2, () => wrong(NEXT.publicKey), 'key_unacceptable'],
    [
      '                  unproved',
      'officer',
      2,
      () => ({ possession: new Uint8Array(64) }),
      'possession_missing',
    ],
    ['in order', 'officer', 2, () => ({}), 'done'],
  ])('%s', async (_faults, sender, member, changes, code) => {
    await ledger.run('officer', recoverOf(ledger, 3, OTHER));
    expect(await ledger.run(sender, recoverOf(ledger, member, NEXT, changes()))).toEqual([code]);
  });
  const OTHER = testingKey('next key of ben');
});

test('T02: no key of small or mixed order is recovered to', async () => {
  for (const [name, newKey] of unacceptableKeys()) {
    const [code] = await ledger.run('officer', recoverOf(ledger, 2, NEXT, { newKey }));
    expect(code, name).toBe('key_unacceptable');
  }
});

test('nobody else registers the key meanwhile', async () => {
  await ledger.run('officer', recoverOf(ledger, 2, NEXT));
  expect(await ledger.run('ben', rotateOf(ledger, NEXT))).toEqual(['key_known']);
  const enrolment = ledger.enrolment('zoe', {
    publicKey: NEXT.publicKey,
    possession: ledger.possession('enrol', NEXT),
  });
  expect(await ledger.run('officer', enrolment)).toEqual(['key_known']);
});

describe('cancelRecovery', () => {
  test.each<[string, string, () => Action, string]>([
    ['not yours, none', 'ben', () => cancelRecoveryOf(2), 'role_missing'],
    ['none of yours', 'ben', () => cancelRecoveryOf(3), 'recovery_unknown'],
    ['none', 'officer', () => cancelRecoveryOf(99), 'recovery_unknown'],
    ['the holder of the present key', 'ana', () => cancelRecoveryOf(2), 'done'],
    ['a registrar', 'officer', () => cancelRecoveryOf(2), 'done'],
  ])('%s', async (_case, sender, message, code) => {
    await ledger.run('officer', recoverOf(ledger, 2, NEXT));
    expect(await ledger.run(sender, message())).toEqual([code]);
    await ledger.block(ledger.timeMs + DELAY_MS);
    const present = ledger.state.get(members, 2)?.publicKey;
    expect(present).toEqual((code === 'done' ? testingKey('ana') : NEXT).publicKey);
  });

  test('the key of a cancelled recovery is free again', async () => {
    await ledger.run('officer', recoverOf(ledger, 2, NEXT));
    await ledger.run('ana', cancelRecoveryOf(2));
    expect(await ledger.run('ana', rotateOf(ledger, NEXT))).toEqual(['done']);
  });
});

test('what the lost key let others do is taken back', async () => {
  const untilMs = ledger.timeMs + 10 * DELAY_MS;
  const ben = testingKey('ben').publicKey;
  await ledger.run(
    'ana',
    giveMandateOf(ben, [ACTION.transfer], untilMs),
    grantReadingOf(ben, 1, untilMs),
  );
  await ledger.run('officer', recoverOf(ledger, 2, NEXT));
  await ledger.block(ledger.timeMs + DELAY_MS);
  expect([ledger.state.size(mandates), ledger.state.size(readingGrants)]).toEqual([0, 0]);
});

test('a rotation in between does not stop it: the present key ends, whichever it is', async () => {
  await ledger.run('officer', recoverOf(ledger, 2, NEXT));
  const thief = testingKey('key of a finder');
  await ledger.run('ana', rotateOf(ledger, thief));
  await ledger.block(ledger.timeMs + DELAY_MS);
  ledger.useKey('ana', thief);
  expect(await ledger.run('ana', openLaneOf(1))).toEqual(['key_ended']);
  ledger.useKey('ana', NEXT);
  expect(await ledger.run('ana', openLaneOf(1))).toEqual(['done']);
});

test('the table of recoveries has a limit', async () => {
  const { agreementKey } = NEXT;
  for (let count = 0; count < RECOVERIES_MAX; count++) {
    const newKey = new Uint8Array(32);
    new DataView(newKey.buffer).setUint32(0, count);
    const effectiveMs = ledger.timeMs + DELAY_MS;
    ledger.state.set(recoveries, 1000 + count, { newKey, agreementKey, effectiveMs });
  }
  expect(await ledger.run('officer', recoverOf(ledger, 2, NEXT))).toEqual(['recoveries_too_many']);
});
