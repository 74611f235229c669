/** `commonwatt simulate`: a study from a scenario file, in virtual time. */

import { accessSync, constants, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { FolderInUseError, openLmdbStorage } from '@commonwatt/consensus';
import type { Solve } from '@commonwatt/mechanisms';
import {
  doRun,
  type FinishedStudy,
  finishStudy,
  forgetEmpty,
  forgetOtherRuns,
  isModule,
  isRunDone,
  MarketError,
  mayHoldStudy,
  ProfileFileError,
  planStudy,
  requireMarkets,
  ScenarioError,
  type Study,
  type StudyRunPlan,
  type StudyWorld,
  StudyWriteError,
  studyIn,
  takeStudyFolder,
  writeWhole,
} from '@commonwatt/simulator';
import manifest from '../../../package.json' with { type: 'json' };
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { MissingError, UnusableFileError, UsageError } from '../../terminal/usage-error.ts';
import { named } from '../clear/mechanism-choice.ts';
import { Progress } from './progress.ts';
import { EACH_NAMED, type Fault, runInProcesses, type Word } from './run-processes.ts';
import { summaryText } from './summary-text.ts';

export interface SimulateOptions {
  readonly out?: string;
  readonly compare?: string;
  readonly jobs?: string;
  readonly json?: boolean;
  /** Whether another study that is in the folder may go. */
  readonly replace?: boolean;
  /** The name of the one run to make, without tables and report of the study; `-` where standard input names them. */
  readonly only?: string;
}

const JOBS_MAX = 64;
/** How often a run in a process of its own says how far it is. */
const TELL_EVERY_MS = 100;

/** What is wrong with a scenario, its files or its market is told with its place, and nothing is left of it. */
export async function simulate(
  terminal: Terminal,
  scenario: string,
  options: SimulateOptions,
  openSolver: () => Promise<Solve>,
): Promise<Status> {
  try {
    return await study(terminal, scenario, options, openSolver);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const fault = faultOf(error);
    if (fault === 'input') throw new UnusableFileError((error as Error).message);
    if (fault === 'disk') throw new MissingError((error as Error).message);
    throw error;
  }
}

/** What was described wrongly, and what the disk did not take; everything else is ours. */
function faultOf(error: unknown): Fault {
  if (error instanceof StudyWriteError) return 'disk';
  const isTheirs = [ScenarioError, MarketError, ProfileFileError, UsageError].some(
    (one) => error instanceof one,
  );
  return isTheirs ? 'input' : 'ours';
}

async function study(
  terminal: Terminal,
  scenario: string,
  options: SimulateOptions,
  openSolver: () => Promise<Solve>,
): Promise<Status> {
  const { out, compare, json = false, only, replace = false } = options;
  if (out === undefined) throw new UsageError('--out', 'a folder for the study', 'nothing');
  const jobs = jobsOf(options.jobs);
  const whole = planned(scenario, compare);
  const outside = outsideOf(
    whole,
    compare === undefined ? 'market.mechanism' : '--compare',
    openSolver,
  );
  if (only !== undefined) return someRuns(terminal, whole, only, out, outside);
  await requireMarkets(whole, outside);
  makeFolder(out);
  const leave = take(out);
  try {
    if (!replace) requireNoOther(out, whole);
    return await wholeStudy(terminal, { scenario, out, compare, jobs, json }, whole, outside);
  } finally {
    leave();
    forgetEmpty(out);
  }
}

interface Asked {
  readonly scenario: string;
  readonly out: string;
  readonly compare: string | undefined;
  readonly jobs: number;
  readonly json: boolean;
}

/** Every run that is not done yet, and what they come to together. */
async function wholeStudy(
  terminal: Terminal,
  { scenario, out, compare, jobs, json }: Asked,
  whole: Study,
  outside: StudyWorld,
): Promise<Status> {
  const waiting = whole.runs.filter((run) => !isRunDone(out, run));
  const begunMs = Date.now();
  const progress = new Progress(terminal, waiting.map(slotsOf));
  try {
    if (waiting.length <= 1 || jobs === 1) {
      for (const [at, run] of waiting.entries()) {
        await doRun(whole, run, out, outside, (slots) => progress.at(at, slots));
      }
    } else {
      await runInProcesses({ scenario, out, compare, jobs, runs: waiting, progress });
    }
  } finally {
    progress.end();
  }
  forgetOtherRuns(out, whole);
  const finished = finishStudy(whole, out, { version: manifest.version });
  writeEnvironment(out, { begunMs, runs: waiting.length, jobs });
  if (json) printJson(terminal, summaryJson(out, whole, finished));
  else print(terminal, summaryText(out, finished));
  return STATUS.done;
}

function planned(scenario: string, compare: string | undefined): Study {
  const mechanisms = compare?.split(',');
  if (mechanisms?.some((name) => name === '') || mechanisms?.length === 1) {
    throw new UsageError('--compare', 'two or more names joined by commas', compare ?? '');
  }
  const twice = mechanisms?.find((name, at) => mechanisms.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError('--compare', 'names that differ', `${twice} twice`);
  return planStudy(scenario, mechanisms);
}

/** @throws UsageError */
function makeFolder(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
    if (!mayHoldStudy(out)) {
      throw new UsageError('--out', 'a folder that is new, empty or of a study', out);
    }
    accessSync(out, constants.W_OK);
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new StudyWriteError(out, error);
    throw new UsageError('--out', 'a folder that can be written', error.message);
  }
}

/** @throws UsageError where the folder holds a study of another scenario or seed */
function requireNoOther(out: string, { scenario: { name, seed } }: Study): void {
  const found = studyIn(out);
  if (found === null || (found.scenario === name && found.seed === seed)) return;
  const expected = `a folder of scenario ${name} with seed ${seed}, or --replace`;
  const got = `${out}, which holds scenario ${found.scenario} with seed ${found.seed}`;
  throw new UsageError('--out', expected, got);
}

/** @throws UsageError where another process is at work on the study */
function take(out: string): () => void {
  try {
    return takeStudyFolder(out);
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    const got = `${out}, where process ${error.processId} is at work`;
    throw new UsageError('--out', 'a folder that no other process works in', got);
  }
}

/** Modules are looked for from the folder of the scenario. */
function outsideOf(
  { directory }: Study,
  place: string,
  openSolver: () => Promise<Solve>,
): StudyWorld {
  let solver: Promise<Solve> | undefined;
  return {
    mechanism: async (name) => {
      try {
        return await named(isModule(name) ? resolve(directory, name) : name);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        throw new UsageError(place, error.facts.expected, error.facts.got);
      }
    },
    solver: () => {
      solver ??= openSolver();
      return solver;
    },
    storage: async (folder) => openLmdbStorage(folder),
  };
}

/** One run by its name, or each that standard input names, told of on standard output. */
async function someRuns(
  terminal: Terminal,
  study: Study,
  only: string,
  out: string,
  outside: StudyWorld,
): Promise<Status> {
  const oneRun = async (name: string): Promise<void> => {
    const run = study.runs.find(({ id }) => id === name);
    if (run === undefined) throw new UsageError('--only', 'the name of a run of this study', name);
    makeFolder(out);
    let toldMs = 0;
    await doRun(study, run, out, outside, (slots) => {
      const nowMs = Date.now();
      if (nowMs - toldMs < TELL_EVERY_MS) return;
      toldMs = nowMs;
      tell(terminal, { run: name, slots });
    });
  };
  if (only !== EACH_NAMED) {
    await oneRun(only);
    return STATUS.done;
  }
  for await (const name of createInterface({ input: terminal.stdin })) {
    try {
      await oneRun(name);
      tell(terminal, { run: name, done: true });
    } catch (error) {
      const { message, stack } = error as Error;
      const fault = faultOf(error);
      tell(terminal, {
        run: name,
        failed: fault === 'ours' ? (stack ?? message) : message,
        fault,
      });
    }
  }
  return STATUS.done;
}

function tell(terminal: Terminal, word: Word): void {
  printJson(terminal, word);
}

function slotsOf({ scenario }: StudyRunPlan): number {
  const { from, until, slot_minutes: minutes } = scenario.time;
  return (Date.parse(until) - Date.parse(from)) / (minutes * 60_000);
}

function jobsOf(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  if (!/^[1-9][0-9]?$/.test(text) || Number(text) > JOBS_MAX) {
    throw new UsageError('--jobs', `1 to ${JOBS_MAX}`, text);
  }
  return Number(text);
}

/** What differs from machine to machine stands by itself, so that everything else is the same bytes. */
function writeEnvironment(
  out: string,
  { begunMs, runs, jobs }: { begunMs: number; runs: number; jobs: number },
): void {
  const environment = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    begun: new Date(begunMs).toISOString(),
    seconds: Math.round((Date.now() - begunMs) / 100) / 10,
    runs,
    jobs,
  };
  writeWhole(join(out, 'environment.json'), `${JSON.stringify(environment, null, 2)}\n`);
}

function summaryJson(out: string, study: Study, { runs, differences }: FinishedStudy): object {
  return {
    study: study.scenario.name,
    out,
    report: join(out, 'report.html'),
    runs: runs.map(({ result: { run, mechanism, seed, point }, metrics }) => ({
      run,
      mechanism,
      seed,
      point,
      metrics: Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
    })),
    differences,
  };
}
