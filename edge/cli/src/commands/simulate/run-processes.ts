/** Runs of a study side by side, each in a process of its own: nothing is shared but the folder. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StudyRunPlan } from '@commonwatt/simulator';
import type { Progress } from './progress.ts';

const COMMAND = fileURLToPath(new URL('../../../bin/commonwatt.js', import.meta.url));
const REMARKS_CHARACTERS_MAX = 4_000;

export interface Processes {
  readonly scenario: string;
  readonly out: string;
  readonly compare: string | undefined;
  readonly jobs: number;
  readonly runs: readonly StudyRunPlan[];
  readonly progress: Progress;
}

/** @throws Error with what a run said, where one fails; runs that are done stay done */
export async function runInProcesses(processes: Processes): Promise<void> {
  const { runs, jobs } = processes;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < runs.length) {
      const at = next;
      next += 1;
      await runOne(processes, at);
    }
  };
  const workers = Array.from({ length: Math.min(jobs, runs.length) }, worker);
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

function runOne({ scenario, out, compare, runs, progress }: Processes, at: number): Promise<void> {
  const { id } = runs[at] as StudyRunPlan;
  const words = ['simulate', scenario, '--out', out, '--only', id];
  if (compare !== undefined) words.push('--compare', compare);
  const child = spawn(process.execPath, [COMMAND, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let remarks = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    remarks = (remarks + text).slice(-REMARKS_CHARACTERS_MAX);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    progress.at(at, (JSON.parse(line) as { slots: number }).slots);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status === 0) resolve();
      else reject(new Error(`run ${id}: ended with ${signal ?? status}: ${remarks.trim()}`));
    });
  });
}
