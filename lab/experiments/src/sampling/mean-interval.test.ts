import { expect, test } from 'vitest';
import { intervalText, isClearlyBelow, meanInterval } from './mean-interval.ts';

/** Two-sided 5 % points of Student's distribution, as tables print them. */
test.each([
  [1, 12.706],
  [2, 4.303],
  [5, 2.571],
  [9, 2.262],
  [19, 2.093],
  [49, 2.01],
])('%i degrees of freedom: the quantile of the tables', (freedom, quantile) => {
  const values = Array.from({ length: freedom + 1 }, (_, at) => at);
  const mean = freedom / 2;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / freedom / (freedom + 1));
  const found = meanInterval(values);
  expect(found.mean).toBe(mean);
  expect(Math.abs(found.halfWidth / deviation - quantile)).toBeLessThan(0.001 * quantile);
});

test('one value has no width, and none has no mean', () => {
  expect(meanInterval([7])).toEqual({ mean: 7, halfWidth: 0 });
  expect(() => meanInterval([])).toThrow('expected at least one value, got none');
});

test('intervals that touch are not told apart', () => {
  const low = { mean: 1, halfWidth: 1 };
  expect(isClearlyBelow(low, { mean: 3, halfWidth: 0.5 })).toBe(true);
  expect(isClearlyBelow(low, { mean: 3, halfWidth: 1 })).toBe(false);
  expect(intervalText({ mean: 1.25, halfWidth: 0.125 }, 1)).toBe('1.3 ± 0.1');
});
