/**
 * The runs of a study: points of the sweep, times seeds, times mechanisms. Every mechanism meets every
 * point with the same seeds, so that runs can be compared in pairs.
 */

import { mixSeeds, SeededRandom } from '../households/seeded-random.ts';
import { marketUnder } from './known-names.ts';
import type { Scenario } from './scenario.ts';
import { type FaultAt, pathText, ScenarioError, shown } from './scenario-error.ts';
import { type KnownNames, ruleFaults } from './scenario-rules.ts';
import { findTarget, misfit, type SweepTarget, type SweptValue, withValue } from './sweep-path.ts';

export interface PlannedRun {
  /** From 0, in the order of points, then seeds, then mechanisms. */
  readonly index: number;
  /** By swept path, in the order of the code units of the paths. */
  readonly point: Readonly<Record<string, SweptValue>>;
  readonly seed: number;
  readonly mechanism: string;
  /** Of this run alone: its seed and mechanism, and no sweep. Made when it is asked for. */
  readonly scenario: Scenario;
}

export const SWEEP_POINTS_MAX = 10_000;
export const SWEEP_RUNS_MAX = 100_000;

/**
 * Mechanisms are those named, or the scenario's own. Each is handed the settings and files that it takes.
 * @throws ScenarioError
 */
export function runsOf(scenario: Scenario, mechanisms?: readonly string[]): readonly PlannedRun[] {
  const { runs, faults } = planRuns(scenario, mechanisms === undefined ? {} : { mechanisms });
  if (faults.length === 0) return runs;
  throw new ScenarioError(faults.map((one) => ({ ...one, path: pathText(one.path) })));
}

export interface RunPlan {
  readonly runs: readonly PlannedRun[];
  readonly faults: readonly FaultAt[];
}

/** The same with its faults as data. A point is held to the rules of a scenario, as a whole. */
export function planRuns(
  scenario: Scenario,
  options: { readonly mechanisms?: readonly string[]; readonly known?: KnownNames | undefined },
): RunPlan {
  const faults: FaultAt[] = [];
  const axes = axesOf(scenario, faults);
  const { mechanisms } = options;
  if (mechanisms !== undefined && axes.some(({ path }) => path === MECHANISM)) {
    const got = mechanisms.join(',');
    faults.push({
      path: ['sweep', 'values', MECHANISM],
      expected: 'no mechanisms named besides',
      got,
    });
  }
  if (faults.length > 0) return { runs: [], faults };
  const points = pointsOf(scenario, axes, faults);
  const { sweep: _planned, ...single } = scenario;
  const seeds = Array.from({ length: scenario.sweep?.seeds ?? 1 }, (_, at) => scenario.seed + at);
  if (!Number.isSafeInteger(seeds.at(-1))) {
    faults.push({ path: ['sweep', 'seeds'], expected: 'seeds below 2^53', got: `${seeds.length}` });
  }
  const count = points.length * seeds.length * (mechanisms?.length ?? 1);
  if (count > SWEEP_RUNS_MAX) {
    faults.push({ path: ['sweep'], expected: `at most ${SWEEP_RUNS_MAX} runs`, got: `${count}` });
  }
  if (faults.length > 0) return { runs: [], faults };
  const runs: Run[] = [];
  for (const values of points) {
    const settings = axes.map(({ target }, at) => ({ target, value: values[at]! }));
    const point = Object.fromEntries(axes.map(({ path }, at) => [path, values[at]!]));
    const at = scenarioAt(single, settings);
    faults.push(...pointFaults(at, point, options.known));
    if (faults.length > 0) return { runs: [], faults };
    for (const seed of seeds) {
      for (const mechanism of mechanisms ?? [at.market.mechanism]) {
        runs.push(new Run({ index: runs.length, point, seed, mechanism, single, settings }));
      }
    }
  }
  return { runs, faults };
}

const MECHANISM = 'market.mechanism';

interface Setting {
  readonly target: SweepTarget;
  readonly value: SweptValue;
}

/** Keeps what differs and makes the scenario anew: ten thousand of ten thousand members fill a machine. */
class Run implements PlannedRun {
  readonly index: number;
  readonly point: Readonly<Record<string, SweptValue>>;
  readonly seed: number;
  readonly mechanism: string;
  readonly #single: Scenario;
  readonly #settings: readonly Setting[];

  constructor(
    plan: Omit<PlannedRun, 'scenario'> & { single: Scenario; settings: readonly Setting[] },
  ) {
    this.index = plan.index;
    this.point = plan.point;
    this.seed = plan.seed;
    this.mechanism = plan.mechanism;
    this.#single = plan.single;
    this.#settings = plan.settings;
  }

