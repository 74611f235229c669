import { power } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import {
  action,
  GENESIS_MS,
  TestingLedger,
  testingKey,
} from '../execution/testing-ledger.test-support.ts';
import { callAuction } from '../market/testing/bare-market.ts';
import {
  PLAIN_CONNECTION,
  registerMeterCodec,
  retireMeterCodec,
  setParticipationCodec,
} from './messages.ts';
import { PARTICIPATION_AHEAD_MS_MAX, participationAt, participationOf } from './participation.ts';
import { PARTICIPATIONS_MAX, participations } from './state.ts';

const QUARTER_MS = 900_000;
const DAY_MS = 96 * QUARTER_MS;
/** The first slot that can be changed. */
const NOW_MS = GENESIS_MS + DAY_MS;
let ledger: TestingLedger;

beforeEach(async () => {
  ledger = await TestingLedger.create({
    founders: { ana: {} },
    genesis: { markets: [callAuction()] },
  });
  await ledger.run(
    'officer',
    action(ACTION.registerMeter, registerMeterCodec, {
      ...PLAIN_CONNECTION,
      member: ledger.member('ana').number,
      source: 'provider',
      key: testingKey('officer').publicKey,
      importLimitW: power(11_000n),
      exportLimitW: power(11_000n),
      renewable: 'no',
    }),
  );
  await ledger.block(NOW_MS - QUARTER_MS);
});

const set = (fromMs: number, thousandths: number, meter = 1) =>
  action(ACTION.setParticipation, setParticipationCodec, { meter, fromMs, thousandths });
const at = (instantMs: number) => participationAt(ledger.state, 1, instantMs);

describe('ME-7: participation', () => {
  test('is all of the energy until something else is set', () => {
    expect(at(0)).toBe(1000);
    expect(participationOf([{ fromMs: 5, thousandths: 0 }], 4)).toBe(1000);
    expect(participationOf([{ fromMs: 5, thousandths: 0 }], 5)).toBe(0);
  });

  test('changes from an instant on, and what was keeps standing', async () => {
    expect(await ledger.run('officer', set(NOW_MS, 400))).toEqual(['done']);
    expect(await ledger.run('officer', set(NOW_MS + DAY_MS, 0))).toEqual(['done']);
    await ledger.block(NOW_MS + 2 * DAY_MS);
    expect(await ledger.run('officer', set(NOW_MS + 3 * DAY_MS, 1000))).toEqual(['done']);
    expect(
      [-1, 0, DAY_MS - 1, DAY_MS, 3 * DAY_MS - 1, 3 * DAY_MS].map((ms) => at(NOW_MS + ms)),
    ).toEqual([1000, 400, 400, 0, 0, 1000]);
  });

  test('an earlier plan takes the place of later ones', async () => {
    await ledger.run('officer', set(NOW_MS + DAY_MS, 100), set(NOW_MS + 2 * DAY_MS, 200));
    await ledger.run('officer', set(NOW_MS + DAY_MS, 300));
    expect(ledger.state.get(participations, 1)).toEqual([
      { fromMs: NOW_MS + DAY_MS, thousandths: 300 },
    ]);
  });
});

describe('a change is refused: each row mends one fault of the row above', () => {
  const past = GENESIS_MS;
  const far = NOW_MS + PARTICIPATION_AHEAD_MS_MAX + DAY_MS;
  test.each<[string, string, number, number, number, boolean, string]>([
    ['no role, unknown, ...', 'ana', past + 1, 1001, 9, true, 'role_missing'],
    ['unknown, ...', 'officer', past + 1, 1001, 9, true, 'meter_unknown'],
    ['retired, too much, cut, past', 'officer', past + 1, 1001, 1, true, 'meter_retired'],
    ['too much, cut, past', 'officer', past + 1, 1001, 1, false, 'participation_invalid'],
    ['cut, past', 'officer', past + 1, 1000, 1, false, 'slot_invalid'],
    ['past', 'officer', past, 1000, 1, false, 'instant_past'],
    ['far', 'officer', far, 1000, 1, false, 'instant_too_far'],
    ['in order', 'officer', NOW_MS, 1000, 1, false, 'done'],
  ])('%s', async (_faults, name, fromMs, thousandths, meter, isRetired, code) => {
    if (isRetired) {
      await ledger.run('officer', action(ACTION.retireMeter, retireMeterCodec, { meter: 1 }));
    }
    expect(await ledger.run(name, set(fromMs, thousandths, meter))).toEqual([code]);
  });

  test('beyond the last change a meter may have', async () => {
    const history = Array.from({ length: PARTICIPATIONS_MAX }, (_, one) => ({
      fromMs: one * QUARTER_MS,
      thousandths: 1,
    }));
    ledger.state.set(participations, 1, history);
    expect(await ledger.run('officer', set(NOW_MS, 5))).toEqual(['participations_too_many']);
  });
});
