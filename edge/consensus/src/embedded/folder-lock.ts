/**
 * One process at a time in a folder that has no store of its own. Locks are numbered: who finds only those of
 * processes that are gone makes the next one, which the file system gives to one of many, then looks again and takes
 * the old ones away. No lock is written over and none is taken away that somebody may just have taken.
 */

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { leaveLock, lockHolder, makeLock } from './lock-file.ts';

/** How often another one may be quicker to a lock, and then be gone. */
const TRIES_MAX = 100;
const DRAFT = '.draft';
const LAYOUT = /^[1-9][0-9]{0,9}(?:\.draft)?$/;

/** Another process is at work in the folder. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
  readonly folder: string;
  readonly processId: number;
  constructor(folder: string, processId: number) {
    super(`${folder}: process ${processId} is at work in this folder`);
    this.folder = folder;
    this.processId = processId;
  }
}

/**
 * Takes the folder, which exists, in locks that are called `name` and a number, and answers with what leaves it.
 * @throws FolderInUseError when a live process has it
 */
export function lockFolder(folder: string, name: string): () => void {
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    const found = locksIn(folder, name);
    requireFree(folder, found);
    const file = join(folder, `${name}.${highestOf(found) + 1}`);
    if (!makeLock(file, join(folder, `${name}.${process.pid}${DRAFT}`))) continue;
    try {
      // Somebody who looked before this lock was made may have made one of another number since.
      requireFree(
        folder,
        locksIn(folder, name).filter((one) => one !== file),
      );
    } catch (error) {
      leaveLock(file);
      throw error;
    }
    for (const left of found) if (lockHolder(left) === undefined) rmSync(left, { force: true });
    return () => leaveLock(file);
  }
  throw new Error(`${folder}: expected a lock within ${TRIES_MAX} tries`);
}

/** Whether a file is such a lock, or was to become one. */
export function isFolderLock(file: string, name: string): boolean {
  return file.startsWith(`${name}.`) && LAYOUT.test(file.slice(name.length + 1));
}

function locksIn(folder: string, name: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => isFolderLock(file, name))
    .map((file) => join(folder, file));
}

function highestOf(locks: readonly string[]): number {
  const numbers = locks
    .filter((file) => !file.endsWith(DRAFT))
    .map((file) => Number(file.slice(file.lastIndexOf('.') + 1)));
  return Math.max(0, ...numbers);
}

/** Whoever has no more than a draft has nothing. */
function requireFree(folder: string, locks: readonly string[]): void {
  for (const file of locks) {
    if (file.endsWith(DRAFT)) continue;
    const holder = lockHolder(file);
    if (holder !== undefined) throw new FolderInUseError(folder, holder);
  }
}
