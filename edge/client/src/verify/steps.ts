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

/** Runs steps one after the other. The first that fails is recorded and ends the run. */
export class StepRecord {
  readonly #steps: VerificationStep[] = [];

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
      // Whatever comes from outside ends here; any other fault is a mistake of ours.
      const isFinding =
        fault instanceof StepFault || fault instanceof DecodeError || fault instanceof RangeError;
      if (!isFinding) throw fault;
      this.#steps.push({ name, ok: false, detail: fault.message });
      throw new StepFault(`${name}: ${fault.message}`);
    }
  }
}
