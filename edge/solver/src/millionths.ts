/** What the port speaks in: whole millionths, rounded half to even. */

const MILLION = 1_000_000;

/** @throws RangeError for what is no number. */
export function millionths(value: number): bigint {
  if (!Number.isFinite(value)) throw new RangeError(`value: expected a number, got ${value}`);
  // The whole part is split off first: a float times a million may lose its last digits.
  const whole = Math.trunc(value);
  const part = (value - whole) * MILLION;
  const floor = Math.floor(part);
  const over = part - floor;
  const isUp = over > 0.5 || (over === 0.5 && floor % 2 !== 0);
  return BigInt(whole) * BigInt(MILLION) + BigInt(isUp ? floor + 1 : floor);
}
