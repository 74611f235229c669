/** The files that a scenario depends on beside itself, with their hashes. */

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { PROFILE_FILE_BYTES_MAX } from '../households/profile-files.ts';
import { isModule } from './from-folder.ts';
import type { Scenario } from './scenario.ts';
import { type FaultAt, type Path, shown } from './scenario-error.ts';

export interface InputFile {
  /** From the folder of the scenario, with forward slashes. */
  readonly file: string;
  readonly sha256: string;
  /** `scenario` for the scenario itself and what it extends. */
  readonly role: 'scenario' | 'profile' | 'mechanism' | 'market';
}

/** Every file that the scenario names, as often as it does, and where. */
export function namedFiles(
  scenario: Scenario,
): readonly { readonly file: string; readonly role: InputFile['role']; readonly path: Path }[] {
  const { market, members } = scenario;
  const named: { file: string; role: InputFile['role']; path: Path }[] = [];
  if (isModule(market.mechanism)) {
    named.push({ file: market.mechanism, role: 'mechanism', path: ['market', 'mechanism'] });
  }
  for (const [name, file] of Object.entries(market.files)) {
    named.push({ file, role: 'market', path: ['market', 'files', name] });
  }
  for (const [at, { load, solar }] of members.entries()) {
    const path = (part: string) => ['members', at, part, 'file'];
    if (load !== undefined && 'file' in load) {
      named.push({ file: load.file, role: 'profile', path: path('load') });
    }
    if (solar !== undefined && 'file' in solar) {
      named.push({ file: solar.file, role: 'profile', path: path('solar') });
    }
  }
  return named;
}

/** Hashes files once each, however often they are named. */
export class InputFiles {
  private readonly directory: string;
  private readonly found = new Map<string, InputFile | FaultAt>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Takes in what a scenario names. Files that cannot be read come back as faults. */
  add(scenario: Scenario): readonly FaultAt[] {
    const faults: FaultAt[] = [];
    for (const { file, role, path } of namedFiles(scenario)) {
      const before = this.found.get(file);
      const now = before ?? this.look(file, role, path);
      if (before === undefined) this.found.set(file, now);
      if ('expected' in now) faults.push({ ...now, path });
    }
    return faults;
  }

  /** In the order of their names. */
  inputs(): readonly InputFile[] {
    const all = [...this.found.values()].filter((one) => 'sha256' in one);
    return all.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  }

  private look(file: string, role: InputFile['role'], path: Path): InputFile | FaultAt {
    const full = resolve(this.directory, file);
    const found = statSync(full, { throwIfNoEntry: false });
    if (found === undefined || !found.isFile()) {
      return { path, expected: 'a file that is there', got: shown(file) };
    }
    if (found.size > PROFILE_FILE_BYTES_MAX) {
      const expected = `a file of at most ${PROFILE_FILE_BYTES_MAX} bytes`;
      return { path, expected, got: `${found.size}` };
    }
    return { file, sha256: sha256OfFile(full), role };
  }
}

const CHUNK_BYTES = 1024 * 1024;

function sha256OfFile(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const count = readSync(file, chunk);
      if (count === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
