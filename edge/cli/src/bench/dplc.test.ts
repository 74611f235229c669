import { expect, test } from 'vitest';
import { dplcRound, everyPairSorted, ours } from './dplc.ts';

test('both sides of the bench come to the same pairs', () => {
  for (const seed of [1, 2, 3]) {
    const round = dplcRound(60, seed);
    const pairs = ours(round);
    expect(pairs).toEqual(everyPairSorted(round));
    expect(pairs.length).toBeGreaterThan(60);
  }
});
