/**
 * Two mechanisms in the same worlds. What chance gave both alike, weather and habits, falls out of the difference
 * of a pair, so far fewer runs are needed than for two samples (common random numbers: Law 2015, section 11.2).
 */

import { localTimes } from '../study/local-time.ts';
import type { RunResult, SlotResult } from '../study/results.ts';
import { meanInterval } from './mean-interval.ts';
import type { PairedDifference } from './metric.ts';
import type { MetricRule } from './metric-rule.ts';
import { METRIC_RULES } from './metrics.ts';

/** A day on which the clock goes forward is whole; the hour or two that a run in UTC has before midnight is none. */
const WHOLE_DAY_MS = 23 * 3_600_000;

interface Pair {
  readonly first: RunResult;
  readonly second: RunResult;
}

interface PairedValues {
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/** A metric of a run. */
export type MetricOf = (rule: MetricRule, run: RunResult) => number | null;

const computed: MetricOf = (rule, run) => rule.value(run);

/**
 * The second less the first, metric by metric. Runs are pairs by point and seed; a run without its like is left
 * out. Where there is one pair, metrics that slots alone define are paired by local day: a pair is then a day, and
 * means are means of a day. All others are told without interval. A pair in which one side has no value is left
 * out, and a metric without pairs too.
 *
 * Days that follow each other resemble each other, so an interval by day is narrower than one by seed would be.
 *
 * `known` answers for whole runs, whose slots and members then need not be there.
 *
 * @throws RangeError when two runs of a side have one point and seed, or a pair does not have the same slots.
 */
export function pairedDifferences(
  first: readonly RunResult[],
  second: readonly RunResult[],
  known: MetricOf = computed,
): readonly PairedDifference[] {
  const pairs = pairsOf(first, second);
  const [single] = pairs;
  if (single === undefined) return [];
  const days = pairs.length === 1 ? daysOf(single) : [];
  const found: PairedDifference[] = [];
  for (const rule of METRIC_RULES) {
    const daily = rule.byDay ? valuesOf(rule, days, computed) : NO_VALUES;
    const pairedBy = daily.first.length > 1 ? 'day' : 'seed';
    const values = pairedBy === 'day' ? daily : valuesOf(rule, pairs, known);
    if (values.first.length === 0) continue;
    const difference = meanInterval(values.second.map((one, at) => one - (values.first[at] ?? 0)));
    found.push({
      metric: rule.name,
      unit: rule.unit,
      first: single.first.mechanism,
      second: single.second.mechanism,
      firstMean: meanInterval(values.first).mean,
      secondMean: meanInterval(values.second).mean,
      difference: difference.mean,
      low: difference.low,
      high: difference.high,
      pairedBy,
      pairs: values.first.length,
    });
  }
  return found;
}

const NO_VALUES: PairedValues = { first: [], second: [] };

function pairsOf(first: readonly RunResult[], second: readonly RunResult[]): readonly Pair[] {
  const seconds = byWorld(second);
  const pairs: Pair[] = [];
  for (const [world, run] of byWorld(first)) {
    const other = seconds.get(world);
    if (other === undefined) continue;
    const begin = run.slots[0]?.startMs;
    const areTold = run.slots.length > 0 && other.slots.length > 0;
    const areAlike = run.slots.length === other.slots.length && begin === other.slots[0]?.startMs;
    if (areTold && !areAlike) {
      throw new RangeError(`pair ${world}: expected the same slots in both runs`);
    }
    pairs.push({ first: run, second: other });
  }
  return pairs;
}

function byWorld(runs: readonly RunResult[]): ReadonlyMap<string, RunResult> {
  const found = new Map<string, RunResult>();
  for (const run of runs) {
    const point = Object.entries(run.point).sort(([a], [b]) => (a < b ? -1 : 1));
    const world = JSON.stringify([run.seed, ...point]);
    if (found.has(world)) throw new RangeError(`runs: expected one of ${world}, got two`);
    found.set(world, run);
  }
  return found;
}

/** The pair cut into whole local days, with nothing but slots. */
function daysOf({ first, second }: Pair): readonly Pair[] {
  const startMs = first.slots[0]?.startMs ?? 0;
  const { slotMs, zone } = first;
  const local = localTimes(zone, { startMs, slotMs, slots: first.slots.length });
  const slotsOfDay = new Map<number, number[]>();
  for (const at of first.slots.keys()) {
    const day = local.day(at);
    const slots = slotsOfDay.get(day);
    if (slots === undefined) slotsOfDay.set(day, [at]);
    else slots.push(at);
  }
  return [...slotsOfDay.values()]
    .filter((slots) => slots.length * slotMs >= WHOLE_DAY_MS)
    .map((slots) => ({ first: partOf(first, slots), second: partOf(second, slots) }));
}

function partOf(run: RunResult, slots: readonly number[]): RunResult {
  const part = slots.map((at) => run.slots[at]).filter((slot): slot is SlotResult => !!slot);
  return { ...run, slots: part, members: [], misreports: [], ledger: null };
}

function valuesOf(rule: MetricRule, pairs: readonly Pair[], metricOf: MetricOf): PairedValues {
  const first: number[] = [];
  const second: number[] = [];
  for (const pair of pairs) {
    const one = metricOf(rule, pair.first);
    const other = metricOf(rule, pair.second);
    if (one === null || other === null) continue;
    first.push(one);
    second.push(other);
  }
  return { first, second };
}
