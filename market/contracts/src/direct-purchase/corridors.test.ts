import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { corridorBetween, corridorKey, hasRegion } from './corridors.ts';

const corridors = [
  { from: 'A', to: 'B', lossMillionths: 60_000, transmissionPrice: price(800_000n) },
  { from: 'C', to: 'C', lossMillionths: 20_000, transmissionPrice: price(200_000n) },
];

describe('corridors', () => {
  test('a corridor joins its regions in either direction', () => {
    expect(corridorBetween({ corridors }, { from: 'B', to: 'A' })).toBe(corridors[0]);
    expect(corridorBetween({ corridors }, { from: 'A', to: 'C' })).toBeUndefined();
    expect(corridorKey({ from: 'A', to: 'B' })).toBe(corridorKey({ from: 'B', to: 'A' }));
  });

  test('names cannot run into each other', () => {
    expect(corridorKey({ from: 'A","B', to: 'C' })).not.toBe(
      corridorKey({ from: 'A', to: 'B","C' }),
    );
  });

  test('a round has the regions that its corridors touch', () => {
    expect(['A', 'B', 'C', 'D'].filter((one) => hasRegion({ corridors }, one))).toEqual([
      'A',
      'B',
      'C',
    ]);
  });
});
