import {
  ACTION,
  replaceMeterCodec,
  retireMeterCodec,
  revokeMeterCodec,
} from '@commonwatt/contracts';
import type { Power } from '@commonwatt/units';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actionOf } from '../officer.ts';
import {
  HOUR_MS,
  NOON_MS,
  type SignedChanges,
  SLOT_MS,
  signerOf,
  TestCommunity,
} from '../testing/community.ts';

const DAY_MS = 86_400_000;
const NOON_HOUR = { periodFromMs: NOON_MS, periodUntilMs: NOON_MS + HOUR_MS };
let community: TestCommunity;

beforeEach(async () => {
  community = await TestCommunity.open();
  await community.enrol('ana');
  community.clock.ms = NOON_MS + 4 * SLOT_MS;
});
afterEach(() => community.node.stop());

const of = (name: string) =>
  community.node.readings
    .of(community.member(name).number, 0, NOON_MS + DAY_MS, 100)
    .map((one) => [one.slotMs - NOON_MS, one.imported, one.exported]);

/** Delivers a reading of ana's meter: its slot counted from noon, what was imported. */
const deliver = (slot: number, imported: bigint, changes: SignedChanges = {}) =>
  community.deliver(community.reading('ana', NOON_MS + slot * SLOT_MS, { imported }, changes));
const officer = { signer: signerOf('officer') };

/** Which word counts on ana's slot, corrections included. */
const ruling = (slot = 0) => {
  const [member, fromMs] = [community.member('ana').number, NOON_MS + slot * SLOT_MS];
  const words = community.node.readings.historyOf(member, fromMs, fromMs + SLOT_MS, 100);
  const found = words.filter((one) => one.rules);
  expect(found.length).toBeLessThanOrEqual(1);
  const [one] = found;
  return one && [one.source, one.quality, one.version, one.imported];
};

test('each reading of a batch gets its own answer, and what was stored can be read', async () => {
  const good = community.reading('ana', NOON_MS, { exported: 500n });
  const late = community.reading('ana', NOON_MS + 3 * SLOT_MS, { imported: 7n });
  const future = community.reading('ana', NOON_MS + 4 * SLOT_MS, { imported: 7n });
  const answers = await community.node.readings.take([good, future, late, good]);
  expect(answers.map((one) => one?.code)).toEqual([
    undefined,
    'slot_not_over',
    undefined,
    'duplicate',
  ]);
  expect(of('ana')).toEqual([
    [0, 0n, 500n],
    [3 * SLOT_MS, 7n, 0n],
  ]);
});

/** Each row mends one fault of the row above it: the table shows the order of the checks. */
test('refusals stand in order', async () => {
  const take = (changes: object) =>
    community.deliver({ ...community.reading('ana', NOON_MS, { imported: 5n }), ...changes });
  const meter = 77;
  const key = signerOf('somebody').publicKey;
  const signature = new Uint8Array(64);
  const slotMs = NOON_MS + 1;
  expect(await take({ meter, key, signature, slotMs })).toBe('meter_unknown');
  expect(await take({ key, signature, slotMs })).toBe('not_the_meter');
  expect(await take({ signature, slotMs })).toBe('signature_wrong');
  const empty = { quality: 'missing', version: 0 } as const;
  const much = 1n << 41n;
  const signed = (at: number, imported: bigint, changes: SignedChanges = {}) =>
    community.deliver(community.reading('ana', at, { imported }, changes));
  expect(await signed(slotMs, much, empty)).toBe('slot_invalid');
  expect(await signed(NOON_MS + 8 * SLOT_MS, much, empty)).toBe('slot_not_over');
  expect(await signed(NOON_MS - 8 * DAY_MS, much, empty)).toBe('too_late');
  expect(await signed(NOON_MS, much, empty)).toBe('energy_too_large');
  expect(await signed(NOON_MS, 5n, empty)).toBe('quality_invalid');
  expect(await signed(NOON_MS, 0n, empty)).toBe('version_invalid');
  expect(await signed(NOON_MS, 5n, { counter: 100 })).toBeUndefined();
  const known = { version: 1, counter: 100 };
  expect(await signed(NOON_MS, 5n, known)).toBe('duplicate');
  expect(await signed(NOON_MS, 6n, known)).toBe('reading_known');
  expect(await signed(NOON_MS, 6n, { version: 3, counter: 101 })).toBeUndefined();
  expect(await signed(NOON_MS, 7n, { version: 2, counter: 100 })).toBe('superseded');
  expect(await signed(NOON_MS, 7n, { version: 4, counter: 100 })).toBe('counter_used');
  expect(await signed(NOON_MS, 7n, { version: 4, counter: 102 })).toBeUndefined();
});

