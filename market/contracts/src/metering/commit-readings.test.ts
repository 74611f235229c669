import { toHex } from '@commonwatt/ledger';
import { power } from '@commonwatt/units';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import {
  action,
  GENESIS_MS,
  hashOf,
  TestingLedger,
  testingKey,
} from '../execution/testing-ledger.test-support.ts';
import { giveMandateCodec, ROLE } from '../identity/messages.ts';
import { VERSION_MAX } from './commit-readings.ts';
import {
  commitReadingsCodec,
  PLAIN_CONNECTION,
  registerMeterCodec,
  retireMeterCodec,
  revokeMeterCodec,
  type Source,
} from './messages.ts';
import { closePeriod } from './period.ts';
import { commitments, commitmentsOfPeriod } from './state.ts';

const HOUR_MS = 3_600_000;
const provider = { kind: 'organisation', roles: ROLE.provider } as const;

let ledger: TestingLedger;

/** Meter 1 is a device with its own key, 2 a gateway of the data house, 3 left to the providers. */
beforeEach(async () => {
  ledger = await TestingLedger.create({
    founders: { ana: {}, device: { kind: 'IoT device' }, 'data house': provider, other: provider },
  });
  const member = ledger.member('ana').number;
  const register = (source: Source, key: string) =>
    action(ACTION.registerMeter, registerMeterCodec, {
      ...PLAIN_CONNECTION,
      member,
      source,
      key: testingKey(key).publicKey,
      importLimitW: power(11_000n),
      exportLimitW: power(11_000n),
      renewable: 'no',
    });
  const codes = await ledger.run(
    'officer',
    register('device', 'device'),
    register('gateway', 'data house'),
    register('provider', 'data house'),
  );
  expect(codes).toEqual(['done', 'done', 'done']);
  await ledger.block(GENESIS_MS + HOUR_MS);
});

interface Wanted {
  readonly meters: readonly number[];
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly root?: string;
}
const commit = ({ meters, fromMs = 0, untilMs = HOUR_MS, root = 'root' }: Wanted) =>
  action(ACTION.commitReadings, commitReadingsCodec, {
    periodFromMs: GENESIS_MS + fromMs,
    periodUntilMs: GENESIS_MS + untilMs,
    roots: meters.map((meter) => ({ meter, root: hashOf(`${root} of ${meter}`) })),
  });
const retire = (meter: number) => action(ACTION.retireMeter, retireMeterCodec, { meter });
const kept = (meter: number) => ledger.state.get(commitments, { periodFromMs: GENESIS_MS, meter });

describe('ME-1: who speaks for which meter', () => {
  test.each<[string, number, string]>([
    ['device', 1, 'done'],
    ['device', 2, 'not_the_meter'],
    ['device', 3, 'not_the_meter'],
    ['data house', 1, 'done'],
    ['data house', 2, 'done'],
    ['data house', 3, 'done'],
    ['other', 1, 'done'],
    ['other', 2, 'done'],
    ['other', 3, 'done'],
    ['ana', 1, 'not_the_meter'],
    ['ana', 2, 'not_the_meter'],
    ['ana', 3, 'not_the_meter'],
  ])('%s for meter %i: %s', async (name, meter, code) => {
    expect(await ledger.run(name, commit({ meters: [meter] }))).toEqual([code]);
    expect(kept(meter)?.signedBy).toBe(code === 'done' ? ledger.member(name).number : undefined);
  });

  test('a key that is revoked commits no more; what it committed stands', async () => {
    expect(await ledger.run('device', commit({ meters: [1] }))).toEqual(['done']);
    const revoked = action(ACTION.revokeMeter, revokeMeterCodec, {
      meter: 1,
      fromMs: ledger.timeMs,
    });
    expect(await ledger.run('officer', revoked)).toEqual(['done']);
    const other = { meters: [1], root: 'other' };
    expect(await ledger.run('device', commit(other))).toEqual(['not_the_meter']);
    expect(kept(1)?.version).toBe(1);
    expect(await ledger.run('data house', commit(other))).toEqual(['done']);
  });

  test('nobody lets a delegate speak for a meter', async () => {
    const { key } = ledger.member('ana');
    const mandate = {
      delegateKey: key.publicKey,
      actionTypes: [ACTION.commitReadings],
      untilMs: ledger.timeMs + HOUR_MS,
    };
    const given = action(ACTION.giveMandate, giveMandateCodec, mandate);
    expect(await ledger.run('data house', given)).toEqual(['action_not_delegable']);
  });
});

