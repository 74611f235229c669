import { equalBytes, leafHash, toHex } from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PROVIDER_MEASURED } from '../metering/ruling.ts';
import {
  commitmentsRootOf,
  flawOfReadings,
  READINGS_MAX,
  type Reading,
  readingLeafBytes,
  readingProof,
  readingSalt,
  readingsRootOf,
  verifyReading,
} from './readings.ts';
import {
  FROM_MS,
  hashOf,
  QUARTER_MS,
  readingsOf,
  runInput,
  secretOf,
  sha256,
} from './testing/street.ts';

const day = readingsOf(7, {
  member: 3,
  counted: Array.from({ length: 96 }, (_, slot) => [slot * 13, (96 - slot) * 7] as const),
});

test('a leaf is purpose, salt, meter, slot, import, export, quality, signer and version', () => {
  const reading: Reading = {
    meter: 258,
    slotMs: 900_000,
    imported: energy(1n),
    exported: energy(2n),
    quality: 'substituted',
    source: 'gateway',
    version: 258,
    salt: Uint8Array.from({ length: 16 }, (_, at) => at),
  };
  expect(toHex(readingLeafBytes(reading))).toBe(
    `${toHex(new Uint8Array(Buffer.from('commonwatt/reading/1')))}000102030405060708090a0b0c0d0e0f` +
      '0000010200000000000dbba000000000000000010000000000000002' +
      '01010102',
  );
});

test('the root depends on the readings, not on their order', () => {
  const root = readingsRootOf(sha256, day);
  fc.assert(
    fc.property(fc.shuffledSubarray([...day], { minLength: day.length }), (shuffled) => {
      expect(equalBytes(readingsRootOf(sha256, shuffled), root)).toBe(true);
    }),
    { numRuns: 50 },
  );
  const changed = day.map((one, at) => (at === 50 ? { ...one, imported: energy(1n) } : one));
  expect(equalBytes(readingsRootOf(sha256, changed), root)).toBe(false);
  expect(equalBytes(readingsRootOf(sha256, day.slice(1)), root)).toBe(false);
});

test('every reading of a day can be opened alone, and no other in its place', () => {
  const root = readingsRootOf(sha256, day);
  for (const { slotMs } of day) {
    const opened = readingProof(sha256, day, slotMs);
    expect(verifyReading(sha256, opened, root)).toBe(true);
    const { reading } = opened;
    const forged: readonly Reading[] = [
      { ...reading, imported: energy(reading.imported + 1n) },
      { ...reading, exported: energy(reading.exported + 1n) },
      { ...reading, slotMs: slotMs + QUARTER_MS },
      { ...reading, meter: 8 },
      { ...reading, quality: 'estimated' },
      { ...reading, source: 'device' },
      { ...reading, version: 2 },
      { ...reading, salt: hashOf('salt').slice(0, 16) },
      { ...reading, salt: reading.salt.slice(1) },
    ];
    for (const one of forged) {
      expect(verifyReading(sha256, { ...opened, reading: one }, root)).toBe(false);
    }
  }
  expect(() => readingProof(sha256, day, 1)).toThrow('readings: expected slot 1, got none');
});

test('readings of two meters, or two of one slot, have no root', () => {
  const [first, second] = day as [Reading, Reading];
  expect(() => readingsRootOf(sha256, [first, { ...second, meter: 8 }])).toThrow(
    'readings: expected meter 7 alone, got 8',
  );
  expect(() => readingsRootOf(sha256, [first, { ...second, slotMs: FROM_MS }])).toThrow(
    `readings: expected one of slot ${FROM_MS}, got two`,
  );
  expect(flawOfReadings({ length: READINGS_MAX + 1 } as unknown as Reading[])).toBe(
    `expected at most ${READINGS_MAX}, got ${READINGS_MAX + 1}`,
  );
});

test('ME-4: without the salt no guess at a reading hits its root, with it the first right one does', () => {
  const meter = 7;
  const secret = secretOf(3);
  const salt = readingSalt(sha256, secret, { meter, slotMs: FROM_MS });
  const at = { meter, slotMs: FROM_MS, exported: energy(0n), ...PROVIDER_MEASURED };
  const root = readingsRootOf(sha256, [{ ...at, imported: energy(1234n), salt }]);
  const guesses = (guessed: Uint8Array) =>
    Array.from({ length: 3000 }, (_, wh) => ({
      ...at,
      imported: energy(BigInt(wh)),
      salt: guessed,
    }))
      .filter((one) => equalBytes(leafHash(sha256, readingLeafBytes(one)), root))
      .map((one) => one.imported);
  expect(guesses(new Uint8Array(16))).toEqual([]);
  expect(guesses(readingSalt(sha256, new Uint8Array(32), at))).toEqual([]);
  expect(guesses(readingSalt(sha256, secretOf(4), at))).toEqual([]);
  expect(guesses(salt)).toEqual([1234n]);
});

test('the root over commitments knows meter, version, period, signer and root, in any order', () => {
  const { commitments } = runInput({
    slots: 4,
    trades: [],
    meters: { 1: { member: 1, counted: [[1, 2]] }, 2: { member: 2, counted: [[3, 4]] } },
  });
  const root = commitmentsRootOf({ sha256 }, commitments);
  expect(toHex(commitmentsRootOf({ sha256 }, [...commitments].reverse()))).toBe(toHex(root));
  const [first, second] = commitments as [(typeof commitments)[0], (typeof commitments)[0]];
  const others = [
    [[{ ...first[0], meter: 3 }, first[1]], second],
    [[first[0], { ...first[1], version: 2 }], second],
    [[first[0], { ...first[1], periodUntilMs: FROM_MS + 1 }], second],
    [[first[0], { ...first[1], signedBy: 2 }], second],
    [[first[0], { ...first[1], root: second[1].root }], second],
    [first],
  ] as (typeof commitments)[];
  for (const other of others) {
    expect(equalBytes(commitmentsRootOf({ sha256 }, other), root)).toBe(false);
  }
});
