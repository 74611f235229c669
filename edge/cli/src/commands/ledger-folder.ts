/** The folder of a ledger as a command's argument. */

import { existsSync, statSync } from 'node:fs';
import { storePaths } from '@commonwatt/consensus';
import { UsageError } from '../terminal/usage-error.ts';

/** @throws UsageError unless something of a ledger is in the folder. */
export function requireLedger(directory: string): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  const { data, head } = storePaths(directory);
  if (found?.isDirectory() && (existsSync(data) || existsSync(head))) return;
  const got = found === undefined ? 'nothing there' : 'no blocks and no head in it';
  throw new UsageError(`DIR ${directory}`, 'the folder of a ledger', got);
}
