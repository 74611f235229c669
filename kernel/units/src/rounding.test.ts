import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divideDown, divideHalfEven, divideUp } from './rounding.ts';

const numerators = fc.oneof(fc.bigInt(), fc.bigInt({ min: -50n, max: 50n }));
const denominators = fc.oneof(
  fc.bigInt({ min: 1n, max: 1n << 130n }),
  fc.bigInt({ min: 1n, max: 10n }),
);

test.each<[bigint, bigint, down: bigint, up: bigint, even: bigint]>([
  [7n, 2n, 3n, 4n, 4n],
  [5n, 2n, 2n, 3n, 2n],
  [1n, 2n, 0n, 1n, 0n],
  [0n, 2n, 0n, 0n, 0n],
  [-1n, 2n, -1n, 0n, 0n],
  [-3n, 2n, -2n, -1n, -2n],
  [-5n, 2n, -3n, -2n, -2n],
  [-7n, 3n, -3n, -2n, -2n],
  [-8n, 3n, -3n, -2n, -3n],
  [6n, 3n, 2n, 2n, 2n],
  [-6n, 3n, -2n, -2n, -2n],
])('%d / %d goes down to %d, up to %d, half-even to %d', (numerator, denominator, ...results) => {
  const found = [divideDown, divideUp, divideHalfEven].map((by) => by(numerator, denominator));
  expect(found).toEqual(results);
});

describe('laws', () => {
  test('down is the greatest whole number not above, up the least not below', () => {
    fc.assert(
      fc.property(numerators, denominators, (n, d) => {
        const down = divideDown(n, d);
        expect(down * d <= n && n < (down + 1n) * d).toBe(true);
        expect(divideUp(n, d)).toBe(n === down * d ? down : down + 1n);
        expect(divideUp(n, d)).toBe(-divideDown(-n, d));
      }),
    );
  });

  test('half-even is never more than a half away, and even when exactly a half away', () => {
    fc.assert(
      fc.property(numerators, denominators, (n, d) => {
        const rounded = divideHalfEven(n, d);
        const distance = 2n * (n - rounded * d);
        expect(-d <= distance && distance <= d).toBe(true);
        if (distance === d || distance === -d) expect(rounded % 2n).toBe(0n);
        expect(divideHalfEven(-n, d)).toBe(-rounded);
      }),
    );
  });

  test('every half goes to the even neighbour', () => {
    fc.assert(
      fc.property(fc.bigInt(), (n) => {
        expect(divideHalfEven(2n * n + 1n, 2n)).toBe(n % 2n === 0n ? n : n + 1n);
      }),
    );
  });
});

test.each([
  ['divideDown', divideDown],
  ['divideUp', divideUp],
  ['divideHalfEven', divideHalfEven],
])('%s refuses a denominator that is not positive', (place, divide) => {
  for (const denominator of [0n, -1n]) {
    expect(() => divide(1n, denominator)).toThrow(
      new RangeError(`${place}: expected denominator > 0, got ${denominator}`),
    );
  }
});
