/**
 * How the benches measure. Both sides of a ratio run in turns, so that whatever else the machine
 * does meets both alike; the ratio is the median of the rounds' ratios, never that of two runs.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One goal as `bench --json` prints it. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Medians of the rounds. */
  readonly ours: number;
  readonly yardstick: number;
  /** Median of the rounds' ratios; above 1 ours is better. */
  readonly ratio: number;
  readonly rounds: number;
}

/** One side of one round: does a piece of work and says how much of it went into a second. */
export type Side = (round: number) => number | Promise<number>;

export interface Comparison {
  readonly name: string;
  readonly unit: string;
  readonly ours: Side;
  readonly yardstick: Side;
}

export interface Rounds {
  readonly least: number;
  readonly most: number;
  /** No further round begins after so long, once the least number is reached. */
  readonly untilMs: number;
}

/** Every goal is the median of at least seven rounds, and a bench ends within 50 seconds. */
export const ROUNDS: Rounds = { least: 7, most: 15, untilMs: 25_000 };

/** Runs both sides in turns, each of them first in every other round. */
export async function compare(comparison: Comparison, rounds: Rounds = ROUNDS): Promise<Figure> {
  const ours: number[] = [];
  const yardstick: number[] = [];
  const beginMs = performance.now();
  // Once without counting: both sides are compiled and warm before the first round.
  await comparison.ours(0);
  await comparison.yardstick(0);
  for (let round = 1; round <= rounds.most; round++) {
    if (round > rounds.least && performance.now() - beginMs > rounds.untilMs) break;
    const sides = [
      async () => ours.push(await comparison.ours(round)),
      async () => yardstick.push(await comparison.yardstick(round)),
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
  }
  return {
    name: comparison.name,
    unit: comparison.unit,
    ours: median(ours),
    yardstick: median(yardstick),
    ratio: median(ours.map((rate, round) => rate / (yardstick[round] as number))),
    rounds: ours.length,
  };
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median: expected a value, got none');
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] as number;
  const lower = sorted[(sorted.length - 1) >> 1] as number;
  return (lower + upper) / 2;
}

/** Nobody pays for what preparations left behind. A full collection would undo warming up. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as (options: { type: 'minor' }) => void)({ type: 'minor' });
}

/** Seconds of processor time that a piece of work takes, on all of the process's threads. */
export async function cpuSeconds(work: () => unknown): Promise<number> {
  collectGarbage();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Seconds on the wall's clock that a piece of work takes. */
export async function wallSeconds(work: () => unknown): Promise<number> {
  collectGarbage();
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1000;
}

/** Measures one goal or several, and tells the reporter what stands beside no yardstick. */
export type Bench = (report: (line: string) => void) => Promise<readonly Figure[]>;
