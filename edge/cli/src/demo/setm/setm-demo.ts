/** `commonwatt demo --case setm`. */

import { MemoryStorage, NodeCrypto, openLmdbStorage } from '@commonwatt/consensus';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { requireNewFolder } from '../new-folder.ts';
import { runSetmCase } from './setm-case.ts';
import { setmJson, setmText } from './setm-report.ts';

export interface SetmOptions {
  readonly dir?: string;
  readonly json?: boolean;
}

export async function setmDemo(terminal: Terminal, { dir, json }: SetmOptions): Promise<void> {
  if (dir !== undefined) requireNewFolder('--dir', dir);
  const storage = dir === undefined ? new MemoryStorage() : openLmdbStorage(dir);
  try {
    const study = await runSetmCase(storage, new NodeCrypto());
    if (json) {
      printJson(terminal, setmJson(study));
      return;
    }
    print(terminal, setmText(study));
    if (dir !== undefined) {
      print(terminal, `\nThe ledger is in ${dir}. Execute it again: commonwatt audit ${dir}`);
    }
  } finally {
    await storage.close();
  }
}
