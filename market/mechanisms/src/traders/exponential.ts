/** The exponential function in whole numbers: the same digits on every machine. */

const SCALE_BITS = 62n;
const ONE = 1n << SCALE_BITS;
const MILLION = 1_000_000n;
/** e^16 is below 2^24: far beyond what a rule here asks for. */
const ARGUMENT_MOST = 16n * MILLION;
/** The argument is halved so often before the series, and the result squared as often after it. */
const HALVINGS = 6n;
const TERMS = 10n;

/**
 * e to the power of `millionths` / 1,000,000, times 2^62, to ten digits.
 *
 * @throws RangeError beyond e^16 and e^-16
 */
export function exponential(millionths: bigint): bigint {
  if (millionths > ARGUMENT_MOST || millionths < -ARGUMENT_MOST) {
    throw new RangeError(`exponential: expected -16 to 16, got ${millionths} millionths`);
  }
  if (millionths < 0n) return (ONE * ONE) / exponential(-millionths);
  if (millionths === 0n) return ONE;
  const small = (millionths << SCALE_BITS) / (MILLION << HALVINGS);
  let term = small;
  let sum = ONE + small;
  for (let at = 2n; at <= TERMS; at++) {
    term = ((term * small) >> SCALE_BITS) / at;
    sum += term;
  }
  for (let at = 0n; at < HALVINGS; at++) sum = (sum * sum) >> SCALE_BITS;
  return sum;
}

/** ln 2 in millionths of millionths. */
const LN_2 = 693_147_180_560n;
/** Binary digits of the logarithm behind the point. */
const LOG_BITS = 16n;

/**
 * The natural logarithm, in millionths, of `value` / 2^62 above zero: to about 20 millionths, for guesses that
 * `exponential` confirms. Squaring doubles the logarithm to the base 2, so that each digit of it falls out as a
 * carry.
 */
export function roughLogarithm(value: bigint): bigint {
  let shift = BigInt(value.toString(2).length) - 1n - SCALE_BITS;
  let rest = shift < 0n ? value << -shift : value >> shift;
  for (let bit = 0n; bit < LOG_BITS; bit++) {
    rest = (rest * rest) >> SCALE_BITS;
    shift <<= 1n;
    if (rest >= ONE << 1n) {
      rest >>= 1n;
      shift += 1n;
    }
  }
  return (shift * LN_2) / (MILLION << LOG_BITS);
}

/** What `exponential` gives for 0. */
export const EXPONENTIAL_ONE = ONE;
