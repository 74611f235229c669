/** Where an axis begins and ends, and where its ticks stand: multiples of 1, 2 or 5 times a power of ten. */

export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Decimals that its ticks need. */
  readonly decimals: number;
}

const STEPS = [1, 2, 5];

/** Holds all values; holds 0 too unless told otherwise. Ticks are `ticks` at most, and two at least. */
export function scaleOf(
  values: readonly (number | null)[],
  { ticks = 5, fromZero = true }: { ticks?: number; fromZero?: boolean } = {},
): Scale {
  const known = values.filter((value) => value !== null);
  let low = fromZero ? 0 : (known[0] ?? 0);
  let high = low;
  for (const value of known) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) high = low + 1;
  for (let power = -9; power <= 15; power += 1) {
    for (const factor of STEPS) {
      // Read from text: a power's last digit is the engine's choice, the nearest double to a decimal is not.
      const step = Number(`${factor}e${power}`);
      const first = Math.floor(low / step);
      const last = Math.ceil(high / step);
      if (last - first > ticks) continue;
      return { min: first * step, max: last * step, step, decimals: Math.max(0, -power) };
    }
  }
  throw new RangeError(`scale: expected values below 1e15, got ${low} to ${high}`);
}
