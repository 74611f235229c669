/** `commonwatt simulate init` and `schema`: where a study begins. */

import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type ImportedMembers,
  initialScenario,
  ProfileFileError,
  scenarioJsonSchema,
} from '@commonwatt/simulator';
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, type Terminal } from '../../terminal/terminal.ts';
import { UnusableFileError, UsageError } from '../../terminal/usage-error.ts';
import { importMembers } from './init-import.ts';

export interface SimulateInitOptions {
  readonly profiles: string;
  readonly out: string;
  /** A built-in import profile's name, or a file; detected for each file otherwise. */
  readonly profile?: string;
  /** Of times without an offset, where the profile is detected. */
  readonly zone?: string;
}

/**
 * Names what it assumed. A file that is there already is left alone; where anything cannot be read,
 * nothing is written.
 */
export async function simulateInit(
  terminal: Terminal,
  options: SimulateInitOptions,
): Promise<Status> {
  const { profiles, out } = options;
  if (existsSync(out)) throw new UsageError('--out', 'a file that is not there yet', out);
  if (!isFolder(dirname(out))) {
    throw new UsageError('--out', 'a file in a folder that is there', out);
  }
  if (!isFolder(profiles)) {
    throw new UsageError('--profiles', 'a folder of profiles that can be read', profiles);
  }
  const directory = join(dirname(out), `${basename(out).replace(/\.ya?ml$/i, '')}-profiles`);
  const imported = await importMembers(terminal, { ...options, directory });
  const { text, assumptions } = initial(profiles, out, imported);
  write(out, text, imported);
  for (const sentence of assumptions) print(terminal, `assumed: ${sentence}`);
  if (imported !== undefined) print(terminal, `wrote ${directory}, the imported profiles`);
  print(terminal, `wrote ${out}; next: commonwatt simulate ${out} --out study`);
  return STATUS.done;
}

export function simulateSchema(terminal: Terminal): Status {
  print(terminal, JSON.stringify(scenarioJsonSchema(), null, 2));
  return STATUS.done;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function initial(profiles: string, out: string, imported: ImportedMembers | undefined) {
  try {
    return initialScenario(profiles, out, imported);
  } catch (error) {
    if (error instanceof ProfileFileError) throw new UnusableFileError(error.message);
    throw error;
  }
}

/** All files or none. */
function write(out: string, text: string, imported: ImportedMembers | undefined): void {
  if (imported === undefined) {
    writeFileSync(out, text, { flag: 'wx' });
    return;
  }
  const { directory, members } = imported;
  if (existsSync(directory)) {
    throw new UsageError('--out', `no folder ${directory} yet, for the imported profiles`, 'one');
  }
  mkdirSync(directory);
  try {
    for (const { load, plant } of members) {
      for (const one of [load, plant]) {
        if (one !== undefined) writeFileSync(join(directory, one.file), one.text, { flag: 'wx' });
      }
    }
    writeFileSync(out, text, { flag: 'wx' });
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw error;
  }
}
