import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fraction } from '../price-rule.ts';
import {
  addFractions,
  compareFractions,
  divideFractions,
  fraction,
  isMoreThanTrace,
  multiplyFractions,
  shortDown,
  shortUp,
  subtractFractions,
} from './fraction.ts';

const small = fc
  .tuple(fc.bigInt(-(10n ** 9n), 10n ** 9n), fc.bigInt(1n, 10n ** 6n))
  .map(([above, below]) => fraction(above, below));
/** Long enough to be brought to lowest terms. */
const long = fc
  .tuple(fc.bigInt(-(1n << 400n), 1n << 400n), fc.bigInt(1n << 300n, 1n << 400n))
  .map(([above, below]) => fraction(above, below));
const any = fc.oneof(small, long);

const same = (a: Fraction, b: Fraction) => expect(compareFractions(a, b)).toBe(0);

test('sums, products and their opposites, short and long', () => {
  fc.assert(
    fc.property(any, any, any, (a, b, c) => {
      same(subtractFractions(addFractions(a, b), b), a);
      same(addFractions(a, b), addFractions(b, a));
      same(
        multiplyFractions(addFractions(a, b), c),
        addFractions(multiplyFractions(a, c), multiplyFractions(b, c)),
      );
      if (b.numerator > 0n) same(multiplyFractions(divideFractions(a, b), b), a);
      expect(Math.sign(Number(subtractFractions(a, b).numerator > 0n))).toBe(
        compareFractions(a, b) > 0 ? 1 : 0,
      );
    }),
  );
});

test('of equal denominators, of a multiple, of whole numbers', () => {
  same(addFractions(fraction(1n, 6n), fraction(1n, 6n)), fraction(1n, 3n));
  same(addFractions(fraction(1n, 6n), fraction(1n, 3n)), fraction(1n, 2n));
  same(subtractFractions(fraction(7n, 2n), fraction(3n)), fraction(1n, 2n));
});

test('a denominator or a divisor of zero or below is a mistake', () => {
  expect(() => fraction(1n, 0n)).toThrow('fraction: expected denominator > 0, got 0');
  expect(() => divideFractions(fraction(1n), fraction(0n))).toThrow(
    'expected a divisor > 0, got 0',
  );
});

test('long denominators are cut at a 2^-256th, to the side that is named; short ones stay', () => {
  const third = fraction(1n, 3n);
  expect([shortDown(third), shortUp(third)]).toEqual([third, third]);
  const long = fraction((1n << 600n) / 3n, 1n << 600n);
  const [below, above] = [shortDown(long), shortUp(long)];
  expect(below.denominator).toBe(1n << 256n);
  expect(above.numerator - below.numerator).toBe(1n);
  expect(compareFractions(below, long)).toBe(-1);
  expect(compareFractions(above, long)).toBe(1);
});

test('a trace is what no print shows', () => {
  expect(isMoreThanTrace(fraction(1n, 1n << 128n))).toBe(false);
  expect(isMoreThanTrace(fraction(2n, 1n << 128n))).toBe(true);
  expect(isMoreThanTrace(fraction(-1n))).toBe(false);
  expect(isMoreThanTrace(fraction(0n))).toBe(false);
});
