/** What a report is made of: a whole study, whatever ran it. */

import type { Metric, MetricDefinition, PairedDifference } from '../metrics/metric.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunResult } from '../study/results.ts';
import { MECHANISMS_DRAWN_MAX } from './mechanism-looks.ts';

export interface StudyReport {
  readonly title: string;
  /** The resolved scenario as YAML. */
  readonly scenarioText: string;
  readonly scenario: Scenario;
  readonly inputs: readonly { readonly file: string; readonly sha256: string }[];
  /** Sentences. */
  readonly assumptions: readonly string[];
  /** Slots and members are drawn of the first run of each mechanism; others may come with empty lists. */
  readonly runs: readonly StudyRun[];
  readonly differences: readonly PairedDifference[];
  /** Of every metric of the runs, in the order in which they are shown. */
  readonly definitions: readonly MetricDefinition[];
}

export interface StudyRun {
  readonly result: RunResult;
  readonly metrics: readonly Metric[];
}

/** The first run of each mechanism that has slots. */
export function firstRuns(study: StudyReport): readonly StudyRun[] {
  const drawn = new Map<string, StudyRun>();
  for (const run of study.runs) {
    const { mechanism, slots } = run.result;
    if (slots.length > 0 && !drawn.has(mechanism)) drawn.set(mechanism, run);
  }
  return [...drawn.values()];
}

/** Those of them that figures are drawn of. */
export function drawnRuns(study: StudyReport): readonly StudyRun[] {
  return firstRuns(study).slice(0, MECHANISMS_DRAWN_MAX);
}

/** Names the mechanisms that figures leave out; empty where they hold all. */
export function leftOutNote(study: StudyReport): string {
  const left = mechanismsOf(study).slice(MECHANISMS_DRAWN_MAX);
  return left.length === 0
    ? ''
    : `The first ${MECHANISMS_DRAWN_MAX} mechanisms are drawn; left out: ${left.join(', ')}, of which the metrics tell.`;
}

export function mechanismsOf(study: StudyReport): readonly string[] {
  return [...new Set(study.runs.map(({ result }) => result.mechanism))];
}

export function metricOf(run: StudyRun, name: string): number | null {
  return run.metrics.find((metric) => metric.name === name)?.value ?? null;
}

/** Swept keys that took more than one value, in the order of the sweep. */
export function sweptKeys(study: StudyReport): readonly string[] {
  const keys = [...new Set(study.runs.flatMap(({ result }) => Object.keys(result.point)))];
  return keys.filter((key) => new Set(study.runs.map(({ result }) => result.point[key])).size > 1);
}

type Tariff = keyof StudyReport['scenario']['tariffs'];

/** A tariff of one run: swept, or as the scenario has it. */
export function tariffOf(study: StudyReport, { result }: StudyRun, tariff: Tariff): number {
  const swept = result.point[`tariffs.${tariff}`];
  return typeof swept === 'number' ? swept : study.scenario.tariffs[tariff];
}

/** "seed 1", or "seed 1, tariffs.feed_in_ct_per_kwh 8": which of the runs of a mechanism it is. */
export function runLabel({ result }: StudyRun): string {
  const point = Object.entries(result.point).map(([key, value]) => `${key} ${value}`);
  return [`seed ${result.seed}`, ...point].join(', ');
}
