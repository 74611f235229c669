/** What can be wrong with a ledger's folder. Each error names the file and what to do about it. */

import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file of the store is not what the node wrote. */
export class StoreDamagedError extends Error {
  override readonly name = 'StoreDamagedError';
  readonly file: string;
  readonly mend: string;
  constructor(file: string, reason: string, mend: string) {
    super(`${file}: ${reason}. ${mend}`);
    this.file = file;
    this.mend = mend;
  }
}

/** Another process works on the folder. */
export class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
  readonly file: string;
  readonly processId: number;
  constructor(file: string, processId: number) {
    super(
      `${file}: process ${processId} has this ledger open. ` +
        'Stop it first, or open a copy of the folder',
    );
    this.file = file;
    this.processId = processId;
  }
}

/**
 * Why a write failed, in words for the operator. LMDB tells a full disk like every other fault of writing
 * (`Input/output error`), so what room there is stands beside it.
 */
export function writeFault(file: string, cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const free = freeBytes(file);
  if (free === undefined) return reason;
  const room = free < FULL_BYTES ? 'the disk is full' : 'there is room on the disk';
  return `${reason}; ${room} (${free} bytes free)`;
}

/** Less than this, and the next block may not fit. */
const FULL_BYTES = 1_048_576;

function freeBytes(file: string): number | undefined {
  for (const path of [file, dirname(file)]) {
    try {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    } catch {
      // A file that could not be made yet: its folder tells as much.
    }
  }
  return undefined;
}

/** The disk did not take what had to be durable. The store takes nothing more until it is reopened. */
export class StoreFailedError extends Error {
  override readonly name = 'StoreFailedError';
  readonly file: string;
  constructor(file: string, height: number, cause: unknown) {
    super(
      `${file}: block ${height} was not made durable: ${writeFault(file, cause)}. ` +
        'Mend the disk and restart: the last acknowledged block still stands',
      { cause },
    );
    this.file = file;
  }
}
