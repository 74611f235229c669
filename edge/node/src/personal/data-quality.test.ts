import { ACTION, type Meter, PLAIN_CONNECTION, registerMeterCodec } from '@commonwatt/contracts';
import { energy, type Power, power } from '@commonwatt/units';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actionOf } from '../officer.ts';
import type { ReadingVersion, StoredReading } from '../readings-desk.ts';
import { HOUR_MS, NOON_MS, SLOT_MS, signerOf, TestCommunity } from '../testing/community.ts';
import { balanceOfFeeders, qualityOfMeter, STRETCHES_MAX, slotsOf } from './data-quality.ts';
import type { ReadingFlag } from './plausibility.ts';

const QUARTER_MS = 900_000;
const meter: Meter = {
  ...PLAIN_CONNECTION,
  member: 2,
  source: 'device',
  key: new Uint8Array(32),
  importLimitW: power(11_000n),
  exportLimitW: power(11_000n),
  renewable: 'no',
  predecessor: undefined,
  fromMs: 0,
  retiredMs: undefined,
  revokedMs: undefined,
};

type Said = Pick<ReadingVersion, 'quality'> & {
  readonly flags?: readonly ReadingFlag[];
  readonly isCorrection?: boolean;
};

/** Quality of slots counted from 0, each with its ruling word or none. */
function quality(words: readonly (Said | undefined)[], changes: Partial<Meter> = {}) {
  const span = { fromMs: 0, untilMs: words.length * QUARTER_MS, slotLengthMs: QUARTER_MS };
  return qualityOfMeter({
    number: 7,
    meter: { ...meter, ...changes },
    span,
    versionsAt: (slotMs) => {
      const said = words[slotMs / QUARTER_MS];
      return said === undefined ? [] : [{ ...version(slotMs), ...said }];
    },
  });
}

function version(slotMs: number): ReadingVersion {
  return {
    meter: 7,
    slotMs,
    imported: energy(1n),
    exported: energy(0n),
    quality: 'measured',
    source: 'device',
    version: 1,
    counter: 1,
    receivedMs: slotMs,
    key: new Uint8Array(32),
    signature: new Uint8Array(64),
    isCorrection: false,
    rules: true,
    flags: [],
  };
}

/** Local midnights of Berlin around a day, in UTC. */
test.each([
  ['a day of 92', '2021-03-27T23:00:00Z', '2021-03-28T22:00:00Z', 92],
  ['a day of 96', '2021-03-26T23:00:00Z', '2021-03-27T23:00:00Z', 96],
  ['a day of 100', '2021-10-30T22:00:00Z', '2021-10-31T23:00:00Z', 100],
])('%s quarter hours', (_name, from, until, slots) => {
  const [fromMs, untilMs] = [Date.parse(from), Date.parse(until)];
  const span = { fromMs, untilMs, slotLengthMs: QUARTER_MS };
  expect([...slotsOf(span)]).toHaveLength(slots);
  const { expected, counts } = qualityOfMeter({
    number: 1,
    meter,
    span,
    versionsAt: (slotMs) => [version(slotMs)],
  });
  expect([expected, counts.measured]).toEqual([slots, slots]);
});

test('a span that cuts slots counts the whole ones', () => {
  const span = { fromMs: 1, untilMs: 3 * QUARTER_MS - 1, slotLengthMs: QUARTER_MS };
  expect([...slotsOf(span)]).toEqual([QUARTER_MS]);
});

describe('a meter’s quality', () => {
  test('counts by quality, and a slot without a word is missing', () => {
    const found = quality([
      { quality: 'measured' },
      undefined,
      { quality: 'substituted', flags: ['over_connection'], isCorrection: true },
      { quality: 'estimated', flags: ['clock_ahead'] },
      { quality: 'missing' },
    ]);
    expect(found).toMatchObject({ meter: 7, member: 2, expected: 5, flagged: 2, corrected: 1 });
    expect(found.counts).toEqual({ measured: 1, substituted: 1, estimated: 1, missing: 2 });
  });

  test('joins alike slots behind each other, so that a gap is one stretch', () => {
    const measured = { quality: 'measured' } as const;
    const { stretches } = quality([measured, measured, undefined, undefined, measured]);
    expect(stretches.map((one) => [one.fromMs / QUARTER_MS, one.untilMs / QUARTER_MS])).toEqual([
      [0, 2],
      [2, 4],
      [4, 5],
    ]);
    expect(stretches.map((one) => [one.quality, one.source])).toEqual([
      ['measured', 'device'],
      ['missing', undefined],
      ['measured', 'device'],
    ]);
  });

  test('asks nothing of slots that another meter counts', () => {
    const { expected, counts } = quality([undefined, undefined, undefined, undefined], {
      fromMs: QUARTER_MS,
      retiredMs: 3 * QUARTER_MS,
    });
    expect([expected, counts.missing]).toEqual([2, 2]);
  });

  test('tells when it tells not everything', () => {
    const words = Array.from({ length: 2 * STRETCHES_MAX }, (_, at): Said | undefined =>
      at % 2 === 0 ? { quality: 'measured' } : undefined,
    );
    const { stretches, isCut, expected } = quality(words);
    expect([stretches.length, isCut, expected]).toEqual([STRETCHES_MAX, true, 2 * STRETCHES_MAX]);
    expect(quality(words.slice(0, STRETCHES_MAX)).isCut).toBe(false);
  });
});

