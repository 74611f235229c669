/** `commonwatt reproduce NAME`: an experiment beside its paper, ours and theirs. */

import { existsSync } from 'node:fs';
import {
  type Experiment,
  experiments,
  isAsExpected,
  type Reproduction,
} from '@commonwatt/experiments';
import { ProfileFileError } from '@commonwatt/simulator';
import { STATUS, type Status } from '../terminal/status.ts';
import { formatTable } from '../terminal/table.ts';
import { print, printJson, type Terminal } from '../terminal/terminal.ts';
import { UnusableFileError, UsageError } from '../terminal/usage-error.ts';

export interface ReproduceOptions {
  readonly list?: boolean;
  readonly profiles?: string;
  readonly json?: boolean;
}

/** Done where each row comes out as the experiment's folder expects, no otherwise. */
export async function reproduce(
  terminal: Terminal,
  name: string | undefined,
  options: ReproduceOptions,
  known: readonly Experiment[] = experiments,
): Promise<Status> {
  if (options.list) return list(terminal, known, options.json ?? false);
  const experiment = known.find((one) => one.name === name);
  if (experiment === undefined) {
    const names = known.map((one) => one.name).join(', ');
    throw new UsageError('reproduce', `${names}, or --list`, name ?? 'no name');
  }
  const { profiles } = options;
  if (experiment.needsProfiles === true && profiles === undefined) {
    throw new UsageError('--profiles', `a folder of profiles for ${experiment.name}`, 'nothing');
  }
  const reproduction = await computed(experiment, profiles);
  const asExpected = isAsExpected(reproduction);
  if (options.json) printJson(terminal, { ...reproduction, asExpected });
  else print(terminal, textOf(experiment, reproduction, asExpected));
  return asExpected ? STATUS.done : STATUS.no;
}

/** @throws UnusableFileError where the folder of profiles cannot be read */
async function computed(
  experiment: Experiment,
  profiles: string | undefined,
): Promise<Reproduction> {
  if (profiles === undefined) return experiment.run({});
  if (!existsSync(profiles)) {
    throw new UsageError('--profiles', 'a folder that is there', profiles);
  }
  try {
    return await experiment.run({ profiles });
  } catch (error) {
    if (error instanceof ProfileFileError) throw new UnusableFileError(error.message);
    throw error;
  }
}

function list(terminal: Terminal, known: readonly Experiment[], json: boolean): Status {
  const rows = known.map(({ name, paper, claim }) => ({ name, paper, claim }));
  if (json) printJson(terminal, rows);
  else {
    for (const { name, paper, claim } of rows) print(terminal, `${name}: ${paper}\n  ${claim}`);
  }
  return STATUS.done;
}

function textOf(
  { paper, claim }: Experiment,
  { parts }: Reproduction,
  asExpected: boolean,
): string {
  const columns = ['', 'ours', 'theirs', 'outcome', ''].map((heading) => ({ heading }));
  const tables = parts.map(({ title, comparisons }) => {
    const rows = comparisons.map(({ name, ours, theirs, found, expected, note }) => [
      name,
      ours,
      theirs,
      found === expected ? `${found}, as expected` : `${found}, EXPECTED ${expected}`,
      note,
    ]);
    return `${title}\n${formatTable(columns, rows)}`;
  });
  const count = parts.reduce((sum, { comparisons }) => sum + comparisons.length, 0);
  const verdict = asExpected
    ? `all ${count} rows came out as expected`
    : 'some rows did not come out as expected';
  return [`${paper}\nClaim: ${claim}`, ...tables, verdict].join('\n\n');
}