test('a signature covers every part of a reading', async () => {
  const reading = community.reading('ana', NOON_MS, { imported: 5n, exported: 6n });
  const changes = [
    { slotMs: NOON_MS + SLOT_MS },
    { counter: reading.counter + 1 },
    { imported: 6n },
    { exported: 5n },
    { imported: 6n, exported: 5n },
    { quality: 'estimated' },
    { version: 2 },
  ];
  for (const change of changes) {
    expect(await community.deliver({ ...reading, ...change } as typeof reading)).toBe(
      'signature_wrong',
    );
  }
  expect(await community.deliver(reading)).toBeUndefined();
});

describe('counters', () => {
  test('are used once, in whatever order they come', async () => {
    const orders = [3, 1, 2, 0];
    for (const slot of orders) {
      expect(await deliver(slot, 5n, { counter: 10 + slot })).toBeUndefined();
    }
    expect(of('ana')).toHaveLength(4);
    for (const slot of orders) {
      const changes = { counter: 10 + slot, version: 2 };
      expect(await deliver(slot, 6n, changes)).toBe('counter_used');
    }
  });

  test('that come back after a reset are told from fresh ones', async () => {
    expect(await deliver(0, 5n, { counter: 5000 })).toBeUndefined();
    expect(await deliver(1, 5n, { counter: 1 })).toBe('counter_used');
    expect(await deliver(1, 5n, { counter: 5000 - 1023 })).toBeUndefined();
    expect(await deliver(2, 5n, { counter: 5000 - 1024 })).toBe('counter_used');
  });

  test('of a device and of a provider are apart, and a clone of a device is noticed', async () => {
    expect(await deliver(0, 5n, { counter: 1 })).toBeUndefined();
    expect(await deliver(1, 5n, { counter: 1, ...officer })).toBeUndefined();
    expect(await deliver(2, 5n, { counter: 2 })).toBeUndefined();
    // The clone counts on from the same number.
    expect(await deliver(3, 9n, { counter: 2 })).toBe('counter_used');
  });
});

describe('words on one slot', () => {
  test('are all kept, and the best rules in whatever order they come', async () => {
    const words: readonly [SignedChanges, bigint][] = [
      [{ quality: 'estimated', ...officer }, 90n],
      [{ quality: 'measured' }, 100n],
      [{ quality: 'substituted', version: 2, ...officer }, 95n],
      [{ quality: 'measured', version: 3, ...officer }, 101n],
    ];
    const expected = [
      ['provider', 'estimated', 1, 90n],
      ['device', 'measured', 1, 100n],
      ['provider', 'substituted', 2, 95n],
      ['provider', 'measured', 3, 101n],
    ];
    for (const [at, [changes, imported]] of words.entries()) {
      expect(await deliver(0, imported, changes)).toBeUndefined();
      expect(ruling()).toEqual(expected[at]);
    }
    const { readings } = community.node;
    const { number } = community.member('ana');
    expect(readings.historyOf(number, NOON_MS, NOON_MS + SLOT_MS, 10)).toHaveLength(4);
    expect(of('ana')).toEqual([[0, 101n, 0n]]);
  });

  test('a provider says anew what it said wrongly, and saying it again changes nothing', async () => {
    expect(await deliver(0, 90n, officer)).toBeUndefined();
    expect(await deliver(0, 80n, officer)).toBe('reading_known');
    const second = { quality: 'substituted', version: 2, ...officer } as const;
    expect(await deliver(0, 80n, second)).toBeUndefined();
    expect(ruling()).toEqual(['provider', 'substituted', 2, 80n]);
    expect(await deliver(0, 80n, { ...second, version: 3 })).toBe('duplicate');
    expect(await deliver(0, 90n, officer)).toBe('duplicate');
    expect(ruling()).toEqual(['provider', 'substituted', 2, 80n]);
  });

  test('a late measurement of the device takes the place of an estimate', async () => {
    expect(await deliver(0, 50n, { quality: 'estimated', ...officer })).toBeUndefined();
    expect(await deliver(0, 70n)).toBeUndefined();
    expect(ruling()).toEqual(['device', 'measured', 1, 70n]);
  });
});

