/** One scenario run in memory, for what wants its result and no tables: benches and experiments. */

import type { Solve } from '@commonwatt/mechanisms';
import type { Scenario } from '../scenario/scenario.ts';
import { marketOf, registeredMechanism } from './market.ts';
import { prepare } from './prepare.ts';
import type { RunResult } from './results.ts';
import { runStudy } from './run-study.ts';
import type { TableSink } from './table.ts';

export interface ScenarioRun {
  /** Where the scenario's files are looked for. */
  readonly directory?: string;
  readonly solve?: Solve;
  /** None unless given. */
  readonly sink?: TableSink;
}

const NO_TABLES: TableSink = { wants: () => false, write: () => undefined };

/** @throws MarketError for a mechanism or settings that there are not, ProfileFileError for its files */
export async function runScenario(
  scenario: Scenario,
  { directory = '.', solve, sink = NO_TABLES }: ScenarioRun = {},
): Promise<RunResult> {
  const mechanism = registeredMechanism(scenario.market.mechanism);
  const run = await prepare({
    scenario,
    identity: {
      run: scenario.name,
      scenario: scenario.name,
      mechanism: mechanism.name,
      seed: scenario.seed,
      point: {},
      zone: scenario.time.zone,
    },
    market: marketOf(scenario, mechanism, directory),
    directory,
    sink,
    solve,
  });
  return runStudy(run);
}
