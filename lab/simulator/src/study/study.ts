/**
 * A study in a folder: every run by itself, then all of them together. A run that is finished stays finished: a study
 * that was stopped goes on where it was, and one that is whole only makes its report again.
 */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Storage } from '@commonwatt/ledger';
import type { Solve } from '@commonwatt/mechanisms';
import { type ReadScenario, readScenario } from '../scenario/read-scenario.ts';
import { runId } from '../scenario/scenario-text.ts';
import { type PlannedRun, runsOf } from '../scenario/sweep.ts';
import { marketOf } from './market.ts';
import type { StudyMechanism } from './mechanism-exchange.ts';
import { prepare } from './prepare.ts';
import type { RunResult } from './results.ts';
import { runStudy } from './run-study.ts';
import { TABLE_NAMES, type TableName } from './table.ts';
import { TableFolder } from './table-files/table-folder.ts';

export interface Study extends ReadScenario {
  readonly runs: readonly StudyRunPlan[];
}

export interface StudyRunPlan extends PlannedRun {
  /** Names the run, and its folder. */
  readonly id: string;
}

/** What a study asks of the outside. */
export interface StudyWorld {
  /** The mechanism of a name or of a module ./NAME.js. */
  readonly mechanism: (name: string) => Promise<StudyMechanism>;
  readonly solver: () => Promise<Solve>;
  /** An empty ledger on disk. */
  readonly storage: (directory: string) => Promise<Storage>;
}

const RESULT_FILE = 'result.json';
/** To be raised with what a run computes or keeps: runs of before are then done again. */
const RESULTS_VERSION = 'results 1';

/** @throws ScenarioError */
export function planStudy(path: string, mechanisms?: readonly string[]): Study {
  const read = readScenario(path);
  const hashes = read.inputs.filter(({ role }) => role !== 'scenario').map(({ sha256 }) => sha256);
  const runs = runsOf(read.scenario, mechanisms).map((run): StudyRunPlan => {
    const { index, point, seed, mechanism } = run;
    const id = runId(run.scenario, [...hashes, RESULTS_VERSION]);
    // A planned run makes its scenario when it is asked for: thousands of them are not kept.
    return {
      index,
      point,
      seed,
      mechanism,
      id,
      get scenario() {
        return run.scenario;
      },
    };
  });
  return { ...read, runs };
}

export function isRunDone(folder: string, { id }: StudyRunPlan): boolean {
  return existsSync(join(runFolder(folder, id), RESULT_FILE));
}

/** One run into its folder, which is there whole or not at all. */
export async function doRun(
  { directory }: Study,
  run: StudyRunPlan,
  folder: string,
  outside: StudyWorld,
  progress?: (slots: number) => void,
): Promise<void> {
  const partial = `${runFolder(folder, run.id)}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const { scenario, mechanism: mechanismName, seed, point } = run;
  const mechanism = await outside.mechanism(mechanismName);
  const tables = new TableFolder({ folder: partial, tables: tablesOf(scenario), formats: 'csv' });
  const identity = {
    run: run.id,
    scenario: scenario.name,
    mechanism: mechanism.name,
    seed,
    point,
    zone: scenario.time.zone,
  };
  const needsSolver = mechanism.problem !== undefined || hasPlannedAssets(scenario);
  const prepared = await prepare({
    scenario,
    identity,
    market: marketOf(scenario, mechanism, directory),
    directory,
    sink: tables.sink({ run: run.id, mechanism: mechanism.name, seed }),
    solve: needsSolver ? await outside.solver() : undefined,
    openStorage: () => outside.storage(join(partial, 'ledger')),
    ...(progress === undefined ? {} : { progress }),
  });
  const result = await runStudy(prepared);
  tables.closeTables();
  writeFileSync(join(partial, RESULT_FILE), `${JSON.stringify(result)}\n`);
  rmSync(runFolder(folder, run.id), { recursive: true, force: true });
  renameSync(partial, runFolder(folder, run.id));
}

/** @throws Error where the run is not done */
export function resultOf(folder: string, { id }: StudyRunPlan): RunResult {
  return JSON.parse(readFileSync(join(runFolder(folder, id), RESULT_FILE), 'utf8')) as RunResult;
}

export function runFolder(folder: string, id: string): string {
  return join(folder, 'runs', id);
}

/** Folders of runs that the study no longer has. */
export function forgetOtherRuns(folder: string, { runs }: Study): void {
  const known = new Set(runs.map(({ id }) => id));
  const parent = join(folder, 'runs');
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    if (!known.has(name)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/** Tables that a scenario wants, in their order. */
export function tablesOf({ outputs }: PlannedRun['scenario']): readonly TableName[] {
  const left: readonly TableName[] = [
    ...(outputs.orders ? [] : (['orders', 'trades'] as const)),
    ...(outputs.positions ? [] : (['positions'] as const)),
  ];
  return TABLE_NAMES.filter((name) => !left.includes(name));
}

function hasPlannedAssets({ members }: PlannedRun['scenario']): boolean {
  return members.some(({ battery, electric_vehicle, heat_pump }) =>
    [battery, electric_vehicle, heat_pump].some((asset) => asset?.schedule === 'lp'),
  );
}
