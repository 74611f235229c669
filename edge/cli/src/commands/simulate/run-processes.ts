/**
 * Runs of a study side by side, in processes that share nothing but the folder. Each is told one name after the other
 * on its standard input, so that it starts and reads the scenario once; it ends when nobody is there to tell it more.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { StudyRunPlan } from '@commonwatt/simulator';
import { MissingError, UnusableFileError } from '../../terminal/usage-error.ts';
import type { Progress } from './progress.ts';

const COMMAND = fileURLToPath(new URL('../../../bin/commonwatt.js', import.meta.url));
const REMARKS_CHARACTERS_MAX = 4_000;

/** In place of a name: names come on standard input. */
export const EACH_NAMED = '-';

/** What a process says of the run that it was told to make, one line of JSON each. */
export type Word =
  | { readonly run: string; readonly slots: number }
  | { readonly run: string; readonly done: true }
  | { readonly run: string; readonly failed: string; readonly fault: Fault };

/** Whose fault it is: what was asked for, the disk that did not take what was written, or ours. */
export type Fault = 'input' | 'disk' | 'ours';

export interface Processes {
  readonly scenario: string;
  readonly out: string;
  readonly compare: string | undefined;
  readonly jobs: number;
  readonly runs: readonly StudyRunPlan[];
  readonly progress: Progress;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Where a run fails no other is begun; runs that are done stay done.
 * @throws UnusableFileError for a fault of the scenario
 * @throws MissingError where the disk does not take what a run writes
 * @throws Error with what a process said, where it failed otherwise
 */
export async function runInProcesses(processes: Processes): Promise<void> {
  const { runs, jobs } = processes;
  let next = 0;
  const take = (): number | undefined => (next < runs.length ? next++ : undefined);
  const stop = (): void => {
    next = runs.length;
  };
  const workers = Array.from({ length: Math.min(jobs, runs.length) }, () =>
    work(processes, take).catch((error: unknown) => {
      stop();
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** One process and all the runs that it is told to make. */
function work(
  { scenario, out, compare, runs, progress }: Processes,
  take: () => number | undefined,
): Promise<void> {
  const words = ['simulate', scenario, '--out', out, '--only', EACH_NAMED];
  if (compare !== undefined) words.push('--compare', compare);
  const child: Child = spawn(process.execPath, [COMMAND, ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let remarks = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    remarks = (remarks + text).slice(-REMARKS_CHARACTERS_MAX);
  });
  let at = take();
  let failure: Error | undefined;
  const tellNext = (): void => {
    if (at === undefined) child.stdin.end();
    else child.stdin.write(`${(runs[at] as StudyRunPlan).id}\n`);
  };
  const hear = (word: Word): void => {
    if (at === undefined) return;
    if ('slots' in word) progress.at(at, word.slots);
    else if ('failed' in word) {
      failure ??= failureOf(word);
      at = undefined;
      tellNext();
    } else {
      progress.done(at);
      at = take();
      tellNext();
    }
  };
  createInterface({ input: child.stdout }).on('line', (line) => hear(JSON.parse(line) as Word));
  return new Promise((resolve, reject) => {
    // A process that is gone is told of by its end.
    child.stdin.on('error', () => child.stdin.destroy());
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (failure !== undefined) reject(failure);
      else if (status === 0 && at === undefined) resolve();
      else reject(new Error(`runs: a process ended with ${signal ?? status}: ${remarks.trim()}`));
    });
    tellNext();
  });
}

function failureOf({ run, failed, fault }: Extract<Word, { failed: string }>): Error {
  if (fault === 'input') return new UnusableFileError(failed);
  return fault === 'disk' ? new MissingError(failed) : new Error(`run ${run}: ${failed}`);
}
