import { expect, test } from 'vitest';
import { millionths } from './millionths.ts';

test.each([
  [0, 0n],
  [1.5, 1_500_000n],
  [-1.5, -1_500_000n],
  [0.0000005, 0n],
  [0.0000015, 2n],
  [-0.0000015, -2n],
  [2 ** -21, 0n],
  [9_007_199_254_740_991, 9_007_199_254_740_991_000_000n],
])('%d', (value, expected) => {
  expect(millionths(value)).toBe(expected);
});

test('what is no number is refused', () => {
  expect(() => millionths(Number.NaN)).toThrow('expected a number');
  expect(() => millionths(Infinity)).toThrow('expected a number');
});
