/**
 * Measured profiles from a folder of CSV files: `timestamp,electricity`, Unix seconds at the start
 * of each quarter hour (UTC) and the mean power of it in watts, or per unit of installed power for
 * solar plants. The file's name says what it is:
 *
 *   hh_*.csv home, office_*.csv office, factory_*.csv factory, pv_*.csv solar plant;
 *   retailer_*.csv holds tariffs and is skipped with a note.
 *
 * What is merely odd (a profile that repeats another, a short gap, a repeated row) is reported and
 * read on; what cannot be read stops with every fault named by file, line and column.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatInstant, type MeanPower } from '@commonwatt/units';
import { type ProfileFault, ProfileFileError, type RowFinding, readRows } from './profile-rows.ts';

export type ProfileKind = 'home' | 'office' | 'factory' | 'solar-plant';

export interface Profile {
  readonly file: string;
  readonly kind: ProfileKind;
  /** Start of the first quarter hour; the others follow without a gap. */
  readonly startMs: number;
  /** Mean power per quarter hour; of a solar plant, that of one installed watt. */
  readonly samples: readonly MeanPower[];
}

/** Something odd that did not stop the reading. */
export type ProfileFinding =
  | RowFinding
  | { readonly code: 'duplicate_profile'; readonly file: string; readonly duplicateOf: string }
  | { readonly code: 'skipped'; readonly file: string; readonly note: string };

export interface ProfileSet {
  readonly profiles: readonly Profile[];
  readonly findings: readonly ProfileFinding[];
}

export const PROFILE_FILES_MAX = 500;
export const PROFILE_FILE_BYTES_MAX = 64 * 1024 * 1024;

/** Reads every `*.csv` of a folder. @throws ProfileFileError, or the file system's own error. */
export function readProfiles(directory: string): ProfileSet {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.csv'))
    .sort();
  if (files.length === 0 || files.length > PROFILE_FILES_MAX) {
    throw new ProfileFileError([
      {
        file: directory,
        expected: `1 to ${PROFILE_FILES_MAX} files *.csv`,
        got: String(files.length),
      },
    ]);
  }
  return profilesFrom(files, (file) => {
    const path = join(directory, file);
    const { size } = statSync(path);
    if (size > PROFILE_FILE_BYTES_MAX) {
      const expected = `at most ${PROFILE_FILE_BYTES_MAX} bytes`;
      throw new ProfileFileError([{ file, expected, got: String(size) }]);
    }
    return readFileSync(path, 'utf8');
  });
}

/** The same from any source of texts; `files` are taken in the order of their names. */
export function profilesFrom(files: readonly string[], read: (file: string) => string): ProfileSet {
  const findings: ProfileFinding[] = [];
  const faults: ProfileFault[] = [];
  const profiles: Profile[] = [];
  for (const file of [...files].sort()) {
    const kind = kindOf(file);
    if (kind === undefined) {
      findings.push({ code: 'skipped', file, note: skippedNote(file) });
      continue;
    }
    const rows = readRows(file, read(file), kind === 'solar-plant' ? 'per-unit' : 'watts');
    findings.push(...rows.findings);
    faults.push(...rows.faults);
    profiles.push({ file, kind, startMs: rows.startMs, samples: rows.samples });
  }
  if (faults.length > 0) throw new ProfileFileError(faults);
  return withoutDuplicates(profiles, findings);
}

/** One sentence per finding, for a terminal. */
export function describeFinding(finding: ProfileFinding): string {
  const { file } = finding;
  switch (finding.code) {
    case 'duplicate_profile':
      return `${file}: equals ${finding.duplicateOf} sample for sample, only the latter is used`;
    case 'duplicate_row':
      return `${file}:${finding.line}: repeats the row before, read once`;
    case 'gap': {
      const from = formatInstant(finding.startMs);
      return `${file}:${finding.line}: ${finding.slots} quarter hours missing from ${from}, the value before is kept`;
    }
    case 'skipped':
      return `${file}: skipped, ${finding.note}`;
  }
}

function kindOf(file: string): ProfileKind | undefined {
  if (file.startsWith('hh_')) return 'home';
  if (file.startsWith('office_')) return 'office';
  if (file.startsWith('factory_')) return 'factory';
  if (file.startsWith('pv_')) return 'solar-plant';
  return undefined;
}

function skippedNote(file: string): string {
  if (file.startsWith('retailer_')) return 'a tariff is no profile';
  return 'the name begins with none of hh_, office_, factory_, pv_';
}

/** A rarer kind keeps a profile that several files hold: a street has one factory, many homes. */
const KEEPING_ORDER: readonly ProfileKind[] = ['factory', 'office', 'solar-plant', 'home'];

function withoutDuplicates(
  profiles: readonly Profile[],
  findings: readonly ProfileFinding[],
): ProfileSet {
  const keepers = new Map<string, Profile>();
  for (const kind of KEEPING_ORDER) {
    for (const profile of profiles) {
      if (profile.kind !== kind) continue;
      const content = contentOf(profile);
      if (!keepers.has(content)) keepers.set(content, profile);
    }
  }
  const kept: Profile[] = [];
  const duplicates: ProfileFinding[] = [];
  for (const profile of profiles) {
    const keeper = keepers.get(contentOf(profile));
    if (keeper === undefined || keeper === profile) kept.push(profile);
    else {
      const { file } = profile;
      duplicates.push({ code: 'duplicate_profile', file, duplicateOf: keeper.file });
    }
  }
  return { profiles: kept, findings: [...findings, ...duplicates] };
}

/** Equal for two profiles exactly when start and samples are; watts never equal shares. */
function contentOf({ kind, startMs, samples }: Profile): string {
  return `${kind === 'solar-plant' ? 'per unit' : 'watts'} ${startMs} ${samples.join(' ')}`;
}
