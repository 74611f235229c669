/** What an experiment comes to, beside what its paper prints. */

/**
 * `follows`: ours is theirs within the tolerance. `contradicts`: it is not. A rule of ours or of the
 * paper `holds` or `fails`. `open` stands where the paper gives too little to compute anything.
 */
export type Verdict = 'follows' | 'contradicts' | 'holds' | 'fails' | 'open';

export interface Comparison {
  readonly name: string;
  readonly ours: string;
  /** As the paper prints it; empty where it prints nothing. */
  readonly theirs: string;
  readonly found: Verdict;
  /** What the experiment's folder expects: contradictions that are known are no failure. */
  readonly expected: Verdict;
  readonly note: string;
}

export interface ReproductionPart {
  readonly title: string;
  readonly comparisons: readonly Comparison[];
}

export interface Reproduction {
  readonly experiment: string;
  readonly parts: readonly ReproductionPart[];
}

export interface ExperimentInputs {
  /** A folder of measured profiles, for the experiments that study given households. */
  readonly profiles?: string;
}

export interface Experiment {
  readonly name: string;
  readonly paper: string;
  readonly claim: string;
  /** Whether it needs a folder of profiles and can say nothing without one. */
  readonly needsProfiles?: boolean;
  run(inputs: ExperimentInputs): Reproduction | Promise<Reproduction>;
}

/** Whether every comparison came out as the folder expects. */
export function isAsExpected({ parts }: Reproduction): boolean {
  return parts.every(({ comparisons }) =>
    comparisons.every(({ found, expected }) => found === expected),
  );
}
