/** Exact fractions of whole numbers: a matching divides by losses and must not lose a part by it. */

import { divideDown, divideUp } from '@commonwatt/units';
import type { Fraction } from '../price-rule.ts';

/** Denominators longer than that are shortened by `shortDown` and `shortUp`. */
const SHORTENED_FROM = 1n << 512n;
/** The grid on which they are: some 10^-77 of a unit. */
const GRID = 1n << 256n;
/** Far above what shortening can leave over in any round, far below whatever is printed. */
const TRACE = 1n << 128n;

export const ZERO: Fraction = { numerator: 0n, denominator: 1n };

/** @throws RangeError for a denominator that is not above zero */
export function fraction(numerator: bigint, denominator = 1n): Fraction {
  if (denominator <= 0n) {
    throw new RangeError(`fraction: expected denominator > 0, got ${denominator}`);
  }
  return { numerator, denominator };
}

export function addFractions(a: Fraction, b: Fraction): Fraction {
  return sum(a, b.numerator, b.denominator);
}

export function subtractFractions(a: Fraction, b: Fraction): Fraction {
  return sum(a, -b.numerator, b.denominator);
}

export function multiplyFractions(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** Exact up to 512 bits of denominator; longer sums are cut at a 2^-256th. */
export function sumOfFractions(parts: readonly Fraction[]): Fraction {
  let sums = [...parts];
  while (sums.length > 1) {
    const next: Fraction[] = [];
    for (let at = 0; at < sums.length; at += 2) {
      next.push(shortDown(addFractions(sums[at] as Fraction, sums[at + 1] ?? ZERO)));
    }
    sums = next;
  }
  return sums[0] ?? ZERO;
}

/** @throws RangeError for a divisor that is not above zero */
export function divideFractions(a: Fraction, b: Fraction): Fraction {
  if (b.numerator <= 0n) {
    throw new RangeError(`divideFractions: expected a divisor > 0, got ${b.numerator}`);
  }
  return fraction(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Below zero where `a` is less, above where it is more. */
export function compareFractions(a: Fraction, b: Fraction): number {
  const [left, right] =
    a.denominator === b.denominator
      ? [a.numerator, b.numerator]
      : [a.numerator * b.denominator, b.numerator * a.denominator];
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * The fraction itself, or where its denominator has more than 512 bits the next lower multiple of
 * 2^-256. Ties that many share double the length of fractions with every step, which no machine
 * holds, and bringing them to lowest terms would take longer than the whole matching.
 */
export function shortDown(value: Fraction): Fraction {
  if (value.denominator <= SHORTENED_FROM) return value;
  return { numerator: divideDown(value.numerator * GRID, value.denominator), denominator: GRID };
}

/** The same upwards. */
export function shortUp(value: Fraction): Fraction {
  if (value.denominator <= SHORTENED_FROM) return value;
  return { numerator: divideUp(value.numerator * GRID, value.denominator), denominator: GRID };
}

/** Whether a value is more than what shortening leaves over: more than 2^-128. */
export function isMoreThanTrace({ numerator, denominator }: Fraction): boolean {
  return numerator > 0n && numerator * TRACE > denominator;
}

function sum(a: Fraction, numerator: bigint, denominator: bigint): Fraction {
  if (a.denominator === denominator) return fraction(a.numerator + numerator, denominator);
  // Most energies are whole, and most others share a denominator.
  if (denominator === 1n) return fraction(a.numerator + numerator * a.denominator, a.denominator);
  if (a.denominator % denominator === 0n) {
    return fraction(a.numerator + numerator * (a.denominator / denominator), a.denominator);
  }
  return fraction(
    a.numerator * denominator + numerator * a.denominator,
    a.denominator * denominator,
  );
}
