/** A study's folder: whose it is, and who is at work in it. */

import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { isFolderLock, lockFolder } from '@commonwatt/consensus';
import { writing } from './study-file.ts';

/** Below it stands every run that is finished. */
export const RUNS = 'runs';
/** With a number, the file that says which process has the folder. */
const LOCK = 'study.lock';

/** Whether a folder is new, empty or a study's: another one is nobody's to write into. */
export function mayHoldStudy(folder: string): boolean {
  if (!existsSync(folder)) return true;
  const names = readdirSync(folder);
  return names.includes(RUNS) || names.every((name) => isFolderLock(name, LOCK));
}

interface StudyName {
  readonly scenario: string;
  readonly seed: number;
}

/** Whose a finished study is; null where the folder holds none, or one that did not come to its end. */
export function studyIn(folder: string): StudyName | null {
  const manifest = join(folder, 'manifest.json');
  if (!existsSync(manifest)) return null;
  try {
    const { scenario, seed } = JSON.parse(readFileSync(manifest, 'utf8'));
    return typeof scenario === 'string' && typeof seed === 'number' ? { scenario, seed } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Takes a study's folder for this process, until it calls what it gets back, or ends in whatever way.
 * @throws FolderInUseError when another process has it
 * @throws StudyWriteError where there is no room for a lock
 */
export function takeStudyFolder(folder: string): () => void {
  return writing(folder, () => lockFolder(folder, LOCK));
}

/** Takes away what a study that failed at once left of its folder. */
export function forgetEmpty(folder: string): void {
  for (const place of [join(folder, RUNS), folder]) {
    try {
      if (existsSync(place) && readdirSync(place).length === 0) rmdirSync(place);
    } catch (error) {
      // A disk of its own stays where it is, and so does what is no folder or what somebody just wrote into.
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['EBUSY', 'ENOTDIR', 'ENOTEMPTY', 'EPERM', 'ENOENT'].includes(code)) throw error;
    }
  }
}