test('what is suspicious is kept, counts, and carries a flag', async () => {
  // 11 kW over a quarter hour are 2,750 Wh.
  expect(await deliver(0, 2750n)).toBeUndefined();
  expect(await deliver(1, 2751n)).toBeUndefined();
  expect(await deliver(2, 1000n)).toBeUndefined();
  expect(await deliver(2, 1031n, officer)).toBeUndefined();
  expect(of('ana').map(([, imported]) => imported)).toEqual([2750n, 2751n, 1031n]);
  const { number } = community.member('ana');
  const words = community.node.readings.historyOf(number, NOON_MS, NOON_MS + HOUR_MS, 100);
  expect(words.map((one) => [one.imported, one.flags])).toEqual([
    [2750n, []],
    [2751n, ['over_connection']],
    [1000n, ['sources_disagree']],
    [1031n, ['sources_disagree']],
  ]);
});

test('a clock that is a little ahead is marked, one that is far ahead is not believed', async () => {
  community.clock.ms = NOON_MS + SLOT_MS - 30_000;
  expect(await deliver(0, 1n)).toBeUndefined();
  community.clock.ms = NOON_MS + 2 * SLOT_MS - 30_001;
  expect(await deliver(1, 1n)).toBe('slot_not_over');
  const { number } = community.member('ana');
  const [word] = community.node.readings.historyOf(number, NOON_MS, NOON_MS + SLOT_MS, 100);
  expect(word?.flags).toEqual(['clock_ahead']);
});

test('a provider’s value is taken long after a device’s no longer is', async () => {
  const at = (days: number) => -days * 96;
  expect(await deliver(at(8), 1n)).toBe('too_late');
  expect(await deliver(at(8), 1n, officer)).toBeUndefined();
  expect(await deliver(at(91), 1n, officer)).toBeUndefined();
  expect(await deliver(at(93), 1n, officer)).toBe('too_late');
  // A clock that was set back to 1970.
  expect(await community.deliver(community.reading('ana', 0, { imported: 1n }))).toBe('too_late');
});

test('a provider may sign for every meter, a member for its own device alone', async () => {
  expect(await deliver(0, 5n, officer)).toBeUndefined();
  await community.enrol('ben');
  expect(await deliver(1, 5n, { signer: signerOf('ben') })).toBe('not_the_meter');
  expect(await deliver(1, 5n, { signer: signerOf('ana') })).toBe('not_the_meter');
});

describe('a meter', () => {
  test('that is retired is heard about slots before its end alone', async () => {
    const { meter } = community.member('ana');
    await community.node.officer.submit([
      actionOf(ACTION.retireMeter, retireMeterCodec, { meter }),
    ]);
    community.clock.ms += 2 * SLOT_MS;
    expect(await deliver(3, 1n)).toBeUndefined();
    expect(await deliver(4, 1n)).toBe('meter_retired');
  });

  test('that is replaced hands over at a slot: no slot counts twice, none is lost', async () => {
    const { meter } = community.member('ana');
    const next = signerOf('next meter of ana');
    for (const slot of [0, 1, 2]) expect(await deliver(slot, 10n)).toBeUndefined();
    await community.node.officer.submit([
      actionOf(ACTION.replaceMeter, replaceMeterCodec, {
        meter,
        fromMs: NOON_MS + 2 * SLOT_MS,
        source: 'device',
        key: next.publicKey,
        direction: 'both',
        importLimitW: 11_000n as Power,
        exportLimitW: 0n as Power,
      }),
    ]);
    const replacement = { meter: meter + 1, signer: next };
    // What the old one counted of slot 2 stays in its history and counts no more.
    expect(of('ana').map(([at]) => at)).toEqual([0, SLOT_MS]);
    expect(await deliver(3, 10n)).toBe('meter_retired');
    expect(await deliver(1, 20n, { ...replacement, counter: 1 })).toBe('meter_not_begun');
    expect(await deliver(2, 20n, { ...replacement, counter: 2 })).toBeUndefined();
    expect(await deliver(3, 20n, { ...replacement, counter: 3 })).toBeUndefined();
    expect(of('ana').map(([at, wh]) => [at, wh])).toEqual([
      [0, 10n],
      [SLOT_MS, 10n],
      [2 * SLOT_MS, 20n],
      [3 * SLOT_MS, 20n],
    ]);
  });

  test('whose key is revoked is not heard; what it said is marked and stays', async () => {
    const { meter } = community.member('ana');
    for (const slot of [0, 1]) expect(await deliver(slot, 10n)).toBeUndefined();
    const fromMs = NOON_MS + SLOT_MS;
    await community.node.officer.submit([
      actionOf(ACTION.revokeMeter, revokeMeterCodec, { meter, fromMs }),
    ]);
    expect(await deliver(2, 10n)).toBe('meter_revoked');
    expect(await deliver(0, 11n, { version: 2 })).toBe('meter_revoked');
    expect(await deliver(2, 12n, officer)).toBeUndefined();
    const { number } = community.member('ana');
    const words = community.node.readings.historyOf(number, NOON_MS, NOON_MS + HOUR_MS, 100);
    expect(words.map((one) => [one.source, one.flags])).toEqual([
      ['device', []],
      ['device', ['key_revoked']],
      ['provider', []],
    ]);
  });
});

