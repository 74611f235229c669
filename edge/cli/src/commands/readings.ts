/**
 * `commonwatt readings export DIR`: opened readings for an auditor, personal data in clear. A node may
 * work on the ledger meanwhile.
 */

import { StoreDamagedError } from '@commonwatt/consensus';
import { exportReadings } from '@commonwatt/node';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, printJson, type Terminal } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { requireLedger } from './ledger-folder.ts';

export async function readingsExport(
  terminal: Terminal,
  dir: string,
  { out, json }: { readonly out?: string; readonly json?: boolean },
): Promise<Status> {
  requireLedger(dir);
  try {
    const { path, readings } = await exportReadings(dir, out);
    if (json) printJson(terminal, { path, readings });
    else print(terminal, `${readings} readings in ${path}: personal data, for the auditor alone`);
    return STATUS.done;
  } catch (error) {
    if (error instanceof StoreDamagedError) {
      throw new UsageError(`DIR ${dir}`, 'a ledger that opens', error.message);
    }
    throw error;
  }
}
