import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prioritySharing } from './priority.ts';
import { interval, intervals } from './testing.test-support.ts';

test('a lower tier is served in full before the next gets anything', () => {
  const one = interval(
    [100],
    [
      { energy: 60, tier: 1 },
      { energy: 70, tier: 0 },
      { energy: 30, tier: 1 },
    ],
  );
  expect(prioritySharing.share(one).parts[0]?.received).toEqual([20n, 70n, 10n]);
});

test('nobody of a later tier gets anything while one of an earlier tier lacks some', () => {
  fc.assert(
    fc.property(intervals, (one) => {
      const received = prioritySharing.share(one).parts[0]?.received ?? [];
      const lacking = one.consumers.filter(({ energy }, at) => (received[at] ?? 0n) < energy);
      const first = Math.min(...lacking.map(({ tier = 0 }) => tier));
      one.consumers.forEach(({ tier = 0 }, at) => {
        if (tier > first) expect(received[at]).toBe(0n);
      });
    }),
  );
});
