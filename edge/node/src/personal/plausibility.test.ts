import { type Meter, PLAIN_CONNECTION } from '@commonwatt/contracts';
import { energy, power } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { type Circumstances, disagree, flagsOf } from './plausibility.ts';

const SLOT_MS = 900_000;
const NOON_MS = Date.UTC(2021, 2, 28, 12);
const MIDNIGHT_MS = Date.UTC(2021, 2, 28);
const berlin = { latitude: 52.52, longitude: 13.405 };

const meter: Meter = {
  ...PLAIN_CONNECTION,
  member: 2,
  source: 'device',
  key: new Uint8Array(32),
  importLimitW: power(11_001n),
  exportLimitW: power(10_000n),
  renewable: 'yes',
  predecessor: undefined,
  fromMs: 0,
  retiredMs: undefined,
  revokedMs: undefined,
};
const solar: Meter = { ...meter, direction: 'export', importLimitW: power(0n) };

interface Given extends Partial<Omit<Circumstances, 'meter'>> {
  readonly meter?: Partial<Meter>;
}

function flags(
  [imported, exported]: readonly [bigint, bigint],
  { meter: changes = {}, ...given }: Given = {},
  said: { receivedMs?: number; source?: 'device' | 'provider' } = {},
) {
  const { slotMs = NOON_MS } = given;
  const reading = {
    imported: energy(imported),
    exported: energy(exported),
    quality: 'measured',
    source: 'device',
    version: 1,
    key: new Uint8Array(32),
    receivedMs: slotMs + SLOT_MS,
    ...said,
  } as const;
  return flagsOf(reading, {
    meter: { ...meter, ...changes },
    kind: 'home solar system',
    slotMs,
    slotLengthMs: SLOT_MS,
    site: berlin,
    ...given,
  });
}

describe('F-1: the connection', () => {
  test('carries its size and no more, also where that is no whole Wh', () => {
    // 11,001 W over a quarter hour are 2,750.25 Wh.
    expect(flags([2750n, 2500n])).toEqual([]);
    expect(flags([2751n, 0n])).toEqual(['over_connection']);
    expect(flags([0n, 2501n])).toEqual(['over_connection']);
  });
});

test('F-2: energy in a direction that is not counted', () => {
  expect(flags([1n, 0n], { meter: solar })).toEqual(['over_connection', 'wrong_direction']);
  const consumer = { direction: 'import' } as const;
  expect(flags([1n, 0n], { meter: consumer })).toEqual([]);
  expect(flags([0n, 1n], { meter: consumer })).toEqual(['wrong_direction']);
});

describe('F-3: solar cells at night', () => {
  const night = { meter: solar, slotMs: MIDNIGHT_MS };
  test('give nothing', () => {
    expect(flags([0n, 1n], night)).toEqual(['night_export']);
    expect(flags([0n, 0n], night)).toEqual([]);
    expect(flags([0n, 900n], { meter: solar })).toEqual([]);
  });

  test.each<[string, Given]>([
    ['a meter that counts a home with a battery', { ...night, meter }],
    ['what is not renewable', { ...night, meter: { ...solar, renewable: 'no' } }],
    ['a wind turbine of a company', { ...night, kind: 'energy company' }],
    ['a community that did not say where it is', { ...night, site: undefined }],
  ])('may come from %s', (_what, given) => {
    expect(flags([0n, 1n], given)).toEqual([]);
  });
});

test('F-4: a reading that is there before its slot is over', () => {
  expect(flags([1n, 0n], {}, { receivedMs: NOON_MS + SLOT_MS - 1 })).toEqual(['clock_ahead']);
  expect(flags([1n, 0n], {}, { receivedMs: NOON_MS + SLOT_MS })).toEqual([]);
});

test('F-5: a key that was not to be trusted any more when the slot ended', () => {
  const revoked = (revokedMs: number) => ({ meter: { revokedMs } });
  expect(flags([1n, 0n], revoked(NOON_MS))).toEqual(['key_revoked']);
  expect(flags([1n, 0n], revoked(NOON_MS + SLOT_MS))).toEqual([]);
  expect(flags([1n, 0n], revoked(NOON_MS), { source: 'provider' })).toEqual([]);
});

test.each<[bigint, bigint, boolean]>([
  [0n, 10n, false],
  [0n, 11n, true],
  [1000n, 970n, false],
  [1000n, 969n, true],
  [969n, 1000n, true],
])('F-6: %i Wh and %i Wh disagree: %s', (a, b, expected) => {
  const both = (imported: bigint) => ({ imported: energy(imported), exported: energy(0n) });
  const other = (exported: bigint) => ({ imported: energy(0n), exported: energy(exported) });
  expect(disagree(both(a), both(b))).toBe(expected);
  expect(disagree(other(a), other(b))).toBe(expected);
});
