import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nineDecimals, percentile, quotient, ratio, rootOfQuotient, total } from './exact.ts';

describe('quotients', () => {
  test('are rounded to nine decimals, halves away from zero', () => {
    expect(quotient(1n, 3n)).toBe(0.333333333);
    expect(quotient(2n, 3n)).toBe(0.666666667);
    expect(quotient(-2n, 3n)).toBe(-0.666666667);
    expect(quotient(1n, 2_000_000_000n)).toBe(0.000000001);
    expect(quotient(-1n, 2_000_000_000n)).toBe(-0.000000001);
    expect(Object.is(quotient(0n, -5n), 0)).toBe(true);
  });

  test('of nothing are null, and division by zero is a mistake', () => {
    expect(ratio(5n, 0n)).toBeNull();
    expect(() => quotient(5n, 0n)).toThrow(RangeError);
  });

  test('keep what numbers cannot: the sum of 2^53 and 1', () => {
    const sum = total([2 ** 53 - 1, 2], (one) => one);
    expect(sum - 2n ** 53n).toBe(1n);
    const most = Number.MAX_SAFE_INTEGER;
    expect(total([most, most, -most, 7, most], (one) => one)).toBe(2n * BigInt(most) + 7n);
    expect(() => total([0.5], (one) => one)).toThrow('total: expected a safe integer, got 0.5');
  });
});

test('roots are those of the quotient to nine decimals', () => {
  expect(rootOfQuotient(3n, 1n)).toBe(1.732050808);
  expect(rootOfQuotient(1n, 4n)).toBe(0.5);
  expect(rootOfQuotient(0n, 7n)).toBe(0);
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 9n), fc.bigInt(1n, 10n ** 6n), (part, whole) => {
      const root = rootOfQuotient(part, whole);
      expect(Math.abs(root - Math.sqrt(Number(part) / Number(whole)))).toBeLessThan(
        1e-9 * (1 + root),
      );
    }),
  );
});

test('a percentile is one of the values', () => {
  expect(percentile([40, 10, 30, 20], 50)).toBe(20);
  expect(percentile([40, 10, 30, 20], 95)).toBe(40);
  expect(percentile([7], 50)).toBe(7);
  expect(percentile([], 50)).toBeNull();
});

test('nine decimals of a number, and no zero below zero', () => {
  expect(nineDecimals(0.1 + 0.2)).toBe(0.3);
  expect(Object.is(nineDecimals(-1e-12), 0)).toBe(true);
});
