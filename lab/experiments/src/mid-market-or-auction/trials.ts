/** Runs of the lab on a community, and what they say of who gains. */

import { type RunResult, runScenario } from '@commonwatt/simulator';
import { type Measures, measuresOf } from '../measures.ts';
import { type Community, scenarioOf, type Trial } from './community.ts';

export interface Outcome {
  readonly run: RunResult;
  readonly of: Measures;
  /** What members with a plant save, by what all save; null where nobody does. */
  readonly plantsShare: number | null;
  /** What the community and the market maker save together, nano-EUR. */
  readonly saved: bigint;
}

export async function tried(community: Community, trial: Trial): Promise<Outcome> {
  const { directory } = community;
  const run = await runScenario(scenarioOf(community, trial), { directory });
  let all = 0n;
  let plants = 0n;
  for (const { supplierOnlyBill, bill, generationWh } of run.members) {
    const saving = BigInt(supplierOnlyBill - bill);
    all += saving;
    if (generationWh > 0) plants += saving;
  }
  const margin = run.slots.reduce((sum, { surplus }) => sum + BigInt(surplus), 0n);
  return {
    run,
    of: measuresOf(run),
    plantsShare: all === 0n ? null : Number(plants) / Number(all),
    saved: all + margin,
  };
}

/** Whether a number is the same in all outcomes. */
export function isSame(
  outcomes: readonly Outcome[],
  number: (outcome: Outcome) => number | bigint,
): boolean {
  const [first, ...others] = outcomes.map(number);
  return others.every((one) => one === first);
}
