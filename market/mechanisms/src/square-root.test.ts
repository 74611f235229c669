import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { squareRoot } from './square-root.ts';

describe('square root', () => {
  test('is the largest whole number whose square is not above', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 200n }), (value) => {
        const root = squareRoot(value);
        expect(root * root <= value && (root + 1n) * (root + 1n) > value).toBe(true);
      }),
    );
    expect(() => squareRoot(-1n)).toThrow('0 or more');
  });
});
