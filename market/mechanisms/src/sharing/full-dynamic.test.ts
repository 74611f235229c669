import { expect, test } from 'vitest';
import { clearedAfterDelivery, fullDynamicSharing } from './full-dynamic.ts';
import { interval } from './testing.test-support.ts';

test('standing orders over the metered energy are cleared at one price', () => {
  const one = interval(
    [
      { energy: 50, limit: 60 },
      { energy: 50, limit: 90 },
    ],
    [{ energy: 40, limit: 100 }, { energy: 40, limit: 70 }, 30],
  );
  // The dear offer meets nobody beyond 50 Wh: 50 to 60 cross at 60..70.
  const part = clearedAfterDelivery(one);
  expect(part).toEqual({ price: 70n, received: [40n, 10n, 0n], given: [50n, 0n] });
  expect(fullDynamicSharing.share(one)).toEqual({ parts: [part], allotted: part.received });
});

test('where no two orders meet there is no price and nothing is shared', () => {
  const one = interval([{ energy: 5, limit: 90 }], [{ energy: 5, limit: 80 }]);
  expect(clearedAfterDelivery(one)).toEqual({ price: undefined, received: [0n], given: [0n] });
});
