/**
 * The port to a solver. A mechanism that needs an optimum states it as a linear problem in whole
 * numbers; whoever has a solver answers with a candidate; the mechanism rounds the candidate by a
 * written rule and checks feasibility and objective in integers. A candidate is a proposal: a bad
 * one can be worse than the optimum, or refused, but never break a law.
 */

export type Variable = {
  readonly name: string;
  /** What one unit of it adds to the objective. */
  readonly gain: bigint;
  readonly least: bigint;
  /** Undefined where it has no upper bound. */
  readonly most: bigint | undefined;
  /** Whether it must be a whole number. */
  readonly isWhole?: boolean;
};

/** least <= sum of coefficient x variable <= most; an undefined bound does not bind. */
export type Constraint = {
  readonly name: string;
  readonly terms: readonly { readonly variable: number; readonly coefficient: bigint }[];
  readonly least: bigint | undefined;
  readonly most: bigint | undefined;
};

/** The objective, the sum of gain x variable, is to be as large as can be. */
export type LinearProblem = {
  readonly variables: readonly Variable[];
  readonly constraints: readonly Constraint[];
};

/** A solution's numbers are given in whole millionths, rounded half to even. */
export const CANDIDATE_MILLIONTHS = 1_000_000n;

export type Candidate = {
  /** One per variable, in millionths. */
  readonly values: readonly bigint[];
  /** What one more unit of each constraint's binding bound would add, in millionths. */
  readonly duals?: readonly bigint[];
};

/** Filled in by whoever has a solver; floats are allowed behind it. Nothing where there is no optimum. */
export type Solve = (problem: LinearProblem) => Candidate | undefined;

export type ProblemFault =
  | { readonly code: 'values_miscounted'; readonly expected: number; readonly got: number }
  | { readonly code: 'variable_out_of_bounds'; readonly name: string; readonly value: bigint }
  | { readonly code: 'constraint_broken'; readonly name: string; readonly value: bigint };

/** The first bound or constraint that whole values break; nothing when they are feasible. */
export function infeasibility(
  { variables, constraints }: LinearProblem,
  values: readonly bigint[],
): ProblemFault | undefined {
  if (values.length !== variables.length) {
    return { code: 'values_miscounted', expected: variables.length, got: values.length };
  }
  for (const [at, { name, least, most }] of variables.entries()) {
    const value = values[at] ?? 0n;
    if (!isBetween(value, least, most)) return { code: 'variable_out_of_bounds', name, value };
  }
  for (const { name, terms, least, most } of constraints) {
    let value = 0n;
    for (const { variable, coefficient } of terms) value += coefficient * (values[variable] ?? 0n);
    if (!isBetween(value, least, most)) return { code: 'constraint_broken', name, value };
  }
  return undefined;
}

/** What whole values are worth. */
export function objectiveOf({ variables }: LinearProblem, values: readonly bigint[]): bigint {
  return variables.reduce((sum, { gain }, at) => sum + gain * (values[at] ?? 0n), 0n);
}

function isBetween(value: bigint, least: bigint | undefined, most: bigint | undefined): boolean {
  return (least === undefined || value >= least) && (most === undefined || value <= most);
}
