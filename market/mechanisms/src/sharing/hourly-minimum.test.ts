import { lesser } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { hourlyMinimumSharing } from './hourly-minimum.ts';
import { energiesOf, totalOf } from './sharing.ts';
import { interval } from './testing.test-support.ts';

test('the lower of what was fed in and drawn in an hour is shared', () => {
  expect(hourlyMinimumSharing.intervalMs).toBe(3_600_000);
  for (const one of [interval([700, 50], [400, 200]), interval([70], [400, 200])]) {
    const least = lesser(totalOf(energiesOf(one.producers)), totalOf(energiesOf(one.consumers)));
    expect(totalOf(hourlyMinimumSharing.share(one).parts[0]?.received ?? [])).toBe(least);
  }
});
