import { lesser } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proRataSharing } from './pro-rata.ts';
import { energiesOf, totalOf } from './sharing.ts';
import { interval, intervals } from './testing.test-support.ts';

test('in proportion to use, and everyone in full where it suffices', () => {
  const short = proRataSharing.share(interval([30], [60, 30]));
  expect(short.parts).toEqual([{ price: undefined, received: [20n, 10n], given: [30n] }]);
  const plenty = proRataSharing.share(interval([200, 100], [60, 30]));
  expect(plenty.parts).toEqual([{ price: undefined, received: [60n, 30n], given: [60n, 30n] }]);
  expect(plenty.allotted).toEqual([200n, 100n]);
});

test('nothing that could be used is left', () => {
  fc.assert(
    fc.property(intervals, (one) => {
      const most = lesser(totalOf(energiesOf(one.consumers)), totalOf(energiesOf(one.producers)));
      expect(totalOf(proRataSharing.share(one).parts[0]?.received ?? [])).toBe(most);
    }),
  );
});
