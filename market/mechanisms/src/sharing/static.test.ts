import { expect, test } from 'vitest';
import { fixedParts, staticSharing } from './static.ts';
import { interval } from './testing.test-support.ts';

const HALF = 500_000;

test('what one does not use of its part nobody else gets', () => {
  const one = interval(
    [60, 40],
    [
      { energy: 10, share: HALF },
      { energy: 90, share: HALF },
    ],
  );
  const { parts, allotted } = staticSharing.share(one);
  expect(allotted).toEqual([50n, 50n]);
  expect(parts).toEqual([{ price: undefined, received: [10n, 50n], given: [36n, 24n] }]);
});

test('parts that do not make everything leave the rest, and win no tie against it', () => {
  expect(fixedParts(interval([1], [{ energy: 9, share: HALF }]))).toEqual([1n]);
  expect(fixedParts(interval([100], [{ energy: 9, share: 250_000 }, 9]))).toEqual([25n, 0n]);
});

test.each([
  [
    [
      { energy: 1, share: 600_000 },
      { energy: 1, share: 400_001 },
    ],
    'shares: expected at most 1000000',
  ],
  [[{ energy: 1, share: -1 }], 'share of member 1: expected millionths >= 0, got -1'],
  [[{ energy: 1, share: 0.5 }], 'share of member 1: expected millionths >= 0, got 0.5'],
])('refuses %j', (consumers, message) => {
  expect(() => staticSharing.share(interval([10], consumers))).toThrow(message);
});
