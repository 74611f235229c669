import { beforeEach, describe, expect, test } from 'vitest';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import {
  DAY_MS,
  endReadingOf,
  grantReadingOf,
  identityRules as rules,
  SMALL_ORDER_KEY,
} from './actions.test-support.ts';
import { SCOPE, type Scope } from './messages.ts';
import { isReadingGranted } from './reading-grants.ts';
import { grantsOfKey, READING_GRANTS_MAX } from './state.ts';

const ANA = 2;
const advisor = testingKey('energy advisor').publicKey;

let ledger: TestingLedger;
let untilMs: number;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders: { ana: {}, ben: {} } });
  untilMs = ledger.timeMs + DAY_MS;
});

function mayRead(member: number, scope: Scope, timeMs = ledger.timeMs): boolean {
  return isReadingGranted(ledger.state, { member, key: advisor, scope, timeMs });
}

test('a stranger reads what was granted, of whom granted it, as long as granted', async () => {
  await ledger.run('ana', grantReadingOf(advisor, SCOPE.balance | SCOPE.readings, untilMs));
  const scopes = Object.keys(SCOPE) as Scope[];
  expect(scopes.filter((scope) => mayRead(ANA, scope))).toEqual(['balance', 'readings']);
  expect(scopes.filter((scope) => mayRead(3, scope))).toEqual([]);
  expect(mayRead(ANA, 'balance', untilMs - 1)).toBe(true);
  expect(mayRead(ANA, 'balance', untilMs)).toBe(false);
  expect(ledger.state.groupNames(grantsOfKey)).toHaveLength(1);
});

test('a later grant replaces the earlier one, and an ended one is gone', async () => {
  await ledger.run('ana', grantReadingOf(advisor, SCOPE.balance, untilMs));
  await ledger.run('ana', grantReadingOf(advisor, SCOPE.orders, untilMs));
  expect([mayRead(ANA, 'balance'), mayRead(ANA, 'orders')]).toEqual([false, true]);
  expect(await ledger.run('ben', endReadingOf(advisor))).toEqual(['grant_unknown']);
  expect(await ledger.run('ana', endReadingOf(advisor))).toEqual(['done']);
  expect(mayRead(ANA, 'orders')).toBe(false);
});

describe('grantReading: refused, in this order', () => {
  test.each<[string, Uint8Array, number, number, string]>([
    ['nothing, past, key', SMALL_ORDER_KEY, 0, 0, 'scopes_invalid'],
    ['unknown scope, past, key', SMALL_ORDER_KEY, 32, 0, 'scopes_invalid'],
    ['               past, key', SMALL_ORDER_KEY, 1, 0, 'instant_past'],
    ['                     key', SMALL_ORDER_KEY, 1, 4e12, 'key_unacceptable'],
    ['in order', advisor, 31, 4e12, 'done'],
  ])('%s', async (_faults, key, scopes, until, code) => {
    expect(await ledger.run('ana', grantReadingOf(key, scopes, until))).toEqual([code]);
  });
});

test('a member gives so many; what ran out makes room', async () => {
  const given = Array.from({ length: READING_GRANTS_MAX + 1 }, (_, at) =>
    grantReadingOf(testingKey(`reader ${at}`).publicKey, 1, untilMs),
  );
  expect(await ledger.run('ana', ...given)).toEqual([
    ...Array(READING_GRANTS_MAX).fill('done'),
    'grants_too_many',
  ]);
  await ledger.block(untilMs);
  expect(await ledger.run('ana', grantReadingOf(advisor, 1, untilMs + DAY_MS))).toEqual(['done']);
});
