/**
 * A study in a folder: every run by itself, then all of them together. A run that is finished stays finished: a study
 * that was stopped goes on where it was, and one that is whole only makes its report again.
 */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { EngineHaltedError, StoreFailedError } from '@commonwatt/consensus';
import type { Storage } from '@commonwatt/ledger';
import type { Solve } from '@commonwatt/mechanisms';
import { isModule } from '../scenario/from-folder.ts';
import { type InputFile, InputFiles } from '../scenario/input-files.ts';
import { type ReadScenario, readScenario } from '../scenario/read-scenario.ts';
import { runId } from '../scenario/scenario-text.ts';
import { type PlannedRun, runsOf } from '../scenario/sweep.ts';
import { marketOf } from './market.ts';
import { MarketError } from './market-error.ts';
import type { StudyMechanism } from './mechanism-exchange.ts';
import { prepare, requireMarket } from './prepare.ts';
import type { RunResult } from './results.ts';
import { runStudy } from './run-study.ts';
import { requireRoom, StudyWriteError, writeErrorOf, writeWhole, writing } from './study-file.ts';
import { RUNS } from './study-folder.ts';
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
const LEDGER = 'ledger';
/** Stands between the name of a run and some letters of its own while it is made. */
const PARTIAL = '.partial-';
const OURS = /^[0-9a-f]{16}(?:\.partial-\w+)?$/;
/** To be raised with what a run computes or keeps: runs of before are then done again. */
const RESULTS_VERSION = 'results 5';

/**
 * @throws ScenarioError
 * @throws MarketError for a module to compare that is not there
 */
export function planStudy(path: string, mechanisms: readonly string[] = []): Study {
  const read = readScenario(path);
  const inputs = withModules(read, mechanisms);
  // A module is nothing to the runs of another mechanism.
  const hashesOf = (mechanism: string) =>
    inputs
      .filter(
        ({ role, file }) => role !== 'scenario' && (role !== 'mechanism' || file === mechanism),
      )
      .map(({ sha256 }) => sha256);
  const runs = runsOf(read.scenario, mechanisms.length === 0 ? undefined : mechanisms).map(
    (run): StudyRunPlan => {
      const { index, point, seed, mechanism } = run;
      const id = runId(run.scenario, [...hashesOf(mechanism), RESULTS_VERSION]);
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
    },
  );
  return { ...read, inputs, runs };
}

/** A module that is compared counts as one that the scenario names: who changes it runs it again. */
function withModules(
  { scenario, directory, inputs }: ReadScenario,
  mechanisms: readonly string[],
): readonly InputFile[] {
  const modules = new InputFiles(directory);
  for (const mechanism of mechanisms.filter(isModule)) {
    const { market } = scenario;
    const [fault] = modules.add({
      ...scenario,
      market: { ...market, mechanism, files: {} },
      members: [],
    });
    if (fault !== undefined) throw new MarketError('market.mechanism', fault.expected, mechanism);
  }
  const known = new Set(inputs.map(({ file }) => file));
  const further = modules.inputs().filter(({ file }) => !known.has(file));
  return [...inputs, ...further].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/**
 * Looks at the market of every run before the first is begun.
 * @throws MarketError for settings, files and ledgers that a mechanism does not take, and for two of one name
 */
export async function requireMarkets(study: Study, outside: StudyWorld): Promise<void> {
  const seen = new Set<string>();
  const nameOf = new Map<string, string>();
  for (const { scenario, mechanism: name } of study.runs) {
    const { market, ledger, network, tariffs, time, members, forecast } = scenario;
    const key = JSON.stringify([
      market,
      ledger,
      network,
      tariffs,
      time.slot_minutes,
      members.length,
      forecast.error_percent,
    ]);
    if (seen.has(key)) continue;
    seen.add(key);
    const mechanism = await outside.mechanism(name);
    const before = nameOf.get(mechanism.name) ?? name;
    if (before !== name) {
      const expected = `another name than that of ${before}, or they cannot be told apart`;
      throw new MarketError(`mechanism ${name}`, expected, mechanism.name);
    }
    nameOf.set(mechanism.name, name);
    requireMarket(scenario, marketOf(scenario, mechanism, study.directory));
  }
}

export function isRunDone(folder: string, { id }: StudyRunPlan): boolean {
  return existsSync(join(runFolder(folder, id), RESULT_FILE));
}

/**
 * One run into its folder, which is there whole or not at all, whoever else is at the same run.
 * @throws StudyWriteError
 */
export async function doRun(
  study: Study,
  run: StudyRunPlan,
  folder: string,
  outside: StudyWorld,
  progress?: (slots: number) => void,
): Promise<void> {
  const place = runFolder(folder, run.id);
  const parent = join(folder, RUNS);
  writing(parent, () => mkdirSync(parent, { recursive: true }));
  const partial = writing(place, () => mkdtempSync(`${place}${PARTIAL}`));
  try {
    await runInto(partial, study, run, { outside, progress });
    if (isRunDone(folder, run)) return;
    rmSync(place, { recursive: true, force: true });
    try {
      renameSync(partial, place);
    } catch (error) {
      // A process that outlived its study may have been quicker: the bytes are the same.
      if (!isRunDone(folder, run)) throw writeErrorOf(place, error) ?? error;
    }
  } catch (error) {
    const cause = error instanceof EngineHaltedError ? error.cause : error;
    if (!(cause instanceof StoreFailedError)) throw error;
    throw new StudyWriteError(cause.file, cause.cause);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function runInto(
  partial: string,
  { directory }: Study,
  run: StudyRunPlan,
  { outside, progress }: { outside: StudyWorld; progress: ((slots: number) => void) | undefined },
): Promise<void> {
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
  let storage: Storage | undefined;
  const needsSolver = mechanism.problem !== undefined || hasPlannedAssets(scenario);
  const prepared = await prepare({
    scenario,
    identity,
    market: marketOf(scenario, mechanism, directory),
    directory,
    sink: tables.sink({ run: run.id, mechanism: mechanism.name, seed }),
    solve: needsSolver ? await outside.solver() : undefined,
    openStorage: async () => {
      requireRoom(partial);
      storage = await outside.storage(join(partial, LEDGER));
      return storage;
    },
    ...(progress === undefined ? {} : { progress }),
  });
  const result = await runStudy(prepared);
  await storage?.close();
  tables.closeTables();
  writeWhole(join(partial, RESULT_FILE), `${JSON.stringify(result)}\n`);
}

/** @throws Error where the run is not done */
export function resultOf(folder: string, { id }: StudyRunPlan): RunResult {
  return JSON.parse(readFileSync(join(runFolder(folder, id), RESULT_FILE), 'utf8')) as RunResult;
}

export function runFolder(folder: string, id: string): string {
  return join(folder, RUNS, id);
}

/** Folders of runs that the study no longer has, or never finished; what somebody else put there stays. */
export function forgetOtherRuns(folder: string, { runs }: Study): void {
  const known = new Set(runs.map(({ id }) => id));
  const parent = join(folder, RUNS);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    if (OURS.test(name) && !known.has(name))
      rmSync(join(parent, name), { recursive: true, force: true });
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