  get scenario(): Scenario {
    const { seed, mechanism } = this;
    const at = scenarioAt(this.#single, this.#settings);
    const { point } = this;
    // Settings under which the scenario was written are those of its own mechanism.
    const own = this.#single.market.mechanism;
    const written = { ...at.market, mechanism: own };
    const market = marketUnder(written, mechanism, (path) => Object.hasOwn(point, path));
    return { ...at, seed, market };
  }
}

function scenarioAt(single: Scenario, settings: readonly Setting[]): Scenario {
  return settings.reduce((at, { target, value }) => withValue(at, target, value), single);
}

function pointFaults(
  scenario: Scenario,
  point: Readonly<Record<string, SweptValue>>,
  known: KnownNames | undefined,
): readonly FaultAt[] {
  const at = Object.entries(point).map(([path, value]) => `${path}=${value}`);
  const where = at.length === 0 ? '' : ` (where ${at.join(', ')})`;
  return ruleFaults(scenario, known).map((one) => ({ ...one, got: `${one.got}${where}` }));
}

interface Axis {
  readonly path: string;
  readonly values: readonly SweptValue[];
  readonly target: SweepTarget;
}

function axesOf({ sweep, ...scenario }: Scenario, faults: FaultAt[]): readonly Axis[] {
  const axes: Axis[] = [];
  const pathOf = new Map<string, string>();
  for (const [path, values] of Object.entries(sweep?.values ?? {})) {
    const within = ['sweep', 'values', path];
    const target = findTarget(scenario, path);
    if ('expected' in target) {
      faults.push({ path: within, ...target });
      continue;
    }
    for (const [at, value] of values.entries()) {
      const expected = misfit(target, value);
      if (expected !== undefined)
        faults.push({ path: [...within, at], expected, got: shown(value) });
      else if (values.indexOf(value) < at) {
        faults.push({ path: [...within, at], expected: 'values that differ', got: shown(value) });
      }
    }
    for (const place of target.places) {
      const text = place.join('.');
      const before = pathOf.get(text);
      if (before !== undefined) {
        faults.push({ path: within, expected: `no key that ${before} sets too`, got: text });
        break;
      }
      pathOf.set(text, path);
    }
    axes.push({ path, values, target });
  }
  return axes;
}

function pointsOf(
  { sweep, seed }: Scenario,
  axes: readonly Axis[],
  faults: FaultAt[],
): readonly (readonly SweptValue[])[] {
  const sizes = axes.map(({ values }) => values.length);
  const total = sizes.reduce((product, size) => product * size, 1);
  const count = sweep?.points ?? total;
  const random = new SeededRandom(mixSeeds(seed, SWEEP_STREAM));
  const design = sweep?.design ?? 'grid';
  const valuesAt = (indices: readonly number[]) =>
    axes.map(({ values }, at) => values[indices[at]!]!);
  if (design === 'latin-hypercube') return latinHypercube(sizes, count, random).map(valuesAt);
  if (design === 'random' && count < total) {
    return randomPoints(sizes, count, random).map(valuesAt);
  }
  if (total > SWEEP_POINTS_MAX) {
    const expected = `a grid of at most ${SWEEP_POINTS_MAX} points, or another design`;
    faults.push({ path: ['sweep', 'values'], expected, got: `${total}` });
    return [];
  }
  return Array.from({ length: total }, (_, at) => gridPoint(sizes, at)).map(valuesAt);
}

/** Apart from the streams of weather and members. */
const SWEEP_STREAM = 0x5eed;

/** The last key runs fastest. */
function gridPoint(sizes: readonly number[], at: number): readonly number[] {
  const indices: number[] = [];
  let rest = at;
  for (const size of [...sizes].reverse()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return indices;
}

/** So many different points of the grid, each as likely as the others. */
function randomPoints(
  sizes: readonly number[],
  count: number,
  random: SeededRandom,
): readonly (readonly number[])[] {
  const total = sizes.reduce((product, size) => product * size, 1);
  if (total <= 2 * SWEEP_POINTS_MAX) {
    const all = Array.from({ length: total }, (_, at) => at);
    return shuffled(all, random)
      .slice(0, count)
      .map((at) => gridPoint(sizes, at));
  }
  // At least half of the grid is still free whenever a point is drawn.
  const drawn = new Map<string, readonly number[]>();
  while (drawn.size < count) {
    const point = sizes.map((size) => random.below(size));
    drawn.set(point.join(), point);
  }
  return [...drawn.values()];
}

/**
 * Every key takes each of its values equally often, give or take one, and the keys are paired by
 * chance (McKay, Beckman and Conover 1979, section 2). Points that come out equal are run once.
 */
function latinHypercube(
  sizes: readonly number[],
  count: number,
  random: SeededRandom,
): readonly (readonly number[])[] {
  const strata = Array.from({ length: count }, (_, at) => at);
  const columns = sizes.map((size) =>
    shuffled(strata, random).map((stratum) => Math.floor((stratum * size) / count)),
  );
  const points = strata.map((at) => columns.map((column) => column[at]!));
  return [...new Map(points.map((point) => [point.join(), point])).values()];
}

/** Fisher and Yates 1938, as Durstenfeld 1964 put it. */
function shuffled(list: readonly number[], random: SeededRandom): number[] {
  const mixed = [...list];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const at = random.below(last + 1);
    [mixed[last], mixed[at]] = [mixed[at]!, mixed[last]!];
  }
  return mixed;
}
