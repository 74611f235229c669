/**
 * A mean and where the true mean lies at 95 per cent. Student's t and no bootstrap: studies have few pairs, five
 * seeds or seven days, where percentiles of a bootstrap are too narrow; and it needs no chance, so that every
 * machine prints the same. It is exact for normal differences and a little narrow for very skewed ones.
 */

import { nineDecimals } from './exact.ts';
import { studentQuantile } from './student-t.ts';

export interface MeanInterval {
  readonly mean: number;
  /** Null of fewer than two values. */
  readonly low: number | null;
  readonly high: number | null;
}

/** @throws RangeError of no values. */
export function meanInterval(values: readonly number[]): MeanInterval {
  const count = values.length;
  if (count === 0) throw new RangeError('meanInterval: expected at least one value, got none');
  // In ascending order, so that the order of the pairs leaves the last digit alone.
  const ascending = [...values].sort((a, b) => a - b);
  const mean = ascending.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean: nineDecimals(mean), low: null, high: null };
  let squares = 0;
  for (const value of ascending) squares += (value - mean) * (value - mean);
  const half = studentQuantile(count - 1) * Math.sqrt(squares / (count - 1) / count);
  return {
    mean: nineDecimals(mean),
    low: nineDecimals(mean - half),
    high: nineDecimals(mean + half),
  };
}
