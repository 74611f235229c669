import { power } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action, TestingLedger, testingKey } from '../execution/testing-ledger.test-support.ts';
import { revokeMemberCodec } from '../identity/messages.ts';
import { counters } from '../identity/state.ts';
import {
  PLAIN_CONNECTION,
  type RegisterMeter,
  registerMeterCodec,
  retireMeterCodec,
} from './messages.ts';
import { METERS_MAX } from './meters.ts';
import { type Meter, meterStatus, meters, metersOfMember } from './state.ts';

let ledger: TestingLedger;
beforeEach(async () => {
  ledger = await TestingLedger.create({ founders: { ana: {}, ben: {} } });
});

const message = (changes: Partial<RegisterMeter> = {}): RegisterMeter => ({
  ...PLAIN_CONNECTION,
  member: ledger.member('ana').number,
  source: 'device',
  key: testingKey('meter of ana').publicKey,
  importLimitW: power(11_000n),
  exportLimitW: power(8_000n),
  renewable: 'yes',
  ...changes,
});
const untouched = {
  predecessor: undefined,
  fromMs: 0,
  retiredMs: undefined,
  revokedMs: undefined,
};
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
      [1, { ...message(), ...untouched }],
      [2, { ...message({ source: 'gateway' }), ...untouched }],
    ]);
  });

  test('is retired once, at the block’s time', async () => {
    await ledger.run('officer', register());
    expect(await ledger.run('officer', retire(1))).toEqual(['done']);
    const retired = ledger.state.get(meters, 1) as Meter;
    expect(retired.retiredMs).toBe(ledger.timeMs);
    expect(meterStatus(retired)).toBe('retired');
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
  const weak = { key: WEAK, direction: 'import' } as const;
  test.each<[string, string, Partial<RegisterMeter>, boolean, string]>([
    ['no role, unknown, weak, limit, full', 'ana', { ...weak, member: 99 }, true, 'role_missing'],
    [
      '         unknown, weak, limit, full',
      'officer',
      { ...weak, member: 99 },
      true,
      'member_unknown',
    ],
    ['                  weak, limit, full', 'officer', weak, true, 'key_unacceptable'],
    [
      '                        limit, full',
      'officer',
      { direction: 'import' },
      true,
      'meter_invalid',
    ],
    ['                               full', 'officer', {}, true, 'meters_too_many'],
    ['                           in order', 'officer', {}, false, 'done'],
  ])('%s', async (_faults, name, changes, full, code) => {
    if (full) ledger.state.set(counters, 'meters', { next: METERS_MAX + 1 });
    expect(await ledger.run(name, register(changes))).toEqual([code]);
  });

  test('a direction that is not counted has no connection', async () => {
    const nothing = power(0n);
    expect(
      await ledger.run(
        'officer',
        register({ direction: 'export' }),
        register({ direction: 'export', importLimitW: nothing }),
        register({ direction: 'import', exportLimitW: nothing }),
        register({ importLimitW: nothing, exportLimitW: nothing }),
      ),
    ).toEqual(['meter_invalid', 'done', 'done', 'done']);
  });

  test('a meter that counts a feeder says which', async () => {
    const feeder = { measures: 'feeder' } as const;
    const position = { feeder: 'north', transformer: '' };
    expect(
      await ledger.run('officer', register(feeder), register({ ...feeder, position })),
    ).toEqual(['meter_invalid', 'done']);
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
