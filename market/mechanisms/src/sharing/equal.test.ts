import { lesser } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalSharing } from './equal.ts';
import { energiesOf, totalOf } from './sharing.ts';
import { interval, intervals } from './testing.test-support.ts';

test('who uses less than the level leaves it to the others', () => {
  const { parts } = equalSharing.share(interval([100], [10, 80, 70]));
  expect(parts[0]?.received).toEqual([10n, 45n, 45n]);
});

test('a Wh that cannot be split goes to the lowest lot', () => {
  expect(equalSharing.share(interval([10], [9, 9, 9])).parts[0]?.received).toEqual([4n, 3n, 3n]);
});

test('nothing that could be used is left, and no two differ by more than a Wh below their use', () => {
  fc.assert(
    fc.property(intervals, (one) => {
      const received = equalSharing.share(one).parts[0]?.received ?? [];
      const used = totalOf(energiesOf(one.consumers));
      expect(totalOf(received)).toBe(lesser(used, totalOf(energiesOf(one.producers))));
      const least = received.filter((wh, at) => wh < (one.consumers[at]?.energy ?? 0n));
      for (const low of least) for (const wh of received) expect(wh - low).toBeLessThanOrEqual(1n);
    }),
  );
});
