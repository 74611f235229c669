/** Files of a study are there whole or not at all; a disk that does not take one is told of by the file's name. */

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFault } from '@commonwatt/consensus';

/** Behind the name of a file that is not whole yet. */
export const UNFINISHED = '.partial';
/** More than a store of blocks begins with. */
const STORE_BYTES = 1 << 17;

const FULL: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk has no more room for this user'],
  ['EFBIG', 'the file may not grow longer on this machine'],
]);

/** A disk that does not take what a study writes. What was finished before stays. */
export class StudyWriteError extends Error {
  override readonly name = 'StudyWriteError';
  readonly file: string;
  constructor(file: string, cause: unknown) {
    super(
      `${file}: ${reasonOf(file, cause)}. Every run that is finished is kept: ` +
        'once that is mended, the same command goes on from there',
      { cause },
    );
    this.file = file;
  }
}

/** @throws StudyWriteError where the operating system refuses */
export function writing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw writeErrorOf(file, error) ?? error;
  }
}

/** What the disk refused, of whatever was thrown; nothing where it was no disk. */
export function writeErrorOf(file: string, error: unknown): StudyWriteError | undefined {
  if (error instanceof StudyWriteError) return error;
  if (error instanceof Error && 'syscall' in error) return new StudyWriteError(file, error);
  return undefined;
}

/**
 * Writes a file beside its place and renames it into it.
 * @throws StudyWriteError
 */
export function writeWhole(file: string, content: string): void {
  const beside = `${file}${UNFINISHED}`;
  try {
    writeFileSync(beside, content);
    renameSync(beside, file);
  } catch (error) {
    // What room there is is asked before the half file gives its own back.
    const told = writeErrorOf(file, error) ?? error;
    rmSync(beside, { force: true });
    throw told;
  }
}

/**
 * A store of blocks maps its files into memory: begun where they do not fit, it would end the process without a word.
 * @throws StudyWriteError
 */
export function requireRoom(folder: string): void {
  const file = join(folder, `room${UNFINISHED}`);
  try {
    writing(file, () => writeFileSync(file, new Uint8Array(STORE_BYTES)));
  } finally {
    rmSync(file, { force: true });
  }
}

function reasonOf(file: string, cause: unknown): string {
  if (!(cause instanceof Error)) return writeFault(file, cause);
  const full = FULL.get((cause as NodeJS.ErrnoException).code ?? '');
  return full === undefined ? writeFault(file, cause) : `${full} (${cause.message})`;
}