/** A feeder, meter 9 of member 5, with connections 1 and 2 of members 2 and 3 behind it. */
function balance(
  whole: readonly [bigint, bigint] | undefined,
  parts: readonly (readonly [bigint, bigint] | undefined)[],
  changes: Partial<StoredReading> = {},
) {
  const north = { feeder: 'north', transformer: 'T1' };
  const behind: Meter = { ...meter, position: north };
  const meters: readonly [number, Meter][] = [
    [1, { ...behind, member: 2 }],
    [2, { ...behind, member: 3 }],
    [3, { ...meter, member: 4, position: { feeder: 'south', transformer: 'T1' } }],
    [9, { ...behind, member: 5, measures: 'feeder' }],
  ];
  const amounts = new Map([
    [2, parts[0]],
    [3, parts[1]],
    [4, [70_000n, 0n] as const],
    [5, whole],
  ]);
  const meterOf = new Map([
    [2, 1],
    [3, 2],
    [4, 3],
    [5, 9],
  ]);
  const span = { fromMs: 0, untilMs: QUARTER_MS, slotLengthMs: QUARTER_MS };
  return balanceOfFeeders(meters, span, (member) => {
    const pair = amounts.get(member);
    if (pair === undefined) return [];
    const [imported, exported] = [energy(pair[0]), energy(pair[1])];
    const said = { quality: 'measured', source: 'device', version: 1 } as const;
    const own = member === 2 ? changes : {};
    return [
      { meter: meterOf.get(member) as number, slotMs: 0, imported, exported, ...said, ...own },
    ];
  });
}

describe('a feeder', () => {
  test.each<[string, readonly [bigint, bigint], (readonly [bigint, bigint])[], number]>([
    [
      'balances to the Wh',
      [3000n, 0n],
      [
        [4000n, 0n],
        [0n, 1000n],
      ],
      0,
    ],
    [
      'loses 3 % of what it carries',
      [10_300n, 0n],
      [
        [4000n, 0n],
        [6000n, 0n],
      ],
      0,
    ],
    [
      'loses more',
      [10_301n, 0n],
      [
        [4000n, 0n],
        [6000n, 0n],
      ],
      1,
    ],
    [
      'gains as much',
      [9699n, 0n],
      [
        [4000n, 0n],
        [6000n, 0n],
      ],
      1,
    ],
    [
      'carries little, and errs by 100 Wh',
      [200n, 0n],
      [
        [50n, 0n],
        [50n, 0n],
      ],
      0,
    ],
    [
      'feeds back',
      [0n, 5000n],
      [
        [0n, 4000n],
        [0n, 1000n],
      ],
      0,
    ],
    [
      'is robbed behind a meter',
      [10_000n, 0n],
      [
        [4000n, 0n],
        [2000n, 0n],
      ],
      1,
    ],
  ])('that %s', (_what, whole, parts, unbalanced) => {
    expect(balance(whole, parts)).toEqual([
      {
        feeder: 'north',
        meter: 9,
        compared: 1,
        unbalanced,
        slotsMs: unbalanced === 0 ? [] : [0],
      },
    ]);
  });

  test('is not judged while a reading of it is missing', () => {
    const apart = [
      [4000n, 0n],
      [2000n, 0n],
    ] as const;
    expect(balance(undefined, apart)[0]?.compared).toBe(0);
    expect(balance([9000n, 0n], [apart[0], undefined])[0]?.compared).toBe(0);
    expect(balance([9000n, 0n], apart, { quality: 'missing' })[0]?.compared).toBe(0);
    expect(balance([9000n, 0n], apart)[0]).toMatchObject({ compared: 1, unbalanced: 1 });
  });
});

describe('on a node', () => {
  let community: TestCommunity;
  beforeEach(async () => {
    community = await TestCommunity.open();
    await community.enrol('ana');
    await community.enrol('ben');
    community.clock.ms = NOON_MS + HOUR_MS;
  });
  afterEach(() => community.node.stop());

  const deliver = (name: string, slot: number, imported: bigint, changes = {}) =>
    community.deliver(community.reading(name, NOON_MS + slot * SLOT_MS, { imported }, changes));

  test('the quality of some meters says nothing of others, and nothing of slots to come', async () => {
    await deliver('ana', 0, 5n);
    await deliver('ana', 2, 99_999n, { quality: 'estimated', signer: signerOf('officer') });
    await deliver('ben', 1, 5n);
    const { meter: number } = community.member('ana');
    const found = community.node.readings.qualityOf([number], NOON_MS, NOON_MS + 2 * HOUR_MS);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ meter: number, expected: 4, flagged: 1 });
    expect(found[0]?.counts).toEqual({ measured: 1, substituted: 0, estimated: 1, missing: 2 });
    expect(found[0]?.stretches.map((one) => one.flags)).toEqual([[], [], ['over_connection'], []]);
  });

  test('a feeder’s meter counts in no settlement and shows where the sum is another', async () => {
    const feeder = signerOf('meter of the feeder');
    await community.node.officer.submit([
      actionOf(ACTION.registerMeter, registerMeterCodec, {
        member: 1,
        source: 'device',
        key: feeder.publicKey,
        direction: 'both',
        importLimitW: 400_000n as Power,
        exportLimitW: 400_000n as Power,
        measures: 'feeder',
        position: { feeder: 'north', transformer: '' },
        renewable: 'no',
      }),
    ]);
    const number = community.member('ben').meter + 1;
    const changes = { meter: number, signer: feeder };
    for (const slot of [0, 1]) {
      await deliver('ana', slot, 1000n);
      await deliver('ben', slot, 2000n);
    }
    await deliver('ana', 0, 3050n, { ...changes, counter: 1 });
    await deliver('ana', 1, 3500n, { ...changes, counter: 2 });
    const found = community.node.readings.balanceOfFeeders(NOON_MS, NOON_MS + HOUR_MS);
    expect(found).toEqual([
      { feeder: 'north', meter: number, compared: 2, unbalanced: 1, slotsMs: [NOON_MS + SLOT_MS] },
    ]);
  });
});
