import { power } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import {
  action,
  GENESIS_MS,
  TestingLedger,
  testingKey,
} from '../execution/testing-ledger.test-support.ts';
import { counters } from '../identity/state.ts';
import { callAuction } from '../market/testing/bare-market.ts';
import {
  type RegisterMeter,
  type ReplaceMeter,
  registerMeterCodec,
  replaceMeterCodec,
  retireMeterCodec,
  revokeMeterCodec,
  setParticipationCodec,
} from './messages.ts';
import { METERS_MAX } from './meters.ts';
import { closePeriod } from './period.ts';
import { REPLACEMENT_MS_MAX } from './replace-meter.ts';
import { countsSlot, type Meter, meterStatus, meters, participations } from './state.ts';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
/** The time of the block that decides. */
const NOW_MS = GENESIS_MS + 40 * 24 * HOUR_MS;
let ledger: TestingLedger;

beforeEach(async () => {
  ledger = await TestingLedger.create({
    founders: { ana: {} },
    genesis: { markets: [callAuction()] },
  });
  await ledger.run('officer', action(ACTION.registerMeter, registerMeterCodec, registered()));
  await ledger.block(NOW_MS);
});

const registered = (): RegisterMeter => ({
  member: ledger.member('ana').number,
  source: 'device',
  key: testingKey('meter of ana').publicKey,
  direction: 'both',
  importLimitW: power(11_000n),
  exportLimitW: power(8_000n),
  measures: 'connection',
  position: { feeder: 'north', transformer: 'T1' },
  renewable: 'yes',
});
const replacement = (changes: Partial<ReplaceMeter> = {}): ReplaceMeter => ({
  meter: 1,
  fromMs: NOW_MS + QUARTER_MS,
  source: 'gateway',
  key: testingKey('gateway').publicKey,
  direction: 'import',
  importLimitW: power(22_000n),
  exportLimitW: power(0n),
  ...changes,
});
const replace = (changes: Partial<ReplaceMeter> = {}) =>
  action(ACTION.replaceMeter, replaceMeterCodec, replacement(changes));
const revoke = (meter: number, fromMs: number) =>
  action(ACTION.revokeMeter, revokeMeterCodec, { meter, fromMs });
const retire = action(ACTION.retireMeter, retireMeterCodec, { meter: 1 });
const meter = (number: number) => ledger.state.get(meters, number) as Meter;

/** The point of order 1: a key that would accept forged signatures. */
const WEAK = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : 0));

describe('ME-5: a replacement', () => {
  test('counts from its slot on, and its predecessor until then', async () => {
    const { fromMs } = replacement();
    expect(await ledger.run('officer', replace())).toEqual(['done']);
    for (const [number, one] of [meter(1), meter(2)].entries()) {
      expect(countsSlot(one, fromMs - QUARTER_MS)).toBe(number === 0);
      expect(countsSlot(one, fromMs)).toBe(number === 1);
    }
    expect(meterStatus(meter(1))).toBe('retired');
  });

  test('takes owner, position and participation over, and all else from the message', async () => {
    const participation = { meter: 1, fromMs: NOW_MS + HOUR_MS, thousandths: 300 };
    await ledger.run(
      'officer',
      action(ACTION.setParticipation, setParticipationCodec, participation),
      replace(),
    );
    const { meter: predecessor, ...device } = replacement();
    const { member, measures, position, renewable } = registered();
    expect(meter(2)).toEqual({
      ...{ member, measures, position, renewable },
      ...device,
      predecessor,
      retiredMs: undefined,
      revokedMs: undefined,
    });
    expect(ledger.state.get(participations, 2)).toEqual([
      { fromMs: NOW_MS + HOUR_MS, thousandths: 300 },
    ]);
  });

  test('is announced to the member', async () => {
    ledger.submit('officer', replace());
    const { happened } = await ledger.block();
    const member = ledger.member('ana').number;
    expect(happened.map(({ value }) => value)).toEqual([
      { meter: 1, member, change: 'replaced' },
      { meter: 2, member, change: 'registered' },
    ]);
  });

  test('may be replaced in its turn, from a later slot alone', async () => {
    await ledger.run('officer', replace());
    const again = (fromMs: number) => replace({ meter: 2, fromMs });
    const { fromMs } = replacement();
    expect(await ledger.run('officer', again(fromMs))).toEqual(['instant_past']);
    expect(await ledger.run('officer', again(fromMs + QUARTER_MS))).toEqual(['done']);
    expect(meter(3).predecessor).toBe(2);
  });

  test('of a revoked meter brings a key that is trusted', async () => {
    expect(await ledger.run('officer', revoke(1, NOW_MS), replace())).toEqual(['done', 'done']);
    expect([meterStatus(meter(1)), meterStatus(meter(2))]).toEqual(['revoked', 'active']);
  });
});

