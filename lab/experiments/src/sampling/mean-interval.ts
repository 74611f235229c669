/** A mean of independent runs, and how far from it the true mean may lie. */

import { meanInterval as intervalOf } from '@commonwatt/simulator';

export interface MeanInterval {
  readonly mean: number;
  /** Half of Student's 95 % confidence interval; 0 for a single run, which tells nothing of it. */
  readonly halfWidth: number;
}

/** The interval that studies of the lab print, by its half. @throws RangeError without a value. */
export function meanInterval(values: readonly number[]): MeanInterval {
  const { mean, high } = intervalOf(values);
  return { mean, halfWidth: high === null ? 0 : high - mean };
}

/** Whether the whole of one interval lies below the whole of the other. */
export function isClearlyBelow(one: MeanInterval, other: MeanInterval): boolean {
  return one.mean + one.halfWidth < other.mean - other.halfWidth;
}

export function intervalText({ mean, halfWidth }: MeanInterval, decimals: number): string {
  return `${mean.toFixed(decimals)} ± ${halfWidth.toFixed(decimals)}`;
}
