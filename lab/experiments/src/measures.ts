/** The metrics of a run of the lab by their names. */

import { metricsOf, type RunResult } from '@commonwatt/simulator';

export type Measures = (metric: string) => number;

/** @throws RangeError for a metric that there is not, or that this run has not what it takes for */
export function measuresOf(run: RunResult): Measures {
  const values = new Map(metricsOf(run).map(({ name, value }) => [name, value]));
  return (metric) => {
    const value = values.get(metric);
    if (value === undefined || value === null) {
      throw new RangeError(`${metric}: expected a metric with a value, got ${value}`);
    }
    return value;
  };
}
