/**
 * Squares and logarithms with the same last digit on every machine: ECMAScript leaves that of `Math.log` and of
 * `**` to the engine. Plus, minus, times, divided by and `Math.sqrt` it fixes (IEEE 754).
 */

export function square(value: number): number {
  return value * value;
}

/** What `Math.LN2` lacks of ln 2. */
const LN_2_REST = 2.3190468138462996e-17;
/** The series is over from here on: 0.0295 to the power of 12 is below 1e-18. */
const TERMS = 12;

/**
 * The natural logarithm, within three units of the last digit. With value = m 2^k and m within a factor of
 * sqrt 2 of 1, ln m = 2 artanh s with s = (m - 1) / (m + 1), which its series gives (Abramowitz and Stegun 1964,
 * equation 4.1.27).
 *
 * @throws RangeError unless `value` is above 0 and finite.
 */
export function naturalLogarithm(value: number): number {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`naturalLogarithm: expected a number above 0, got ${value}`);
  }
  let mantissa = value;
  let twos = 0;
  // Halving and doubling are exact.
  for (; mantissa > Math.SQRT2; twos += 1) mantissa /= 2;
  for (; mantissa < Math.SQRT1_2; twos -= 1) mantissa *= 2;
  const ratio = (mantissa - 1) / (mantissa + 1);
  const squared = ratio * ratio;
  let series = 0;
  for (let term = TERMS; term > 0; term -= 1) series = squared * (series + 1 / (2 * term + 1));
  return twos * Math.LN2 + (2 * ratio * (1 + series) + twos * LN_2_REST);
}
