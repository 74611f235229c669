/** The personal records of a ledger's folder, or of a ledger in memory. */

import { join } from 'node:path';
import { nodeRandom as random } from '@commonwatt/consensus';
import type { Crypto } from '@commonwatt/ledger';
import { MasterKeyFile, MemoryMasterKeys, StandingMasterKey } from './master-key.ts';
import { guardsOf, PersonalVault } from './personal-vault.ts';
import { openRecordSnapshot } from './record-snapshot.ts';
import { MemoryRecordStore, openRecordStore, type RecordStoreFailedError } from './record-store.ts';

/** DIR/personal beside DIR/blocks, with the master key in it. */
export function openVault(
  dir: string | undefined,
  crypto: Crypto,
  onFailure?: (fault: RecordStoreFailedError) => void,
): PersonalVault {
  if (dir === undefined) {
    const masterKeys = new MemoryMasterKeys(random);
    return new PersonalVault({ store: new MemoryRecordStore(), masterKeys, crypto, random });
  }
  const path = join(dir, 'personal');
  const store = openRecordStore(path, onFailure);
  return new PersonalVault({ store, masterKeys: new MasterKeyFile(path, random), crypto, random });
}

/**
 * The personal records of a folder as they are now, beside the node that may work on them. They are
 * read from one moment; see record-snapshot.ts for what may be written.
 */
export function openVaultBeside(dir: string, crypto: Crypto): PersonalVault {
  const path = join(dir, 'personal');
  const store = openRecordSnapshot(path, guardsOf);
  try {
    return new PersonalVault({ store, masterKeys: new StandingMasterKey(path), crypto, random });
  } catch (error) {
    void store.close();
    throw error;
  }
}
