/** A mean of independent runs, and how far from it the true mean may lie. */

export interface MeanInterval {
  readonly mean: number;
  /** Half of the 95 % confidence interval; 0 for a single run, which tells nothing of it. */
  readonly halfWidth: number;
}

/** The 97.5 % quantile of the normal distribution. */
const NORMAL_QUANTILE = 1.959963984540054;

/** Student's interval. @throws RangeError without a value. */
export function meanInterval(values: readonly number[]): MeanInterval {
  const count = values.length;
  if (count === 0) throw new RangeError('mean: expected at least one value, got none');
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, halfWidth: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const deviation = Math.sqrt(squares / (count - 1) / count);
  return { mean, halfWidth: studentQuantile(count - 1) * deviation };
}

/** Whether the whole of one interval lies below the whole of the other. */
export function isClearlyBelow(one: MeanInterval, other: MeanInterval): boolean {
  return one.mean + one.halfWidth < other.mean - other.halfWidth;
}

export function intervalText({ mean, halfWidth }: MeanInterval, decimals: number): string {
  return `${mean.toFixed(decimals)} ± ${halfWidth.toFixed(decimals)}`;
}

/**
 * The 97.5 % quantile of Student's distribution by its expansion in the normal quantile
 * (Abramowitz and Stegun 1964, equation 26.7.5), within 0.2 % from 5 degrees of freedom on.
 */
function studentQuantile(freedom: number): number {
  const z = NORMAL_QUANTILE;
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7];
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3)
  );
}
