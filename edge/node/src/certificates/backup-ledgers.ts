/**
 * A copy of a market's ledger with its ledger of certificates, taken while a node may be working on both.
 * Each is of one moment; together they must agree: what the one took of the other is in the copy.
 */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backupStore, type StoreCopy, storePaths } from '@commonwatt/consensus';
import { headsAgree } from './peg-audit.ts';
import { withLedgers } from './stored-ledgers.ts';

/** Where the ledger of certificates is, inside the market's folder. */
export const CERTIFICATES_FOLDER = 'certificates';
/** How often both are copied anew where something crossed meanwhile. */
const ATTEMPTS = 10;

export interface LedgersCopy {
  readonly market: StoreCopy;
  /** Nothing where there is no ledger of certificates. */
  readonly certificates: StoreCopy | undefined;
}

export function certificatesFolderOf(directory: string): string | undefined {
  const folder = join(directory, CERTIFICATES_FOLDER);
  return existsSync(storePaths(folder).head) ? folder : undefined;
}

/**
 * Copies into a new or empty folder. Durable when it resolves.
 * @throws StoreDamagedError as `backupStore`; Error where the two never agree
 */
export async function backupLedgers(from: string, to: string): Promise<LedgersCopy> {
  const beside = certificatesFolderOf(from);
  if (beside === undefined) return { market: await backupStore(from, to), certificates: undefined };
  const copy = join(to, CERTIFICATES_FOLDER);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    // The market's later: of it less is taken over there than it has.
    const certificates = await backupStore(beside, copy);
    const market = await backupStore(from, to);
    if (await agree(to, copy)) return { market, certificates };
    rmSync(to, { recursive: true });
  }
  throw new Error(`${from}: assets crossed during each of ${ATTEMPTS} copies: take it again`);
}

/** Whether two folders hold ledgers of which neither has seen more of the other than there is. */
export function agree(market: string, certificates: string): Promise<boolean> {
  return withLedgers(market, certificates, (here, there) => {
    return headsAgree(here, there) && headsAgree(there, here);
  });
}
