/**
 * HiGHS behind the solver port (Huangfu and Hall 2018, parallel dual simplex; here its serial one, in WebAssembly).
 * Sparse arrays in, presolve off: clearing problems have little to presolve, and a basis of the whole problem is what
 * the next one of the same shape can start from.
 */

import type { Candidate, Constraint, LinearProblem, Solve, Variable } from '@commonwatt/mechanisms';
import type { Highs, HighsConstants, Model, ModelData } from 'highs';
import loadHighs from 'highs';
import { millionths } from './millionths.ts';

/** What HiGHS may be asked at all: beyond it a problem is refused before memory is. */
const VARIABLES_MAX = 2_000_000;
const TERMS_MAX = 20_000_000;
/** From here on a bound does not bind: HiGHS reads it as infinite. */
const INFINITE = 1e20;
const SECONDS_MAX = 60;

export interface SolverOptions {
  /** As HiGHS comes: presolve on, no basis kept. For comparison alone. */
  readonly asItComes?: boolean;
  /** Seconds until it gives up and answers nothing. */
  readonly secondsMax?: number;
}

export interface Solver {
  /** The optimum as a candidate; nothing where there is none, or none was found in time. */
  readonly solve: Solve;
  /** Forgets the basis: the next problem starts cold. */
  forget(): void;
  /** Gives the native memory back; the solver is then of no more use. */
  dispose(): void;
}

/** The package's types describe its CommonJS form; the module's default is the function itself. */
const load = loadHighs as unknown as typeof loadHighs.default;

let loading: Promise<Highs> | undefined;

export async function loadSolver(options: SolverOptions = {}): Promise<Solver> {
  loading ??= load();
  return new HighsSolver(await loading, options);
}

type Shape = { readonly variables: number; readonly constraints: number };

class HighsSolver implements Solver {
  readonly #model: Model;
  readonly #highs: Highs;
  readonly #isWarm: boolean;
  #shape: Shape | undefined;

