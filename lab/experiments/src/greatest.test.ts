import { expect, test } from 'vitest';
import { greatest, greatestOnGrid } from './greatest.ts';

test('a peak inside, to the width that a maximum can be told', () => {
  const { at, value } = greatest((x) => 3 - (x - Math.SQRT2) ** 2, { from: -10, to: 10 });
  expect(at).toBeCloseTo(Math.SQRT2, 6);
  expect(value).toBeCloseTo(3, 12);
});

test('a kink, an end and the higher of two peaks', () => {
  expect(greatest((x) => Math.min(2 * x, 3 - x), { from: 0, to: 5 }).at).toBeCloseTo(1, 9);
  expect(greatest((x) => x, { from: 0, to: 5 })).toEqual({ at: 5, value: 5 });
  const peaks = (x: number) => Math.max(1 - (x + 2) ** 2, 1.5 - (x - 2) ** 2);
  expect(greatest(peaks, { from: -4, to: 4 }).at).toBeCloseTo(2, 6);
});

test('the grid alone sees its points alone', () => {
  expect(greatestOnGrid((x) => -((x - 0.26) ** 2), { from: 0, to: 1 }, 4).at).toBe(0.25);
});
