import { expect, test } from 'vitest';
import { Admission } from './admission.ts';

const party = (energy: bigint, zone?: string) => ({ energy, intervalMost: undefined, zone });
const ZONES = new Map([['north', { exchange: 3n, total: undefined }]]);

test('wishes are cut to what the limits leave, the first come first', () => {
  const admission = new Admission({
    bids: [party(5n), party(5n)],
    asks: [party(7n)],
    zones: new Map(),
  });
  const deliveries = [0, 1].map((bid) => ({ bid, ask: 0, interval: 0 }));
  expect(admission.admit(deliveries, [9n, 9n])).toEqual([5n, 2n]);
  expect(admission.admit(deliveries, [9n, 9n])).toEqual([0n, 0n]);
});

test('a counterflow that comes later makes room for what was cut', () => {
  const admission = new Admission({
    bids: [party(9n, 'south'), party(4n, 'north')],
    asks: [party(9n, 'north'), party(4n, 'south')],
    zones: ZONES,
  });
  const deliveries = [
    { bid: 0, ask: 0, interval: 0 },
    { bid: 1, ask: 1, interval: 0 },
  ];
  expect(admission.admit(deliveries, [9n, 4n])).toEqual([7n, 4n]);
});
