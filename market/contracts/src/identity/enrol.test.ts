import { type Action, toHex } from '@commonwatt/ledger';
import type { Money, Power } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import { creditLimits } from '../wallet/state.ts';
import {
  openLaneOf,
  identityRules as rules,
  SMALL_ORDER_KEY,
  unacceptableKeys,
} from './actions.test-support.ts';
import { type Enrol, KINDS, ROLE } from './messages.ts';
import { keys, lanes, members } from './state.ts';

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ rules, founders: { ana: {} } });
});

const enrolment = (changes: Partial<Enrol> = {}): Action => ledger.enrolment('zoe', changes);

test('an officer admits a member, with its key, a lane and its credit', async () => {
  const zoe = testingKey('zoe');
  const enrolled = await ledger.block(undefined, [
    ledger.sign('officer', [
      enrolment({ kind: 'vehicle', roles: ROLE.consumer, creditLimit: 5n as Money }),
    ]),
  ]);
  expect(enrolled.happened).toEqual([
    {
      name: 'member changed',
      transactionIndex: 0,
      value: { member: 3, change: 'enrolled', effectiveMs: ledger.timeMs },
    },
  ]);
  expect(ledger.state.get(members, 3)).toMatchObject({
    kind: 'vehicle',
    roles: ROLE.consumer,
    importLimitW: 11_000n as Power,
    activeFromHeight: 1,
    revokedFromHeight: undefined,
  });
  expect(toHex(ledger.state.get(members, 3)?.publicKey as Uint8Array)).toBe(toHex(zoe.publicKey));
  expect(ledger.state.get(keys, zoe.publicKey)).toEqual({
    member: 3,
    activeFromHeight: 1,
    endedFromHeight: undefined,
  });
  expect(ledger.state.get(lanes, { key: zoe.publicKey, lane: 0 })).toEqual({ next: 0 });
  expect(ledger.state.get(creditLimits, 3)).toEqual({ limit: 5n });
});

describe('refused, in this order', () => {
  const past = { activeFromHeight: 1 };
  const zero = new Uint8Array(32);
  const forged = { possession: new Uint8Array(64) };
  test.each<[string, string, (ledger: TestingLedger) => Partial<Enrol>, string]>([
    [
      'no registrar, roles, debt, past, known, agreement, unproved',
      'ana',
      (l) => ({
        ...past,
        ...forged,
        roles: 256,
        creditLimit: -1n as Money,
        publicKey: l.member('ana').key.publicKey,
        agreementKey: zero,
      }),
      'role_missing',
    ],
    [
      '              roles, debt, past, known, agreement, unproved',
      'officer',
      (l) => ({
        ...past,
        ...forged,
        roles: 256,
        creditLimit: -1n as Money,
        publicKey: l.member('ana').key.publicKey,
        agreementKey: zero,
      }),
      'roles_invalid',
    ],
    [
      '                     debt, past, known, agreement, unproved',
      'officer',
      (l) => ({
        ...past,
        ...forged,
        creditLimit: -1n as Money,
        publicKey: l.member('ana').key.publicKey,
        agreementKey: zero,
      }),
      'limit_negative',
    ],
    [
      '                           past, known, agreement, unproved',
      'officer',
      (l) => ({
        ...past,
        ...forged,
        publicKey: l.member('ana').key.publicKey,
        agreementKey: zero,
      }),
      'height_past',
    ],
    [
      '                                 known, agreement, unproved',
      'officer',
      (l) => ({ ...forged, publicKey: l.member('ana').key.publicKey, agreementKey: zero }),
      'key_known',
    ],
    [
      '                            unacceptable, agreement, unproved',
      'officer',
      () => ({ ...forged, publicKey: SMALL_ORDER_KEY, agreementKey: zero }),
      'key_unacceptable',
    ],
    [
      '                                        agreement, unproved',
      'officer',
      () => ({ ...forged, agreementKey: zero }),
      'key_unacceptable',
    ],
    [
      '                                                   unproved',
      'officer',
      () => forged,
      'possession_missing',
    ],
    ['in order', 'officer', () => ({}), 'done'],
  ])('%s', async (_faults, sender, changes, code) => {
    await ledger.block();
    expect(await ledger.run(sender, enrolment(changes(ledger)))).toEqual([code]);
  });
});

test('the proof of possession holds for this ledger, this purpose and these keys alone', async () => {
  const zoe = testingKey('zoe');
  const elsewhere = await TestingLedger.create({ rules });
  for (const possession of [
    elsewhere.possession('enrol', zoe),
    ledger.possession('rotate', zoe),
    ledger.possession('enrol', testingKey('yan')),
  ]) {
    expect(await ledger.run('officer', enrolment({ possession }))).toEqual(['possession_missing']);
  }
  const { agreementKey } = testingKey('a registrar who would listen in');
  expect(await ledger.run('officer', enrolment({ agreementKey }))).toEqual(['possession_missing']);
  expect(await ledger.run('officer', enrolment())).toEqual(['done']);
});

test('T02: no key of small or mixed order, none written in a second way', async () => {
  const offered = unacceptableKeys();
  expect(offered.length).toBeGreaterThan(20);
  for (const [name, publicKey] of offered) {
    const [code] = await ledger.run('officer', enrolment({ publicKey }));
    expect(code, name).toBe('key_unacceptable');
    expect(ledger.state.get(keys, publicKey), name).toBeUndefined();
  }
});

test('the kind is a label: any roles go with any kind', async () => {
  for (const kind of KINDS) {
    const name = `member of kind ${kind}`;
    const { number } = await ledger.enrol(name, { kind, roles: ROLE.consumer | ROLE.producer });
    expect(ledger.state.get(members, number)).toMatchObject({ kind, roles: 3 });
  }
});

test('a member may begin later, and not before', async () => {
  const zoe = await ledger.enrol('zoe', { activeFromHeight: 4 });
  expect(ledger.height).toBe(1);
  expect(await ledger.run(zoe.name, openLaneOf(1))).toEqual(['member_not_active']);
  expect(await ledger.run(zoe.name, openLaneOf(1))).toEqual(['member_not_active']);
  expect(await ledger.run(zoe.name, openLaneOf(1))).toEqual(['done']);
});

test('bytes that are no enrolment are malformed, and change nothing', async () => {
  const whole = enrolment();
  const cut = { ...whole, body: whole.body.subarray(1) };
  expect(await ledger.run('officer', cut)).toEqual(['malformed']);
  expect(ledger.state.size(members)).toBe(2);
});
