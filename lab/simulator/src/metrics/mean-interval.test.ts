import { describe, expect, test } from 'vitest';
import { mixSeeds, SeededRandom } from '../households/seeded-random.ts';
import { meanInterval } from './mean-interval.ts';

/** The share of samples whose interval holds the true mean. */
function coverage(count: number, mean: number, draw: (random: SeededRandom) => number): number {
  const random = new SeededRandom(mixSeeds(20, count));
  const samples = 4_000;
  let held = 0;
  for (let sample = 0; sample < samples; sample++) {
    const { low, high } = meanInterval(Array.from({ length: count }, () => draw(random)));
    if (low !== null && high !== null && low <= mean && mean <= high) held += 1;
  }
  return held / samples;
}

describe('the interval of a mean', () => {
  test('by hand: 1, 2, 3, 4, 5', () => {
    // Variance 2.5, standard error root of a half, t of four degrees 2.776.
    const half = 2.776 * Math.sqrt(0.5);
    const { mean, low, high } = meanInterval([4, 2, 5, 1, 3]);
    expect(mean).toBe(3);
    expect(low).toBeCloseTo(3 - half, 8);
    expect(high).toBeCloseTo(3 + half, 8);
  });

  test('is null of one value and a point of equal ones', () => {
    expect(meanInterval([7])).toEqual({ mean: 7, low: null, high: null });
    expect(meanInterval([0.1, 0.1, 0.1])).toEqual({ mean: 0.1, low: 0.1, high: 0.1 });
    expect(() => meanInterval([])).toThrow(RangeError);
  });

  test('is the same in any order, to the last digit', () => {
    const random = new SeededRandom(3);
    const values = Array.from({ length: 40 }, () => random.fraction() * 1e6 + random.normal());
    expect(meanInterval(values.toReversed())).toEqual(meanInterval(values));
  });

  // The standard error of a share of 4,000 at 0.95 is 0.0034: four of them.
  test.each([3, 5, 10, 40])('of %i normal values holds the mean in 95 of 100 cases', (count) => {
    expect(Math.abs(coverage(count, 2, (random) => 2 + random.normal()) - 0.95)).toBeLessThan(
      0.014,
    );
  });

  test('of few values where one day in ten does it all, holds it less often, as its manual says', () => {
    const share = coverage(7, 0.1, (random) => (random.fraction() < 0.1 ? 1 : 0));
    expect(share).toBeLessThan(0.95);
  });
});
