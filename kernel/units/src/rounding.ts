/**
 * Rounding by name: whoever divides says which way the fraction goes, and so for whose good.
 * BigInt's own `/` truncates towards zero, which favours one side for gains and the other for
 * losses; nothing in the project divides quantities with it.
 */

/**
 * The floor of the quotient, towards minus infinity. @throws RangeError when `denominator` <= 0.
 */
export function divideDown(numerator: bigint, denominator: bigint): bigint {
  expectPositive('divideDown', denominator);
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

/**
 * The ceiling of the quotient, towards plus infinity. @throws RangeError when `denominator` <= 0.
 */
export function divideUp(numerator: bigint, denominator: bigint): bigint {
  expectPositive('divideUp', denominator);
  const quotient = numerator / denominator;
  return numerator > 0n && quotient * denominator !== numerator ? quotient + 1n : quotient;
}

/**
 * The nearest whole number; a half goes to the even neighbour, so that many roundings lean neither
 * way (IEEE 754-2019, section 4.3.1, roundTiesToEven). @throws RangeError when `denominator` <= 0.
 */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  expectPositive('divideHalfEven', denominator);
  const below = divideDown(numerator, denominator);
  const twiceRest = 2n * (numerator - below * denominator);
  if (twiceRest < denominator) return below;
  if (twiceRest > denominator) return below + 1n;
  return below % 2n === 0n ? below : below + 1n;
}

function expectPositive(place: string, denominator: bigint): void {
  if (denominator <= 0n) {
    throw new RangeError(`${place}: expected denominator > 0, got ${denominator}`);
  }
}
