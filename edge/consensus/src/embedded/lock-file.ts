/**
 * One process per folder. The lock names its holder so that a lock left behind by a killed process
 * is recognised: a process number alone is not enough, because numbers are given out again (and in
 * a container every start has the same one), so the moment the process started is compared too. The
 * file names itself by its inode: the lock in a copy of the folder holds nobody.
 *
 * A store takes and leaves its lock inside a write transaction, which the operating system grants to
 * one process at a time: two processes that find a stale lock cannot both take it. A folder without a
 * store is claimed by a lock that is made whole or not at all (folder-lock.ts).
 */

import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { StoreLockedError } from './store-errors.ts';

interface Holder {
  readonly processId: number;
  /** When the process started, as the operating system counts it; '-' where it does not tell. */
  readonly startedAt: string;
  readonly inode: string;
}

/** Files this very process holds, where the operating system does not tell starts apart. */
const held = new Set<string>();

const UNKNOWN = '-';
const ENDED = '';
const LAYOUT = /^([1-9][0-9]{0,9}) (\S+) ([0-9]+)\n$/;

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES';
}

/** The start of a process since boot, with the boot's name, from Linux; unknown elsewhere. */
function startOf(processId: number): string {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'latin1');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    // The name in parentheses may hold anything; field 22 is the twentieth after it (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Killed, though nobody has asked yet how it ended: its files are closed.
    return fields[0] === 'Z' ? ENDED : `${boot}/${fields[19]}`;
  } catch (error) {
    if (isMissing(error)) return UNKNOWN;
    throw error;
  }
}

function readHolder(file: string): Holder | undefined {
  let text: string;
  let inode: string;
  try {
    text = readFileSync(file, 'latin1');
    inode = `${statSync(file, { bigint: true }).ino}`;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const parts = LAYOUT.exec(text);
  // A torn lock was being written by a process that died: nobody holds it.
  if (parts === null || parts[3] !== inode) return undefined;
  return { processId: Number(parts[1]), startedAt: parts[2] as string, inode };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The live process that holds the lock; nothing where the lock is free or stale. */
export function lockHolder(file: string): number | undefined {
  if (held.has(file)) return process.pid;
  const holder = readHolder(file);
  if (holder === undefined || !isAlive(holder.processId)) return undefined;
  const startedAt = startOf(holder.processId);
  if (startedAt === UNKNOWN || holder.startedAt === UNKNOWN) {
    return holder.processId === process.pid ? undefined : holder.processId;
  }
  return startedAt === holder.startedAt ? holder.processId : undefined;
}

/** @throws StoreLockedError when a live process holds it. */
export function takeLock(file: string): void {
  const holder = lockHolder(file);
  if (holder !== undefined) throw new StoreLockedError(file, holder);
  writeLock(file);
  held.add(file);
}

/** Puts this process down as the holder in a file that is begun anew. */
function writeLock(file: string): void {
  const descriptor = openSync(file, 'w', 0o644);
  try {
    const { ino } = fstatSync(descriptor, { bigint: true });
    writeSync(descriptor, `${process.pid} ${startOf(process.pid)} ${ino}\n`);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes the lock as a whole, through `draft` beside it. False where a file of its name was there first, or somebody took
 * the draft for one that was left behind.
 */
export function makeLock(file: string, draft: string): boolean {
  try {
    writeLock(draft);
    linkSync(draft, file);
    held.add(file);
    return true;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === 'link' && (code === 'EEXIST' || code === 'ENOENT')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

export function leaveLock(file: string): void {
  if (!held.delete(file)) return;
  rmSync(file, { force: true });
}