describe('a replacement is refused: each row mends one fault of the row above', () => {
  const cut = NOW_MS - REPLACEMENT_MS_MAX - HOUR_MS + 1;
  const past = cut - 1;
  const settled = NOW_MS - 2 * HOUR_MS;
  const bad = { key: WEAK, exportLimitW: power(5n) };
  test.each<[string, string, Partial<ReplaceMeter>, boolean, boolean, string]>([
    ['no role, unknown, ...', 'ana', { ...bad, meter: 9, fromMs: cut }, true, true, 'role_missing'],
    ['unknown, ...', 'officer', { ...bad, meter: 9, fromMs: cut }, true, true, 'meter_unknown'],
    ['retired, ...', 'officer', { ...bad, fromMs: cut }, true, true, 'meter_retired'],
    ['cut slot, ...', 'officer', { ...bad, fromMs: cut }, false, true, 'slot_invalid'],
    ['long past, ...', 'officer', { ...bad, fromMs: past }, false, true, 'instant_past'],
    ['settled, ...', 'officer', { ...bad, fromMs: settled }, false, true, 'period_settled'],
    ['weak key, limit, full', 'officer', { ...bad }, false, true, 'key_unacceptable'],
    ['limit, full', 'officer', { exportLimitW: power(5n) }, false, true, 'meter_invalid'],
    ['full', 'officer', {}, false, true, 'meters_too_many'],
    ['in order', 'officer', {}, false, false, 'done'],
  ])('%s', async (_faults, name, changes, isRetired, isFull, code) => {
    if (isRetired) await ledger.run('officer', retire);
    if (isFull) ledger.state.set(counters, 'meters', { next: METERS_MAX + 1 });
    closePeriod(ledger.state, {
      periodFromMs: NOW_MS - 3 * HOUR_MS,
      periodUntilMs: NOW_MS - HOUR_MS,
    });
    expect(await ledger.run(name, replace(changes))).toEqual([code]);
  });

  test('too far ahead', async () => {
    const fromMs = ledger.timeMs + REPLACEMENT_MS_MAX + 100 * QUARTER_MS;
    const whole = fromMs - (fromMs % QUARTER_MS);
    expect(await ledger.run('officer', replace({ fromMs: whole }))).toEqual(['instant_too_far']);
  });

  test('where everything behind the instant is still open, the past is taken', async () => {
    closePeriod(ledger.state, {
      periodFromMs: NOW_MS - 3 * HOUR_MS,
      periodUntilMs: NOW_MS - HOUR_MS,
    });
    expect(await ledger.run('officer', replace({ fromMs: NOW_MS - HOUR_MS }))).toEqual(['done']);
  });
});

describe('ME-6: a revocation', () => {
  test('holds from its instant, which may be past, and is made once', async () => {
    expect(await ledger.run('officer', revoke(1, NOW_MS - HOUR_MS))).toEqual(['done']);
    expect(meter(1).revokedMs).toBe(NOW_MS - HOUR_MS);
    expect(await ledger.run('officer', revoke(1, NOW_MS - HOUR_MS))).toEqual(['meter_revoked']);
  });

  test.each<[string, string, number, number, string]>([
    ['no role, unknown, to come', 'ana', 9, NOW_MS * 2, 'role_missing'],
    ['unknown, to come', 'officer', 9, NOW_MS * 2, 'meter_unknown'],
    ['to come', 'officer', 1, NOW_MS * 2, 'instant_too_far'],
    ['in order', 'officer', 1, NOW_MS, 'done'],
  ])('is refused: %s', async (_faults, name, number, fromMs, code) => {
    expect(await ledger.run(name, revoke(number, fromMs))).toEqual([code]);
  });

  test('leaves a retired meter retired', async () => {
    expect(await ledger.run('officer', retire, revoke(1, NOW_MS))).toEqual(['done', 'done']);
    expect(meter(1).retiredMs).toBeDefined();
  });
});
