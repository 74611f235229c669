import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action, TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import { revokeMemberCodec } from '../identity/messages.ts';
import { counters } from '../identity/state.ts';
import { type RegisterMeter, registerMeterCodec, retireMeterCodec } from './messages.ts';
import { METERS_MAX } from './meters.ts';
import { meters, metersOfMember } from './state.ts';

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ founders: { ana: {}, ben: {} } });
});

const message = (changes: Partial<RegisterMeter> = {}): RegisterMeter => ({
  member: ledger.member('ana').number,
  source: 'device',
  key: testingKey('meter of ana').publicKey,
  renewable: 'yes',
  ...changes,
});
const register = (changes: Partial<RegisterMeter> = {}) =>
  action(ACTION.registerMeter, registerMeterCodec, message(changes));
const retire = (meter: number) => action(ACTION.retireMeter, retireMeterCodec, { meter });

/** The point of order 1: a key that would accept forged signatures. */
const WEAK = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : 0));

describe('a meter', () => {
  test('gets the next number, and belongs to its member', async () => {
    expect(await ledger.run('officer', register(), register({ source: 'gateway' }))).toEqual([
      'done',
      'done',
    ]);
    expect(ledger.state.group(metersOfMember, `${ledger.member('ana').number}`)).toEqual([
      [1, { ...message(), status: 'active', retiredMs: undefined }],
      [2, { ...message({ source: 'gateway' }), status: 'active', retiredMs: undefined }],
    ]);
  });

  test('is retired once, at the block’s time', async () => {
    await ledger.run('officer', register());
    expect(await ledger.run('officer', retire(1))).toEqual(['done']);
    expect(ledger.state.get(meters, 1)).toMatchObject({
      status: 'retired',
      retiredMs: ledger.timeMs,
    });
    expect(await ledger.run('officer', retire(1))).toEqual(['meter_retired']);
    expect(await ledger.run('officer', retire(2))).toEqual(['meter_unknown']);
  });

  test('is announced to its member', async () => {
    ledger.submit('officer', register(), retire(1));
    const { happened } = await ledger.block();
    const member = ledger.member('ana').number;
    expect(happened.map(({ name, value }) => [name, value])).toEqual([
      ['meter changed', { meter: 1, member, change: 'registered' }],
      ['meter changed', { meter: 1, member, change: 'retired' }],
    ]);
  });
});

describe('a registration is refused: each row mends one fault of the row above', () => {
  test.each<[string, string, Partial<RegisterMeter>, boolean, string]>([
    [
      'no registrar, unknown, weak key, full',
      'ana',
      { member: 99, key: WEAK },
      true,
      'role_missing',
    ],
    [
      '              unknown, weak key, full',
      'officer',
      { member: 99, key: WEAK },
      true,
      'member_unknown',
    ],
    ['                       weak key, full', 'officer', { key: WEAK }, true, 'key_unacceptable'],
    ['                                 full', 'officer', {}, true, 'meters_too_many'],
    ['                             in order', 'officer', {}, false, 'done'],
  ])('%s', async (_faults, name, changes, full, code) => {
    if (full) ledger.state.set(counters, 'meters', { next: METERS_MAX + 1 });
    expect(await ledger.run(name, register(changes))).toEqual([code]);
  });

  test('for a member whose membership has ended', async () => {
    const member = ledger.member('ben').number;
    const fromHeight = ledger.height + 1;
    await ledger.run(
      'officer',
      action(ACTION.revokeMember, revokeMemberCodec, { member, fromHeight }),
    );
    expect(await ledger.run('officer', register({ member }))).toEqual(['member_revoked']);
  });

  test('by one registrar where two must agree', async () => {
    const other = { kind: 'organisation', roles: 4 } as const;
    const strict = await TestingLedger.create({
      founders: { ana: {}, other },
      genesis: { registrarThreshold: 2 },
    });
    expect(await strict.run('officer', register())).toEqual(['needs_decision']);
    expect(strict.state.size(meters)).toBe(0);
  });
});
