/** `commonwatt simulate init` and `schema`: where a study begins. */

import { existsSync, writeFileSync } from 'node:fs';
import { initialScenario, ProfileFileError, scenarioJsonSchema } from '@commonwatt/simulator';
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';

export interface SimulateInitOptions {
  readonly profiles: string;
  readonly out: string;
}

/** Names what it assumed; a file that is there already is left alone. */
export function simulateInit(terminal: Terminal, { profiles, out }: SimulateInitOptions): Status {
  if (existsSync(out)) throw new UsageError('--out', 'a file that is not there yet', out);
  const { text, assumptions } = initial(profiles, out);
  writeFileSync(out, text, { flag: 'wx' });
  for (const sentence of assumptions) print(terminal, `assumed: ${sentence}`);
  print(terminal, `wrote ${out}; next: commonwatt simulate ${out} --out study`);
  return STATUS.done;
}

export function simulateSchema(terminal: Terminal): Status {
  print(terminal, JSON.stringify(scenarioJsonSchema(), null, 2));
  return STATUS.done;
}

function initial(profiles: string, out: string) {
  try {
    return initialScenario(profiles, out);
  } catch (error) {
    const isFolder = error instanceof Error && 'code' in error && 'path' in error;
    if (!(error instanceof ProfileFileError) && !isFolder) throw error;
    throw new UsageError('--profiles', 'a folder of profiles that can be read', error.message);
  }
}
