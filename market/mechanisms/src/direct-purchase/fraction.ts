/** Exact fractions of whole numbers: a matching divides by losses and must not lose a part by it. */

import type { Fraction } from '../price-rule.ts';

/** @throws RangeError for a denominator that is not above zero */
export function fraction(numerator: bigint, denominator = 1n): Fraction {
  if (denominator <= 0n) {
    throw new RangeError(`fraction: expected denominator > 0, got ${denominator}`);
  }
  return { numerator, denominator };
}