describe('a commitment is refused: each row mends one fault of the row above', () => {
  const late = { fromMs: 0, untilMs: 24 * HOUR_MS };
  test.each<[string, Wanted, boolean, string]>([
    [
      'cut, not over, settled, unordered',
      { meters: [3, 2], fromMs: 500, untilMs: 24 * HOUR_MS },
      true,
      'period_invalid',
    ],
    ['     not over, settled, unordered', { meters: [3, 2], ...late }, true, 'period_not_over'],
    ['               settled, unordered', { meters: [3, 2] }, true, 'period_settled'],
    ['                        unordered', { meters: [3, 2] }, false, 'roots_unordered'],
    ['                            twice', { meters: [3, 3] }, false, 'roots_unordered'],
    ['                             none', { meters: [] }, false, 'roots_unordered'],
    ['                          unknown', { meters: [2, 9] }, false, 'meter_unknown'],
    ['                       another’s', { meters: [1, 2] }, false, 'not_the_meter'],
    ['                         in order', { meters: [2, 3] }, false, 'done'],
  ])('%s', async (_faults, wanted, settled, code) => {
    if (settled) {
      closePeriod(ledger.state, {
        periodFromMs: GENESIS_MS,
        periodUntilMs: GENESIS_MS + HOUR_MS,
      });
    }
    const sender = code === 'not_the_meter' ? 'device' : 'data house';
    expect(await ledger.run(sender, commit(wanted))).toEqual([code]);
    expect(ledger.state.size(commitments)).toBe(code === 'done' ? 2 : 0);
  });

  test('a retired meter answers for periods that began before, and for none after', async () => {
    await ledger.run('officer', retire(3));
    expect(await ledger.run('data house', commit({ meters: [3] }))).toEqual(['done']);
    await ledger.block(GENESIS_MS + 3 * HOUR_MS);
    const after = { meters: [3], fromMs: 2 * HOUR_MS, untilMs: 3 * HOUR_MS };
    expect(await ledger.run('data house', commit(after))).toEqual(['meter_retired']);
  });

  test('beyond the last version', async () => {
    const key = { periodFromMs: GENESIS_MS, meter: 3 };
    const last = { version: VERSION_MAX, root: hashOf('x'), signedBy: 1 };
    ledger.state.set(commitments, key, { ...last, periodUntilMs: GENESIS_MS + HOUR_MS });
    expect(await ledger.run('data house', commit({ meters: [3] }))).toEqual(['versions_exhausted']);
  });
});

describe('ME-2: versions', () => {
  test('rise with every later root, and the ledger keeps the last', async () => {
    const roots = ['first', 'second', 'third'];
    for (const [at, root] of roots.entries()) {
      expect(await ledger.run('other', commit({ meters: [3], root }))).toEqual(['done']);
      expect(kept(3)?.version).toBe(at + 1);
      expect(toHex(kept(3)?.root ?? new Uint8Array())).toBe(toHex(hashOf(`${root} of 3`)));
    }
  });

  test('do not rise where the same root comes again', async () => {
    await ledger.run('other', commit({ meters: [3] }));
    expect(await ledger.run('data house', commit({ meters: [3] }))).toEqual(['done']);
    expect(kept(3)).toMatchObject({ version: 1, signedBy: ledger.member('other').number });
  });

  test('rise where the period’s end is another', async () => {
    await ledger.run('other', commit({ meters: [3] }));
    await ledger.run('other', commit({ meters: [3], untilMs: HOUR_MS / 2 }));
    expect(kept(3)).toMatchObject({ version: 2, periodUntilMs: GENESIS_MS + HOUR_MS / 2 });
    expect(ledger.state.group(commitmentsOfPeriod, `${GENESIS_MS}`)).toHaveLength(1);
  });
});

test('everyone learns how many meters were committed, not which', async () => {
  ledger.submit('data house', commit({ meters: [2, 3] }));
  const { happened } = await ledger.block();
  expect(happened.map(({ name, value }) => [name, value])).toEqual([
    ['readings committed', { periodFromMs: GENESIS_MS, meters: 2 }],
  ]);
});
