/** The few metrics that a report begins with, and that a sweep draws. */

import type { MetricDefinition } from '../metrics/metric.ts';
import type { StudyReport } from './study-report.ts';

const MAIN = [
  'demand_covered_locally',
  'traded_volume',
  'price_mean',
  'saving',
  'community_bill',
  'saving_gini',
];

/** Those of the main ones that the study has values of; where it has none of them, the first that it has. */
export function mainMetrics(study: StudyReport): readonly MetricDefinition[] {
  const known = study.definitions.filter(({ name }) =>
    study.runs.some(({ metrics }) =>
      metrics.some((metric) => metric.name === name && metric.value !== null),
    ),
  );
  const main = MAIN.flatMap((name) => known.filter((one) => one.name === name));
  return main.length > 0 ? main : known.slice(0, MAIN.length);
}
