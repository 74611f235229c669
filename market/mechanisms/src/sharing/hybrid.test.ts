import { expect, test } from 'vitest';
import { hybridSharing } from './hybrid.ts';
import { interval } from './testing.test-support.ts';

test('fixed parts first at the common price, the rest by market at its own', () => {
  const one = interval(
    [{ energy: 100, limit: 50 }],
    [
      { energy: 30, share: 500_000, limit: 90 },
      { energy: 80, share: 500_000, limit: 70 },
    ],
  );
  const { parts, allotted } = hybridSharing.share(one);
  expect(parts[0]).toEqual({ price: undefined, received: [30n, 50n], given: [80n] });
  expect(parts[1]).toMatchObject({ received: [0n, 20n], given: [20n] });
  // 10 Wh of the buyer's stay unserved, so its limit is the price.
  expect(parts[1]?.price).toBe(70n);
  expect(allotted).toEqual([50n, 70n]);
});