describe('a closed period', () => {
  test('keeps what comes late as a correction, and counts what it counted', async () => {
    const { readings } = community.node;
    expect(await deliver(0, 10n)).toBeUndefined();
    await readings.close(NOON_HOUR);
    expect(readings.correctionsSince(NOON_HOUR)).toEqual([]);
    expect(await deliver(1, 7n)).toBeUndefined();
    expect(await deliver(0, 11n, officer)).toBeUndefined();
    expect(of('ana')).toEqual([[0, 10n, 0n]]);
    const corrections = readings.correctionsSince(NOON_HOUR);
    expect(corrections.map((one) => [one.before?.imported, one.after.imported])).toEqual([
      [10n, 11n],
      [undefined, 7n],
    ]);
    await readings.close(NOON_HOUR);
    expect(of('ana')).toHaveLength(1);
    await readings.adopt(NOON_HOUR);
    expect(of('ana')).toEqual([
      [0, 11n, 0n],
      [SLOT_MS, 7n, 0n],
    ]);
    expect(readings.correctionsSince(NOON_HOUR)).toEqual([]);
  });

  test('is not corrected by what does not rule', async () => {
    const { readings } = community.node;
    expect(await deliver(0, 10n)).toBeUndefined();
    await readings.close(NOON_HOUR);
    expect(await deliver(0, 9n, { quality: 'estimated', ...officer })).toBeUndefined();
    expect(readings.correctionsSince(NOON_HOUR)).toEqual([]);
  });

  test('leaves other periods open, and cannot be corrected before it is closed', async () => {
    const { readings } = community.node;
    await readings.close(NOON_HOUR);
    const before = { periodFromMs: NOON_MS - HOUR_MS, periodUntilMs: NOON_MS };
    expect(await deliver(-1, 3n)).toBeUndefined();
    expect(of('ana')).toEqual([[-SLOT_MS, 3n, 0n]]);
    await expect(readings.adopt(before)).rejects.toThrow('expected it closed');
    const across = { periodFromMs: NOON_MS - HOUR_MS, periodUntilMs: NOON_MS + SLOT_MS };
    await expect(readings.close(across)).rejects.toThrow('expected it apart');
  });
});

test('of an erased member nothing is left, and nothing is taken', async () => {
  await community.enrol('ben');
  const at = (name: string, slot: number) =>
    community.deliver(community.reading(name, NOON_MS + slot * SLOT_MS, { imported: 1n }));
  expect(await at('ana', 1)).toBeUndefined();
  await community.node.personal.putLabel(community.member('ana').number, 'Ana');
  await community.node.personal.erase(community.member('ana').number);
  expect(of('ana')).toEqual([]);
  expect(community.node.personal.label(community.member('ana').number)).toBeUndefined();
  expect(await at('ana', 2)).toBe('member_erased');
  expect(await at('ben', 2)).toBeUndefined();
});

/** Replays and shuffles: whatever comes how often in what order, each slot counts once. */
test('batches in any order and any number give the same readings', async () => {
  const slots = Array.from({ length: 40 }, (_, slot) => slot - 36);
  const signed = slots.map((slot) =>
    community.reading('ana', NOON_MS + slot * SLOT_MS, { imported: BigInt(100 + slot) }),
  );
  let seed = 7;
  const below = (most: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % most;
  };
  for (let round = 0; round < 20; round++) {
    const batch = Array.from({ length: 30 }, () => signed[below(signed.length)] as never);
    await community.node.readings.take(batch);
  }
  await community.node.readings.take(signed);
  const { number } = community.member('ana');
  const stored = community.node.readings.of(number, 0, NOON_MS + DAY_MS, 1000);
  expect(stored.map((one) => one.imported)).toEqual(slots.map((slot) => BigInt(100 + slot)));
});
