/** The personal records of a ledger's folder, or of a ledger in memory. */

import { join } from 'node:path';
import { nodeRandom as random } from '@commonwatt/consensus';
import type { Crypto } from '@commonwatt/ledger';
import { MasterKeyFile, MemoryMasterKeys } from './master-key.ts';
import { PersonalVault } from './personal-vault.ts';
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
