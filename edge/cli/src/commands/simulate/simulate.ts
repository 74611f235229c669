/** `commonwatt simulate`: a study from a scenario file, in virtual time. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { openLmdbStorage } from '@commonwatt/consensus';
import type { Solve } from '@commonwatt/mechanisms';
import {
  doRun,
  type FinishedStudy,
  finishStudy,
  forgetOtherRuns,
  isRunDone,
  MarketError,
  ProfileFileError,
  planStudy,
  ScenarioError,
  type Study,
  type StudyRunPlan,
  type StudyWorld,
} from '@commonwatt/simulator';
import manifest from '../../../package.json' with { type: 'json' };
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UnusableFileError, UsageError } from '../../terminal/usage-error.ts';
import { named } from '../clear/mechanism-choice.ts';
import { Progress } from './progress.ts';
import { runInProcesses } from './run-processes.ts';

export interface SimulateOptions {
  readonly out?: string;
  readonly compare?: string;
  readonly jobs?: string;
  readonly json?: boolean;
  /** Of one run alone, in a process of its own: the run's name. */
  readonly only?: string;
}

const JOBS_MAX = 64;

/** What is wrong with a scenario, its files or its market is told with its place, before anything is written. */
export async function simulate(
  terminal: Terminal,
  scenario: string,
  options: SimulateOptions,
  openSolver: () => Promise<Solve>,
): Promise<Status> {
  try {
    return await study(terminal, scenario, options, openSolver);
  } catch (error) {
    const isTheirs = [ScenarioError, MarketError, ProfileFileError].some(
      (one) => error instanceof one,
    );
    if (isTheirs) throw new UnusableFileError((error as Error).message);
    throw error;
  }
}

async function study(
  terminal: Terminal,
  scenario: string,
  options: SimulateOptions,
  openSolver: () => Promise<Solve>,
): Promise<Status> {
  const { out, compare, json = false, only } = options;
  if (out === undefined) throw new UsageError('--out', 'a folder for the study', 'nothing');
  const whole = planned(scenario, compare);
  const outside = outsideOf(whole, openSolver);
  for (const name of new Set(whole.runs.map(({ mechanism }) => mechanism))) {
    await outside.mechanism(name);
  }
  mkdirSync(out, { recursive: true });
  if (only !== undefined) return oneRun(terminal, whole, only, out, outside);
  const waiting = whole.runs.filter((run) => !isRunDone(out, run));
  const begunMs = Date.now();
  const progress = new Progress(terminal, waiting.map(slotsOf));
  const jobs = jobsOf(options.jobs);
  if (waiting.length <= 1 || jobs === 1) {
    for (const [at, run] of waiting.entries()) {
      await doRun(whole, run, out, outside, (slots) => progress.at(at, slots));
    }
  } else {
    await runInProcesses({ scenario, out, compare, jobs, runs: waiting, progress });
  }
  progress.end();
  forgetOtherRuns(out, whole);
  const finished = finishStudy(whole, out, { version: manifest.version, assumptions: [] });
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
  return planStudy(scenario, mechanisms);
}

/** Modules are looked for from the folder of the scenario. */
function outsideOf({ directory }: Study, openSolver: () => Promise<Solve>): StudyWorld {
  let solver: Promise<Solve> | undefined;
  return {
    mechanism: (name) => named(/\.[cm]?js$/.test(name) ? resolve(directory, name) : name),
    solver: () => {
      solver ??= openSolver();
      return solver;
    },
    storage: async (folder) => openLmdbStorage(folder),
  };
}

async function oneRun(
  terminal: Terminal,
  study: Study,
  only: string,
  out: string,
  outside: StudyWorld,
): Promise<Status> {
  const run = study.runs.find(({ id }) => id === only);
  if (run === undefined) throw new UsageError('--only', 'the name of a run of this study', only);
  await doRun(study, run, out, outside, (slots) => printJson(terminal, { slots }));
  return STATUS.done;
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
  writeFileSync(join(out, 'environment.json'), `${JSON.stringify(environment, null, 2)}\n`);
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

/** Metrics that a terminal shows; the report shows all. */
const SHOWN = [
  'self-sufficiency',
  'self-consumption',
  'traded-volume',
  'price-mean',
  'community-bill',
  'saving',
  'efficiency',
];

function summaryText(out: string, { runs, differences }: FinishedStudy): string {
  const columns = [
    { heading: 'run' },
    { heading: 'mechanism' },
    { heading: 'seed' },
    { heading: 'metric' },
    { heading: 'value', align: 'right' as const },
    { heading: '' },
  ];
  const rows = runs
    .slice(0, 10)
    .flatMap(({ result, metrics }) =>
      metrics
        .filter(({ name }) => SHOWN.includes(name))
        .map(({ name, value, unit }) => [
          result.run,
          result.mechanism,
          `${result.seed}`,
          name,
          value === null ? '-' : `${value}`,
          unit,
        ]),
    );
  const compared = differences
    .filter(({ metric }) => SHOWN.includes(metric))
    .map(
      ({ metric, unit, first, second, difference, low, high, pairedBy, pairs }) =>
        `${metric}: ${second} less ${first} ${difference} ${unit}` +
        (low === null || high === null
          ? ''
          : ` (95 %: ${low} to ${high}, ${pairs} pairs by ${pairedBy})`),
    );
  return [formatTable(columns, rows), ...compared, `report: ${join(out, 'report.html')}`].join(
    '\n',
  );
}
