/**
 * A copy of the stores beside a ledger's blocks: personal records, the archive of bills and the
 * mailbox, taken while a node may be working on them. Each is as it was at one moment, after the moment
 * of the blocks: what the ledger rests on is among the records. The keys of sealed records can be
 * written apart, so that whoever gets the copy alone can read nothing of it.
 */

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeCrypto, nodeRandom as random } from '@commonwatt/consensus';
import { open } from 'lmdb';
import { copyMasterKey, StandingMasterKey } from './master-key.ts';
import { guardsOf, PersonalVault, VaultDamagedError } from './personal-vault.ts';
import { openRecordSnapshot } from './record-snapshot.ts';

const STORES = [
  { name: 'personal', isSealed: true },
  { name: 'bills', isSealed: true },
  { name: 'mailbox', isSealed: false },
] as const;

export type RecordStoreName = (typeof STORES)[number]['name'];

/** How often a store is copied anew where its master key was replaced meanwhile. */
const ATTEMPTS = 5;
/** Only the operator's own account may read the folders. */
const OWNER_ONLY = 0o700;

export interface RecordsCopy {
  readonly from: string;
  readonly to: string;
  /** Where the master keys are, one folder for each store; in the stores themselves unless given. */
  readonly keysFrom?: string | undefined;
  /** Where they go, the same. */
  readonly keysTo?: string | undefined;
}

/**
 * Copies the stores that are there; durable when it resolves.
 * @throws VaultDamagedError where records and master key do not belong together
 */
export async function copyRecords(copy: RecordsCopy): Promise<readonly RecordStoreName[]> {
  const { from, to, keysFrom = from, keysTo = to } = copy;
  const copied: RecordStoreName[] = [];
  for (const { name, isSealed } of STORES) {
    if (!existsSync(join(from, name, 'data.mdb'))) continue;
    const keys = isSealed ? { from: join(keysFrom, name), to: join(keysTo, name) } : undefined;
    await copyStore(join(from, name), join(to, name), keys);
    copied.push(name);
  }
  return copied;
}

async function copyStore(
  from: string,
  to: string,
  keys: { readonly from: string; readonly to: string } | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    mkdirSync(to, { recursive: true, mode: OWNER_ONLY });
    const environment = open({ path: from, readOnly: true, maxDbs: 1 });
    try {
      await environment.backup(to, false);
    } finally {
      await environment.close();
    }
    if (keys === undefined) break;
    try {
      await copyKey(to, keys);
      break;
    } catch (error) {
      // Somebody was erased between the records and the key: both are other ones now.
      if (!(error instanceof VaultDamagedError) || attempt === ATTEMPTS) throw error;
      rmSync(join(to, 'data.mdb'));
    }
  }
  await synced(join(to, 'data.mdb'), 'r+');
  await synced(to, 'r');
}

/** The key that the copied records name. @throws VaultDamagedError where it is not there */
async function copyKey(
  records: string,
  keys: { readonly from: string; readonly to: string },
): Promise<void> {
  const store = openRecordSnapshot(records, guardsOf);
  const masterKeys = new StandingMasterKey(keys.from);
  let vault: PersonalVault;
  try {
    vault = new PersonalVault({ store, masterKeys, crypto: new NodeCrypto(), random });
  } catch (error) {
    await store.close();
    throw error;
  }
  try {
    mkdirSync(keys.to, { recursive: true, mode: OWNER_ONLY });
    const isNamed = (key: Uint8Array): boolean => vault.isSealedUnder(key);
    copyMasterKey(masterKeys, isNamed, keys.to);
  } finally {
    await vault.close();
  }
}

/** Windows has no way to sync a folder. */
async function synced(path: string, how: 'r' | 'r+'): Promise<void> {
  if (process.platform === 'win32' && how === 'r') return;
  const handle = await openFile(path, how);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
