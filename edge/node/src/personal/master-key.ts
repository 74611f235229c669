/**
 * The node's master key, under which every person's data key is wrapped. On disk it is one file that
 * its owner alone may read. It is replaced when a person is erased, so that the wrapped key that may
 * linger in freed pages of the store, or in an old copy of it, opens no more.
 *
 *   DIR/master.key        the key in use, 64 hex digits
 *   DIR/master.key.next   the key that follows, written before the store is wrapped anew
 */

import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fromHex, type Random, toHex } from '@commonwatt/ledger';
import { SEALING_KEY_LENGTH } from './sealing.ts';

export interface MasterKeys {
  /** The key whose name the store carries, or a new one for a store that carries none. */
  current(isNamed: (key: Uint8Array) => boolean): Uint8Array | undefined;
  /** A key to follow; kept beside the present one until `adopt`. */
  next(): Uint8Array;
  /** The store is wrapped under the key made by `next`: the one before is destroyed. */
  adopt(): void;
}

const OWNER_ONLY = 0o600;
const LAYOUT = /^[0-9a-f]{64}\n$/;

export class MasterKeyFile implements MasterKeys {
  readonly #path: string;
  readonly #nextPath: string;
  readonly #random: Random;

  constructor(directory: string, random: Random) {
    this.#path = join(directory, 'master.key');
    this.#nextPath = join(directory, 'master.key.next');
    this.#random = random;
  }

  current(isNamed: (key: Uint8Array) => boolean): Uint8Array | undefined {
    // The process may have ended before or after the store changed over to the next key.
    const next = readKey(this.#nextPath);
    if (next !== undefined && isNamed(next)) {
      this.adopt();
      return next;
    }
    destroy(this.#nextPath);
    const key = readKey(this.#path);
    if (key !== undefined) return isNamed(key) ? key : undefined;
    const made = this.#random.bytes(SEALING_KEY_LENGTH);
    if (!isNamed(made)) return undefined;
    writeKey(this.#path, made);
    return made;
  }

  next(): Uint8Array {
    const key = this.#random.bytes(SEALING_KEY_LENGTH);
    writeKey(this.#nextPath, key);
    return key;
  }

  adopt(): void {
    overwrite(this.#path);
    renameSync(this.#nextPath, this.#path);
    syncFolder(dirname(this.#path));
  }
}

/** The key of a folder that another process may work in: neither file is touched. */
export class StandingMasterKey implements MasterKeys {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  current(isNamed: (key: Uint8Array) => boolean): Uint8Array | undefined {
    const paths = ['master.key', 'master.key.next'].map((name) => join(this.#directory, name));
    return paths.map(readKey).find((key) => key !== undefined && isNamed(key));
  }

  next(): never {
    throw new Error('master key: expected the process that owns it to replace it');
  }

  adopt(): never {
    return this.next();
  }
}

/** Writes the key that is named into another folder. */
export function copyMasterKey(
  keys: MasterKeys,
  isNamed: (key: Uint8Array) => boolean,
  directory: string,
): void {
  const key = keys.current(isNamed);
  if (key === undefined) throw new Error('master key: expected the one that the records name');
  writeKey(join(directory, 'master.key'), key);
}

/** A master key that ends with the process. */
export class MemoryMasterKeys implements MasterKeys {
  readonly #random: Random;
  #key: Uint8Array;

  constructor(random: Random) {
    this.#random = random;
    this.#key = random.bytes(SEALING_KEY_LENGTH);
  }

  current(isNamed: (key: Uint8Array) => boolean): Uint8Array | undefined {
    return isNamed(this.#key) ? this.#key : undefined;
  }

  next(): Uint8Array {
    this.#key = this.#random.bytes(SEALING_KEY_LENGTH);
    return this.#key;
  }

  adopt(): void {}
}

function readKey(path: string): Uint8Array | undefined {
  if (!existsSync(path)) return undefined;
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const got = mode.toString(8).padStart(4, '0');
    throw new Error(`${path}: expected mode 0600, got ${got}: chmod 600 it`);
  }
  const text = readFileSync(path, 'latin1');
  if (!LAYOUT.test(text)) throw new Error(`${path}: expected 64 hex digits and a line end`);
  return fromHex(text.trimEnd());
}

/** Under its name the file is whole or not there at all. */
function writeKey(path: string, key: Uint8Array): void {
  const beside = `${path}.new`;
  destroy(beside);
  const file = openSync(beside, 'wx', OWNER_ONLY);
  try {
    fchmodSync(file, OWNER_ONLY);
    writeFileSync(file, `${toHex(key)}\n`, 'latin1');
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  syncFolder(dirname(path));
}

/** Zeros over the key that was: as much as a file system lets a program do. */
function overwrite(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r+');
  try {
    writeSync(file, '0'.repeat(64), 0, 'latin1');
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function destroy(path: string): void {
  overwrite(path);
  rmSync(path, { force: true });
}

/** The new name is durable once its folder is; Windows has no way to ask for that. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
