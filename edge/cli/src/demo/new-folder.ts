/** A demonstration writes a ledger of its own, never into one that is there. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { UsageError } from '../terminal/usage-error.ts';

/** @throws UsageError unless the folder is absent or empty. */
export function requireNewFolder(option: string, directory: string): void {
  if (!existsSync(directory)) return;
  if (!statSync(directory).isDirectory()) {
    throw new UsageError(`${option} ${directory}`, 'a folder', 'a file');
  }
  const count = readdirSync(directory).length;
  if (count > 0) {
    throw new UsageError(
      `${option} ${directory}`,
      'a new or empty folder',
      `${count} entries in it`,
    );
  }
}
