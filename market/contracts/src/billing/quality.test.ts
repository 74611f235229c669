import { energy } from '@commonwatt/units';
import { expect, test } from 'vitest';
import type { Source } from '../metering/messages.ts';
import type { Quality } from '../metering/ruling.ts';
import { leastQuality, qualityShare } from './quality.ts';

const read = (meter: number, slotMs: number, quality: Quality, source: Source = 'device') => ({
  meter,
  slotMs,
  imported: energy(1n),
  exported: energy(0n),
  quality,
  source,
});
const expected = {
  slotLengthMs: 10,
  meters: [
    { meter: 1, fromMs: 0, untilMs: 40 },
    // Replaced meter 1 in the middle of nothing: two meters of one member, read side by side.
    { meter: 2, fromMs: 20, untilMs: 40 },
  ],
  readings: [
    read(1, 0, 'measured'),
    read(1, 10, 'estimated', 'gateway'),
    read(1, 20, 'measured'),
    read(2, 20, 'substituted', 'provider'),
    read(1, 30, 'measured'),
    // A reading outside the span counts: it is there.
    read(3, 0, 'measured'),
    // One that says it is missing makes its slot no better.
    read(3, 10, 'missing', 'provider'),
  ],
};

test('counts slots of meters, those that are not there as missing', () => {
  const counts = { measured: 4, substituted: 1, estimated: 1, missing: 2, total: 8 };
  const signedBy = { device: 4, gateway: 1, provider: 1 };
  expect(qualityShare(expected)).toEqual({ ...counts, signedBy });
});

test.each<[number, Quality]>([
  [0, 'measured'],
  [10, 'missing'],
  [20, 'substituted'],
  [30, 'missing'],
  [40, 'missing'],
])('slot %i is no better than its least reading', (slotMs, quality) => {
  expect(leastQuality(expected)(slotMs)).toBe(quality);
});
