/**
 * Small files that are there whole or not at all, readable by their owner alone: written beside
 * their place, synced, and moved into it in one step. Synchronous, so that within one process
 * nothing comes between reading a file and replacing it.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ALONE = 0o600;

export interface WholeFile {
  readonly path: string;
  readonly text: string;
  /** Whether a file that is there already gives way. */
  readonly overwrite: boolean;
}

/** Durable when it returns. False, and no change, where a file is there that may not give way. */
export function writeWholeFile({ path, text, overwrite }: WholeFile): boolean {
  const beside = `${path}.${randomBytes(8).toString('hex')}.new`;
  try {
    withFile(beside, 'wx', (file) => {
      fchmodSync(file, OWNER_ALONE);
      writeFileSync(file, text, 'utf8');
      fsyncSync(file);
    });
    // A link refuses to replace what is there, in the same step in which it would be made.
    if (overwrite) renameSync(beside, path);
    else linkSync(beside, path);
  } catch (fault) {
    if (hasCode(fault, 'EEXIST')) return false;
    throw fault;
  } finally {
    rmSync(beside, { force: true });
  }
  syncFolder(dirname(path));
  return true;
}

/** The new name is durable once its folder is; Windows has no way to ask for that. */
function syncFolder(path: string): void {
  if (process.platform !== 'win32') withFile(path, 'r', fsyncSync);
}

/**
 * The whole text as strict UTF-8; nothing where no such file is.
 * @throws an Error when it has more than `bytesMax` bytes or is not UTF-8.
 */
export function readWholeFile(path: string, bytesMax: number): string | undefined {
  const bytes = new Uint8Array(bytesMax + 1);
  let length = 0;
  try {
    withFile(path, 'r', (file) => {
      while (length < bytes.length) {
        const count = readSync(file, bytes, length, bytes.length - length, null);
        if (count === 0) break;
        length += count;
      }
    });
  } catch (fault) {
    if (hasCode(fault, 'ENOENT')) return undefined;
    throw fault;
  }
  if (length > bytesMax) throw new Error(`${path}: expected at most ${bytesMax} bytes`);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return decoder.decode(bytes.subarray(0, length));
}

function withFile(path: string, flags: 'r' | 'wx', use: (file: number) => void): void {
  const file = openSync(path, flags, OWNER_ALONE);
  try {
    use(file);
  } finally {
    closeSync(file);
  }
}

function hasCode(fault: unknown, code: string): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === code;
}
