/** All metrics, in the order in which tables and reports list them. */

import type { RunResult } from '../study/results.ts';
import { BILL_METRICS } from './bills.ts';
import { EMISSION_METRICS } from './emissions.ts';
import { ENERGY_METRICS } from './energy.ts';
import { FAIRNESS_METRICS } from './fairness.ts';
import { LEDGER_METRICS } from './ledger.ts';
import type { Metric, MetricDefinition } from './metric.ts';
import type { MetricRule } from './metric-rule.ts';
import { PRICE_METRICS } from './price.ts';
import { SERVICE_METRICS } from './service.ts';
import { WELFARE_METRICS } from './welfare.ts';

export const METRIC_RULES: readonly MetricRule[] = [
  ...ENERGY_METRICS,
  ...BILL_METRICS,
  ...WELFARE_METRICS,
  ...FAIRNESS_METRICS,
  ...PRICE_METRICS,
  ...SERVICE_METRICS,
  ...LEDGER_METRICS,
  ...EMISSION_METRICS,
];

export const METRICS: readonly MetricDefinition[] = METRIC_RULES.map(
  ({ name, unit, meaning, better }) => ({ name, unit, meaning, better }),
);

/** A value for each of METRICS, in their order. */
export function metricsOf(result: RunResult): readonly Metric[] {
  return METRIC_RULES.map((rule) => ({
    name: rule.name,
    unit: rule.unit,
    value: rule.value(result),
  }));
}
