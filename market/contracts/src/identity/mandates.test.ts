import { type Action, WRONG_USER } from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import {
  action,
  hashOf,
  TestingLedger,
  testingKey,
} from '../execution/testing-ledger.test-support.ts';
import { depositCodec, transferCodec } from '../wallet/messages.ts';
import { accounts } from '../wallet/state.ts';
import {
  DAY_MS,
  endMandateOf,
  giveMandateOf,
  openLaneOf,
  revokeOf,
  rotateOf,
  identityRules as rules,
} from './actions.test-support.ts';
import { DELEGABLE } from './mandates.ts';
import { ROLE } from './messages.ts';
import { MANDATES_MAX, mandates, mandatesOfMember } from './state.ts';

const ANA = 2;
const BEN = 3;
const benKey = testingKey('ben').publicKey;
const pay = action(ACTION.transfer, transferCodec, { to: 1, amount: 1n as Money });

let ledger: TestingLedger;
let untilMs: number;
beforeEach(async () => {
  ledger = await TestingLedger.create({
    rules,
    founders: { ana: {}, ben: {}, rita: { roles: ROLE.registrar } },
  });
  untilMs = ledger.timeMs + DAY_MS;
  await ledger.run(
    'officer',
    action(ACTION.deposit, depositCodec, {
      member: ANA,
      amount: 100n as Money,
      reference: hashOf('bank entry'),
    }),
  );
});

function available(owner: number): bigint {
  return ledger.state.get(accounts, { owner, kind: 'available' })?.balance ?? 0n;
}

test('a delegate acts for a member, with its own key and in its own lane', async () => {
  await ledger.run('ana', giveMandateOf(benKey, [ACTION.transfer], untilMs));
  expect(await ledger.runWith('ben', { onBehalfOf: ANA }, pay)).toEqual(['done']);
  expect([available(ANA), available(BEN), available(1)]).toEqual([99n, 0n, 1n]);
  // The number was ben's: his next own one is 1.
  expect(await ledger.runWith('ben', { sequence: 1 }, openLaneOf(1))).toEqual(['done']);
});

describe('acting for another: refused, in this order', () => {
  type Row = [string, (l: TestingLedger) => Promise<unknown>, readonly Action[], string];
  const give = (l: TestingLedger, until = untilMs) =>
    l.run('ana', giveMandateOf(benKey, [ACTION.transfer], until));
  test.each<Row>([
    ['no mandate', async () => undefined, [pay], 'mandate_unknown'],
    [
      'revoked, expired, beyond',
      async (l) => {
        await give(l, l.timeMs + 2000);
        await l.run('rita', revokeOf(ANA, l.height + 1));
      },
      [pay, openLaneOf(1)],
      'member_revoked',
    ],
    [
      '         expired, beyond',
      async (l) => {
        await give(l, l.timeMs + 2000);
      },
      [pay, openLaneOf(1)],
      'mandate_expired',
    ],
    ['                  beyond', (l) => give(l), [pay, openLaneOf(1)], 'mandate_lacks_action'],
    ['in order', (l) => give(l), [pay], 'done'],
  ])('%s', async (_faults, prepare, batch, code) => {
    await prepare(ledger);
    const bytes = ledger.sign('ben', batch, { onBehalfOf: ANA });
    const time = code === 'mandate_expired' ? ledger.timeMs + 1000 : ledger.timeMs;
    ledger.ledger.checkTimeMs = () => time;
    const door = await ledger.check(bytes);
    expect(door?.code ?? 'done').toBe(code);
    if (door !== undefined) expect(door.message).toBe(WRONG_USER);
    const { results } = await ledger.block(time, [bytes]);
    expect(results[0]?.code).toBe(code);
    expect(available(ANA)).toBe(code === 'done' ? 99n : 100n);
  });
});

test('the delegate must be somebody itself: its own end ends its acting', async () => {
  await ledger.run('ana', giveMandateOf(benKey, [ACTION.transfer], untilMs));
  await ledger.run('rita', revokeOf(BEN, ledger.height + 1));
  expect(await ledger.runWith('ben', { onBehalfOf: ANA }, pay)).toEqual(['member_revoked']);
});

test('the mandate is for a key: after a rotation it is given anew', async () => {
  await ledger.run('ana', giveMandateOf(benKey, [ACTION.transfer], untilMs));
  const next = testingKey('next key of ben');
  await ledger.run('ben', rotateOf(ledger, next));
  expect(await ledger.runWith('ben', { onBehalfOf: ANA }, pay)).toEqual(['key_ended']);
  ledger.useKey('ben', next);
  expect(await ledger.runWith('ben', { onBehalfOf: ANA }, pay)).toEqual(['mandate_unknown']);
});

