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
  const small = (millionths * ONE) / (MILLION << HALVINGS);
  let term = ONE;
  let sum = ONE;
  for (let at = 1n; at <= TERMS; at++) {
    term = (term * small) / (ONE * at);
    sum += term;
  }
  for (let at = 0n; at < HALVINGS; at++) sum = (sum * sum) >> SCALE_BITS;
  return sum;
}

/** What `exponential` gives for 0. */
export const EXPONENTIAL_ONE = ONE;

/** The whole square root, rounded down. @throws RangeError below zero */
export function squareRoot(value: bigint): bigint {
  if (value < 0n) throw new RangeError(`squareRoot: expected 0 or more, got ${value}`);
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
