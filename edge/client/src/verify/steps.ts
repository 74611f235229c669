/** A verification as a list of named steps: people see what was done, programs where it failed. */
import { DecodeError } from '@commonwatt/ledger';

export interface VerificationStep {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, in a few words. */
  readonly detail: string;
}

/** What a step asked for does not hold. */
export class StepFault extends Error {
  override readonly name = 'StepFault';
}

/** @throws StepFault unless the condition holds; the detail is made only then. */
export function demand(condition: boolean, detail: () => string): asserts condition {
  if (!condition) throw new StepFault(detail());
}

/** Whatever comes from outside ends in one of these; any other fault is a mistake of ours. */
function isFinding(fault: unknown): fault is Error {
  return fault instanceof StepFault || fault instanceof DecodeError || fault instanceof RangeError;
}

/** The most faults of one step that are told. */
const FINDINGS_MAX = 200;

/** What does not hold in one step: each fault is kept, and the rest is looked at all the same. */
export class Findings {
  readonly #faults: string[] = [];
  #leftOut = 0;

  get faults(): readonly string[] {
    return this.#faults;
  }

  /** How many were found beyond those that are told. */
  get leftOut(): number {
    return this.#leftOut;
  }

  add(fault: string): void {
    if (this.#faults.length < FINDINGS_MAX) this.#faults.push(fault);
    else this.#leftOut++;
  }

  /** Notes a fault unless the condition holds; the detail is made only then. */
  note(condition: boolean, detail: () => string): void {
    if (!condition) this.add(detail());
  }

  /** Does one part of a step. What ends it is noted; nothing comes of it then. */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (fault) {
      if (!isFinding(fault)) throw fault;
      this.add(fault.message);
      return undefined;
    }
  }
}

/** One fault, and the step in which it was found. */
export interface StepFailure {
  readonly step: string;
  readonly fault: string;
}

/** Runs steps one after the other. The first that fails is recorded and ends the run. */
export class StepRecord {
  readonly #steps: VerificationStep[] = [];
  readonly #failures: StepFailure[] = [];
  #leftOut = 0;

  /** Every fault of every step, in their order. */
  get failures(): readonly StepFailure[] {
    return this.#failures;
  }

  /** How many faults more there were than are told. */
  get leftOut(): number {
    return this.#leftOut;
  }

  get steps(): readonly VerificationStep[] {
    return this.#steps;
  }

  /** @throws StepFault naming the step when what it reads or asks for is not so. */
  run<T>(name: string, work: () => T, found: (value: T) => string): T {
    try {
      const value = work();
      this.#steps.push({ name, ok: true, detail: found(value) });
      return value;
    } catch (fault) {
      if (!isFinding(fault)) throw fault;
      this.#steps.push({ name, ok: false, detail: fault.message });
      this.#failures.push({ step: name, fault: fault.message });
      throw new StepFault(`${name}: ${fault.message}`);
    }
  }

  /** The same for a step that goes on behind a fault: the steps after it are taken too. */
  gather<T>(
    name: string,
    work: (findings: Findings) => T,
    found: (value: T) => string,
  ): T | undefined {
    const findings = new Findings();
    const value = findings.attempt(() => work(findings));
    const [first] = findings.faults;
    this.#leftOut += findings.leftOut;
    this.#failures.push(...findings.faults.map((fault) => ({ step: name, fault })));
    if (first !== undefined) this.#steps.push({ name, ok: false, detail: first });
    else if (value !== undefined) this.#steps.push({ name, ok: true, detail: found(value) });
    return value;
  }
}
