/**
 * A copy of a ledger's folder, taken while a node may be working on it: one read transaction of LMDB
 * sees the blocks of one moment, and the head that is written beside them names the last of those.
 * A backup is marked as one: a node that went on from it unsaid would sign a second history.
 */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeRecord, equalBytes, headerHash, type StoredHead } from '@commonwatt/ledger';
import { open } from 'lmdb';
import { checkEnvironment } from './environment-check.ts';
import { readHeadFile, syncDirectory, writeHeadFile } from './head-file.ts';
import { backupMark, LmdbStorage, storePaths } from './lmdb-storage.ts';
import { lockHolder } from './lock-file.ts';
import { NodeCrypto } from './node-crypto.ts';
import { StoreDamagedError } from './store-errors.ts';

const MEND = 'Take the backup again, or from another copy of the ledger';

export interface StoreCopy {
  /** The last block in the copy; nothing where there is none yet. */
  readonly head: StoredHead | undefined;
}

/**
 * Copies blocks, genesis document and head into a new or empty folder. Durable when it resolves.
 * @throws StoreDamagedError when the source, or what came of it, is not whole.
 */
export async function backupStore(from: string, to: string): Promise<StoreCopy> {
  mkdirSync(to, { recursive: true });
  writeFileSync(backupMark(to), 'a backup: go on from it with commonwatt restore\n');
  return copyStore(from, to);
}

/** The same without the mark: a ledger to go on with. For `restore` alone. */
export async function copyStore(from: string, to: string): Promise<StoreCopy> {
  const [source, copy] = [storePaths(from), storePaths(to)];
  if (existsSync(copy.data)) throw new Error(`${to}: expected a folder without a ledger`);
  // The head before the blocks: whatever it names is among them.
  const content = readHeadFile(source.head);
  if (content === undefined || !existsSync(source.data)) {
    throw new StoreDamagedError(source.head, 'there is no whole ledger here', MEND);
  }
  // The library trusts what it maps. A file at work is checked in its copy, which stands still.
  const before = storeHolder(from) === undefined ? checkEnvironment(source.data) : undefined;
  if (typeof before === 'string') throw new StoreDamagedError(source.data, before, MEND);
  mkdirSync(copy.blocks, { recursive: true });
  const environment = open({ path: source.blocks, readOnly: true, maxDbs: 1 });
  try {
    await environment.backup(copy.blocks, false);
  } finally {
    await environment.close();
  }
  const found = checkEnvironment(copy.data);
  if (typeof found === 'string') throw new StoreDamagedError(copy.data, found, MEND);
  await syncFile(copy.data);
  await syncDirectory(copy.blocks);
  // Provisional: the blocks are opened under it, and it names the least that must be there.
  await writeHeadFile(copy.head, content);
  const head = await lastBlock(to, content.head);
  await writeHeadFile(copy.head, { genesisHash: content.genesisHash, head });
  await syncDirectory(dirname(copy.head));
  return { head };
}

/** The last block of the copy, which the acknowledged one of the source must be among. */
async function lastBlock(
  directory: string,
  acknowledged: StoredHead | undefined,
): Promise<StoredHead | undefined> {
  const storage = new LmdbStorage(directory, { readOnly: true });
  try {
    const last = storage.lastHeight();
    const least = acknowledged && hashAt(storage, acknowledged.height);
    if (acknowledged !== undefined && !(least && equalBytes(least, acknowledged.hash))) {
      const { data } = storePaths(directory);
      const reason = `the block at height ${acknowledged.height} is not the one that the head names`;
      throw new StoreDamagedError(data, reason, MEND);
    }
    const hash = last === undefined ? undefined : hashAt(storage, last);
    return last === undefined || hash === undefined ? undefined : { height: last, hash };
  } finally {
    await storage.close();
  }
}

function hashAt(storage: LmdbStorage, height: number): Uint8Array | undefined {
  const record = storage.record(height);
  if (record === undefined) return undefined;
  try {
    return headerHash(new NodeCrypto(), decodeRecord(record).header);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreDamagedError(storage.directory, `height ${height}: ${reason}`, MEND);
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await openFile(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether a folder is a backup and not a ledger to go on with. */
export function isBackup(directory: string): boolean {
  return existsSync(backupMark(directory));
}

/** The process that has a ledger's folder open for writing; nothing where none has. */
export function storeHolder(directory: string): number | undefined {
  return lockHolder(storePaths(directory).lock);
}
