/** A metric with the function that computes it. */

import type { RunResult } from '../study/results.ts';
import type { MetricDefinition } from './metric.ts';

export interface MetricRule extends MetricDefinition {
  /** Whether slots alone define it, so that a single day has a value of its own. */
  readonly byDay: boolean;
  /** Null where the run has not what it takes. */
  value(run: RunResult): number | null;
}
