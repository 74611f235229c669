import { possessionBytes, WRONG_USER } from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type SendOptions,
  TestingLedger,
  testingKey,
} from '../execution/testing-ledger.test-support.ts';
import { creditLimits } from '../wallet/state.ts';
import {
  DAY_MS,
  inviteOf,
  joinOf,
  openLaneOf,
  recoverOf,
  identityRules as rules,
  unacceptableKeys,
} from './actions.test-support.ts';
import type { Join } from './messages.ts';
import { invites, keys, lanes, members } from './state.ts';

const INVITE = testingKey('invite');

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders: { ana: {} } });
  await ledger.run('officer', inviteOf(ledger, INVITE, { creditLimit: 9n as Money }));
});

test('a new key takes an invite and acts at once, under its next number', async () => {
  const join = joinOf(ledger, INVITE, 'zoe');
  ledger.submit('zoe', join);
  ledger.submitWith('zoe', { sequence: 1 }, openLaneOf(1));
  const { results, happened } = await ledger.block();
  expect(results.map((one) => one.actions)).toEqual([['done'], ['done']]);
  expect(happened.map((one) => one.value)).toEqual([
    { member: 3, change: 'joined', effectiveMs: ledger.timeMs },
  ]);
  expect(ledger.state.get(members, 3)).toMatchObject({ kind: 'household', roles: 1 });
  expect(ledger.state.get(creditLimits, 3)).toEqual({ limit: 9n });
  expect(ledger.state.size(invites)).toBe(0);
  expect(await ledger.replayed()).toEqual(ledger.ledger.headHash);
});

test('an invite is taken once, whoever holds it', async () => {
  ledger.submit('zoe', joinOf(ledger, INVITE, 'zoe'));
  ledger.submit('yan', joinOf(ledger, INVITE, 'yan'));
  const { results } = await ledger.block();
  expect(results.map((one) => one.code)).toEqual(['done', 'invite_unknown']);
  expect(ledger.member('yan').number).toBe(0);
});

test('a join is sent once: its number is used', async () => {
  const bytes = ledger.submit('zoe', joinOf(ledger, INVITE, 'zoe'));
  await ledger.block();
  const again = await ledger.block(undefined, [bytes]);
  expect(again.results.map((one) => one.code)).toEqual(['sequence_wrong']);
});

describe('refused, in this order', () => {
  const window = { validFromMs: 0 };
  const other = testingKey('other');
  type Row = [string, SendOptions, (l: TestingLedger) => Partial<Join>, string];
  test.each<Row>([
    ['for another', { ...window, onBehalfOf: 1, lane: 1 }, () => ({}), 'wrong_user'],
    [
      'window, lane, number, invite',
      { ...window, lane: 1, sequence: 1 },
      unknown,
      'window_too_long',
    ],
    ['        lane, number, invite', { lane: 1, sequence: 1 }, unknown, 'lane_unknown'],
    ['              number, invite', { sequence: 1 }, unknown, 'sequence_wrong'],
    ['                      invite', {}, unknown, 'invite_unknown'],
    [
      'the invite of another key',
      {},
      () => ({ inviteSignature: new Uint8Array(64) }),
      'possession_missing',
    ],
    [
      'an invite signed for another new key',
      {},
      (l) => ({ inviteSignature: INVITE.sign(possessionBytes(l.chain, 'join', other.publicKey)) }),
      'possession_missing',
    ],
    ['agreement key', {}, () => ({ agreementKey: new Uint8Array(32) }), 'key_unacceptable'],
    ['signature', { signer: other }, () => ({}), 'bad_signature'],
    ['in order', {}, () => ({}), 'done'],
  ])('%s', async (_faults, options, changes, code) => {
    const join = joinOf(ledger, INVITE, 'zoe', changes(ledger));
    const bytes = ledger.sign('zoe', [join], options);
    const door = await ledger.check(bytes);
    expect(door?.code ?? 'done').toBe(code);
    const { results } = await ledger.block(undefined, [bytes]);
    expect(results[0]?.code).toBe(code);
    if (code === 'done') return;
    expect(ledger.state.get(lanes, { key: testingKey('zoe').publicKey, lane: 0 })).toBeUndefined();
    expect(ledger.state.size(invites)).toBe(1);
  });
  function unknown(): Partial<Join> {
    return { inviteKey: testingKey('nowhere').publicKey };
  }
});

test('an invite stands to the last millisecond before it runs out', async () => {
  const expiresMs = ledger.timeMs + DAY_MS;
  const late = testingKey('late invite');
  await ledger.run('officer', inviteOf(ledger, late, { expiresMs }));
  await ledger.block(expiresMs - 1);
  const bytes = ledger.sign('zoe', [joinOf(ledger, late, 'zoe')]);
  expect((await ledger.check(bytes))?.code).toBeUndefined();
  const { results } = await ledger.block(expiresMs, [bytes]);
  expect(results[0]?.code).toBe('invite_expired');
  const refusal = await ledger.check(ledger.sign('yan', [joinOf(ledger, late, 'yan')]));
  expect(refusal).toEqual({
    code: 'invite_expired',
    message: WRONG_USER,
    expiresMs,
    timeMs: expiresMs,
  });
});

test('an unknown key may send one join and nothing else', async () => {
  const join = joinOf(ledger, INVITE, 'zoe');
  for (const batch of [
    [openLaneOf(1)],
    [join, openLaneOf(1)],
    [openLaneOf(1), join],
    [join, join],
  ]) {
    const refusal = await ledger.check(ledger.sign('zoe', batch));
    expect(refusal).toEqual({ code: 'wrong_user', message: WRONG_USER });
  }
  const cut = { ...join, body: join.body.subarray(1) };
  expect((await ledger.check(ledger.sign('zoe', [cut])))?.code).toBe('malformed');
  expect(await ledger.run('zoe', cut)).toEqual(['malformed']);
});

test('T02: no key of small or mixed order joins, though its signature cannot be told', async () => {
  for (const [name, sender] of unacceptableKeys()) {
    const inviteSignature = INVITE.sign(possessionBytes(ledger.chain, 'join', sender));
    const join = joinOf(ledger, INVITE, 'zoe', { inviteSignature });
    expect(await ledger.runWith('zoe', { sender }, join), name).toEqual(['key_unacceptable']);
    expect(ledger.state.get(keys, sender), name).toBeUndefined();
  }
});

test('a member has no use for an invite, and nobody takes the key of a recovery', async () => {
  expect(await ledger.run('ana', joinOf(ledger, INVITE, 'ana'))).toEqual(['key_known']);
  await ledger.run('officer', recoverOf(ledger, 2, testingKey('zoe')));
  expect(await ledger.run('zoe', joinOf(ledger, INVITE, 'zoe'))).toEqual(['key_known']);
});

test('two joins of one key do not wait behind each other at the door', async () => {
  const second = testingKey('second invite');
  await ledger.run('officer', inviteOf(ledger, second));
  expect(await ledger.check(ledger.sign('zoe', [joinOf(ledger, INVITE, 'zoe')]))).toBeUndefined();
  const other = ledger.sign('zoe', [joinOf(ledger, second, 'zoe')]);
  expect(await ledger.check(other)).toMatchObject({ code: 'sequence_wrong', expected: 1 });
});
