import { expect, test } from 'vitest';
import { simpleDynamicSharing } from './simple-dynamic.ts';
import { interval } from './testing.test-support.ts';

test("the organiser's parts of this interval, each up to its use", () => {
  const one = interval(
    [100],
    [
      { energy: 90, share: 800_000 },
      { energy: 5, share: 200_000 },
    ],
  );
  expect(simpleDynamicSharing.share(one).parts[0]).toMatchObject({
    received: [80n, 5n],
    given: [85n],
  });
});

test('without parts nothing is shared', () => {
  expect(simpleDynamicSharing.share(interval([100], [90, 5])).parts[0]?.received).toEqual([0n, 0n]);
});
