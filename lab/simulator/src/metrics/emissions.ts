/** What local energy spares the climate, by the mean of the grid; solar energy counts as 0 in operation. */

import type { SlotResult } from '../study/results.ts';
import { coveredWh } from './energy.ts';
import { quotient, ratio, total } from './exact.ts';
import type { MetricRule } from './metric-rule.ts';

/** The German mix of 2024: Umweltbundesamt 2025, specific greenhouse gas emissions of electricity 1990 to 2024. */
const GRID_GRAMS_PER_KWH = 363n;
/** Wh times g/kWh are thousandths of a gram. */
const PER_KILOGRAM = 1_000_000n;
const HOUR_MS = 3_600_000;

export const EMISSION_METRICS: readonly MetricRule[] = [
  {
    name: 'co2_avoided',
    unit: 'kg',
    meaning: `Local energy that reached a load, as in self_sufficiency, times ${GRID_GRAMS_PER_KWH} g/kWh, the mean of the German grid in 2024 (Umweltbundesamt 2025): an attribution, not what the grid would have done otherwise.`,
    better: 'more',
    byDay: true,
    value: ({ slots }) => quotient(coveredWh(slots) * GRID_GRAMS_PER_KWH, PER_KILOGRAM),
  },
  {
    name: 'co2_of_import',
    unit: 'kg',
    meaning: `Energy from the supplier times ${GRID_GRAMS_PER_KWH} g/kWh.`,
    better: 'less',
    byDay: true,
    value: ({ slots }) =>
      quotient(total(slots, ({ importWh }) => importWh) * GRID_GRAMS_PER_KWH, PER_KILOGRAM),
  },
  {
    name: 'hourly_matching',
    unit: 'share',
    meaning:
      'Sum over hours of the lesser of load and generation, by load, batteries aside: the share that local certificates of the same hour cover (Google 2018, Moving toward 24x7 Carbon-Free Energy at Google Data Centers).',
    better: 'more',
    byDay: true,
    value: ({ slots }) =>
      ratio(
        matchedWh(slots),
        total(slots, ({ loadWh }) => loadWh),
      ),
  },
];

function matchedWh(slots: readonly SlotResult[]): bigint {
  const hours = new Map<number, { loadWh: number; generationWh: number }>();
  for (const { startMs, loadWh, generationWh } of slots) {
    const hour = Math.floor(startMs / HOUR_MS);
    const sums = hours.get(hour) ?? { loadWh: 0, generationWh: 0 };
    sums.loadWh += loadWh;
    sums.generationWh += generationWh;
    hours.set(hour, sums);
  }
  return total([...hours.values()], ({ loadWh, generationWh }) => Math.min(loadWh, generationWh));
}