  constructor(highs: Highs, { asItComes = false, secondsMax = SECONDS_MAX }: SolverOptions) {
    this.#model = highs.createModel();
    this.#highs = highs;
    this.#isWarm = !asItComes;
    this.#model.options.set({ output_flag: false, time_limit: secondsMax });
    // Devex weights are cheaper to begin with than those of steepest edge, and a day's problem needs no better ones.
    if (!asItComes) {
      this.#model.options.set({
        presolve: 'off',
        solver: 'simplex',
        simplex_dual_edge_weight_strategy: 1,
      });
    }
  }

  readonly solve: Solve = (problem) => {
    const { variables, constraints } = problem;
    if (variables.length === 0) return emptyCandidate(problem);
    const isMixed = variables.some(({ isWhole }) => isWhole === true);
    const model = this.#model;
    const basis = this.#keeps(problem, isMixed) ? model.getBasis() : undefined;
    this.#shape = undefined;
    model.clearSolver();
    model.passModel(modelOf(problem, isMixed, this.#highs.constants));
    model.options.set({
      solver: isMixed || !this.#isWarm ? 'choose' : 'simplex',
      ...(this.#isWarm && scalesOf(problem, isMixed)),
    });
    if (basis !== undefined) model.setBasis(basis);
    model.zeroAllClocks();
    if (!this.#findsOptimum()) return undefined;
    const { colValue, rowDual } = model.getSolution();
    if (isMixed) return { values: Array.from(colValue, millionths) };
    this.#shape = { variables: variables.length, constraints: constraints.length };
    return {
      values: Array.from(colValue, millionths),
      duals: Array.from(rowDual, millionths),
    };
  };

  /** A problem in whose numbers HiGHS loses its way, for which it has an error, is one without an optimum found. */
  #findsOptimum(): boolean {
    const { errors, constants } = this.#highs;
    try {
      return this.#model.run().modelStatus === constants.modelStatus.optimal;
    } catch (error) {
      if (error instanceof errors.HighsDisposedError) throw error;
      if (error instanceof errors.HighsError) return false;
      throw error;
    }
  }

  forget(): void {
    this.#shape = undefined;
  }

  dispose(): void {
    this.#model.dispose();
  }

  #keeps({ variables, constraints }: LinearProblem, isMixed: boolean): boolean {
    return (
      this.#isWarm &&
      !isMixed &&
      this.#shape?.variables === variables.length &&
      this.#shape.constraints === constraints.length
    );
  }
}

/** Powers of two by which gains and bounds are made smaller: tolerances are made for numbers around a million. */
const NEAR_BITS = 20;

function scalesOf({ variables, constraints }: LinearProblem, isMixed: boolean) {
  let gains = 1;
  let bounds = 1;
  for (const { gain, least, most } of variables) {
    gains = larger(gains, gain);
    bounds = larger(larger(bounds, least), most);
  }
  for (const { least, most } of constraints) bounds = larger(larger(bounds, least), most);
  const scale = (most: number) => -Math.max(0, Math.ceil(Math.log2(most)) - NEAR_BITS);
  // What must be whole has a step of one, which stays.
  return { user_objective_scale: scale(gains), user_bound_scale: isMixed ? 0 : scale(bounds) };
}

/** Of two magnitudes; what is as good as infinite has none. */
function larger(most: number, value: bigint | undefined): number {
  if (value === undefined) return most;
  const size = Math.abs(Number(value));
  return size > most && size < INFINITE ? size : most;
}

/** Without variables every sum is nothing. */
function emptyCandidate({ constraints }: LinearProblem): Candidate | undefined {
  const holds = constraints.every(({ least = 0n, most = 0n }) => least <= 0n && most >= 0n);
  return holds ? { values: [], duals: constraints.map(() => 0n) } : undefined;
}

/** The problem as sparse rows. @throws RangeError for one that is too large to be asked. */
function modelOf(
  { variables, constraints }: LinearProblem,
  isMixed: boolean,
  { objectiveSense, variableType }: HighsConstants,
): ModelData {
  let terms = 0;
  for (const constraint of constraints) terms += constraint.terms.length;
  if (variables.length > VARIABLES_MAX || terms > TERMS_MAX) {
    throw new RangeError(
      `problem: expected at most ${VARIABLES_MAX} variables and ${TERMS_MAX} terms, got ${variables.length} and ${terms}`,
    );
  }
  return {
    numCols: variables.length,
    numRows: constraints.length,
    sense: objectiveSense.maximize,
    colCost: Float64Array.from(variables, ({ gain }) => Number(gain)),
    colLower: Float64Array.from(variables, ({ least }) => bound(least, -Infinity)),
    colUpper: Float64Array.from(variables, ({ most }) => bound(most, Infinity)),
    rowLower: Float64Array.from(constraints, ({ least }) => bound(least, -Infinity)),
    rowUpper: Float64Array.from(constraints, ({ most }) => bound(most, Infinity)),
    matrix: matrixOf(variables, constraints, terms),
    ...(isMixed && {
      integrality: Int32Array.from(variables, ({ isWhole }) =>
        isWhole ? variableType.integer : variableType.continuous,
      ),
    }),
  };
}

function matrixOf(
  { length: numCols }: readonly Variable[],
  constraints: readonly Constraint[],
  terms: number,
): ModelData['matrix'] {
  const starts = new Int32Array(constraints.length + 1);
  const indices = new Int32Array(terms);
  const values = new Float64Array(terms);
  let at = 0;
  for (const [row, constraint] of constraints.entries()) {
    for (const { variable, coefficient } of constraint.terms) {
      indices[at] = variable;
      values[at] = Number(coefficient);
      at += 1;
    }
    starts[row + 1] = at;
  }
  return { format: 'csr', numRows: constraints.length, numCols, starts, indices, values };
}

function bound(value: bigint | undefined, unbound: number): number {
  if (value === undefined) return unbound;
  const near = Number(value);
  if (near >= INFINITE) return Infinity;
  return near <= -INFINITE ? -Infinity : near;
}