test('a member cannot act on behalf of itself, nor of nobody', async () => {
  expect(await ledger.runWith('ana', { onBehalfOf: ANA }, pay)).toEqual(['mandate_unknown']);
  expect(await ledger.runWith('ana', { onBehalfOf: 0 }, pay)).toEqual(['mandate_unknown']);
});

describe('giveMandate', () => {
  const twice = [ACTION.transfer, ACTION.transfer];
  test.each<[string, () => Uint8Array, readonly number[], number, string]>([
    ['stranger, type, past', () => testingKey('nobody').publicKey, [100], 0, 'delegate_invalid'],
    ['yourself, type, past', () => testingKey('ana').publicKey, [100], 0, 'delegate_invalid'],
    ['          type, past', () => benKey, [ACTION.transfer, 100], 0, 'action_not_delegable'],
    ['       no type, past', () => benKey, [], 0, 'action_not_delegable'],
    ['    type twice, past', () => benKey, twice, 0, 'action_not_delegable'],
    ['                past', () => benKey, [ACTION.transfer], 0, 'instant_past'],
    ['in order', () => benKey, [ACTION.transfer], 4e12, 'done'],
  ])('refused, in this order: %s', async (_faults, key, types, until, code) => {
    expect(await ledger.run('ana', giveMandateOf(key(), types, until))).toEqual([code]);
  });

  test('I-6: what changes who a member is, or what an office decides, is never delegated', async () => {
    for (const [name, type] of Object.entries(ACTION)) {
      const [code] = await ledger.run('ana', giveMandateOf(benKey, [type], untilMs));
      expect(code, name).toBe(DELEGABLE.has(type) ? 'done' : 'action_not_delegable');
    }
    const listing = (type: number) => type >= ACTION.listEnergy && type <= ACTION.transferStage;
    const never = Object.values(ACTION).filter(
      (type) => type < 200 || (type >= 600 && !listing(type)) || type === ACTION.checkRound,
    );
    expect(never.filter((type) => DELEGABLE.has(type))).toEqual([]);
  });

  test('a new mandate replaces the old one for the same key', async () => {
    await ledger.run('ana', giveMandateOf(benKey, [ACTION.withdraw, ACTION.transfer], untilMs));
    expect(ledger.state.get(mandates, { member: ANA, delegateKey: benKey })?.actionTypes).toEqual([
      ACTION.transfer,
      ACTION.withdraw,
    ]);
    await ledger.run('ana', giveMandateOf(benKey, [ACTION.withdraw], untilMs));
    expect(await ledger.runWith('ben', { onBehalfOf: ANA }, pay)).toEqual(['mandate_lacks_action']);
  });

  test('a member gives so many; what ran out makes room', async () => {
    const names = Array.from({ length: MANDATES_MAX + 1 }, (_, at) => `delegate ${at}`);
    for (const name of names) await ledger.enrol(name);
    const given = names.map((name) =>
      giveMandateOf(testingKey(name).publicKey, [ACTION.transfer], untilMs),
    );
    expect(await ledger.run('ana', ...given)).toEqual([
      ...Array(MANDATES_MAX).fill('done'),
      'mandate_too_many',
    ]);
    await ledger.block(untilMs);
    untilMs += DAY_MS;
    const later = giveMandateOf(benKey, [ACTION.transfer], untilMs);
    expect(await ledger.run('ana', later)).toEqual(['done']);
    expect(ledger.state.group(mandatesOfMember, `${ANA}`)).toHaveLength(1);
  });
});

describe('endMandate', () => {
  test.each([
    ['a stranger to it', 'zoe', 'role_missing'],
    ['the member', 'ana', 'done'],
    ['the delegate', 'ben', 'done'],
    ['a registrar, for a member without a device', 'rita', 'done'],
  ])('%s', async (_who, name, code) => {
    await ledger.enrol('zoe');
    await ledger.run('ana', giveMandateOf(benKey, [ACTION.transfer], untilMs));
    expect(await ledger.run(name, endMandateOf(ANA, benKey))).toEqual([code]);
    const after = code === 'done' ? 'mandate_unknown' : 'done';
    expect(await ledger.runWith('ben', { onBehalfOf: ANA }, pay)).toEqual([after]);
  });

  test('what was not given cannot be ended', async () => {
    expect(await ledger.run('ana', endMandateOf(ANA, benKey))).toEqual(['mandate_unknown']);
  });
});
