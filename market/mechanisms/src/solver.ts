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

/** Filled in by whoever has a solver; floats are allowed behind it. */
export type Solve = (problem: LinearProblem) => Candidate;
