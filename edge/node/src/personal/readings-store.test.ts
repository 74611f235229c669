import { ACTION, retireMeterCodec } from '@commonwatt/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { actionOf } from '../officer.ts';
import { NOON_MS, SLOT_MS, signerOf, TestCommunity } from '../testing/community.ts';

const DAY_MS = 86_400_000;
let community: TestCommunity;

beforeEach(async () => {
  community = await TestCommunity.open();
  await community.enrol('ana');
  community.clock.ms = NOON_MS + 4 * SLOT_MS;
});
afterEach(() => community.node.stop());

const of = (name: string) => {
  const { readings } = community.node;
  return readings
    .of(community.member(name).number, 0, NOON_MS + DAY_MS, 100)
    .map((one) => [one.slotMs - NOON_MS, one.imported, one.exported]);
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
  const signed = (at: number, imported = 5n) => community.reading('ana', at, { imported });
  expect(await community.deliver(signed(slotMs))).toBe('slot_invalid');
  expect(await community.deliver(signed(NOON_MS + 8 * SLOT_MS))).toBe('slot_not_over');
  expect(await community.deliver(signed(NOON_MS - 8 * DAY_MS))).toBe('too_late');
  expect(await community.deliver(signed(NOON_MS, 2751n))).toBe('implausible');
  expect(await community.deliver(signed(NOON_MS, 2750n))).toBeUndefined();
});

test('a signature covers every part of a reading', async () => {
  const reading = community.reading('ana', NOON_MS, { imported: 5n, exported: 6n });
  const changes = [
    { slotMs: NOON_MS + SLOT_MS },
    { counter: reading.counter + 1 },
    { imported: 6n },
    { exported: 5n },
    { imported: 6n, exported: 5n },
  ];
  for (const change of changes) {
    expect(await community.deliver({ ...reading, ...change } as typeof reading)).toBe(
      'signature_wrong',
    );
  }
  expect(await community.deliver(reading)).toBeUndefined();
});

test('a counter rises strictly, and one slot is read once', async () => {
  const at = (slot: number, imported: bigint, counter: number) =>
    community.deliver(
      community.reading('ana', NOON_MS + slot * SLOT_MS, { imported }, { counter }),
    );
  expect(await at(0, 5n, 10)).toBeUndefined();
  expect(await at(0, 5n, 10)).toBe('duplicate');
  expect(await at(0, 6n, 11)).toBe('reading_known');
  expect(await at(1, 5n, 10)).toBe('counter_not_rising');
  expect(await at(1, 5n, 9)).toBe('counter_not_rising');
  expect(await at(1, 5n, 11)).toBeUndefined();
  expect(of('ana')).toHaveLength(2);
});

test('a provider may sign for a meter that leaves it to the providers', async () => {
  const byOfficer = community.reading('ana', NOON_MS, {}, { signer: signerOf('officer') });
  expect(await community.deliver(byOfficer)).toBeUndefined();
  await community.enrol('ben');
  const byBen = community.reading('ana', NOON_MS + SLOT_MS, {}, { signer: signerOf('ben') });
  expect(await community.deliver(byBen)).toBe('not_the_meter');
});

test('a retired meter is heard about slots before its end alone', async () => {
  const { meter } = community.member('ana');
  await community.node.officer.submit([actionOf(ACTION.retireMeter, retireMeterCodec, { meter })]);
  community.clock.ms += 2 * SLOT_MS;
  const at = (slot: number) =>
    community.deliver(community.reading('ana', NOON_MS + slot * SLOT_MS, { imported: 1n }));
  expect(await at(3)).toBeUndefined();
  expect(await at(4)).toBe('meter_retired');
});

test('a closed period takes no more, and an erased member nothing', async () => {
  await community.enrol('ben');
  await community.node.readings.close(NOON_MS + SLOT_MS);
  const at = (name: string, slot: number) =>
    community.deliver(community.reading(name, NOON_MS + slot * SLOT_MS, { imported: 1n }));
  expect(await at('ana', 0)).toBe('period_closed');
  expect(await at('ana', 1)).toBeUndefined();
  await community.node.personal.putLabel(community.member('ana').number, 'Ana');
  await community.node.personal.erase(community.member('ana').number);
  expect(of('ana')).toEqual([]);
  expect(community.node.personal.label(community.member('ana').number)).toBeUndefined();
  expect(await at('ana', 2)).toBe('member_erased');
  expect(await at('ben', 2)).toBeUndefined();
});
