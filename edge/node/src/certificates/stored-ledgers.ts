/** Both ledgers as they stand in their folders, for a question that needs both. */

import { NodeCrypto, openLmdbStorage } from '@commonwatt/consensus';
import { ruleBook } from '@commonwatt/contracts';
import { Ledger } from '@commonwatt/ledger';
import { auditPeg, type PegAudit } from './peg-audit.ts';

/** Opens two folders without writing, one after the other, and closes them again. */
export function withLedgers<T>(
  market: string,
  certificates: string,
  work: (market: Ledger, certificates: Ledger) => T,
): Promise<T> {
  return withLedger(market, (here) => withLedger(certificates, async (there) => work(here, there)));
}

async function withLedger<T>(folder: string, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const storage = openLmdbStorage(folder, { readOnly: true });
  try {
    const ledger = new Ledger({ crypto: new NodeCrypto(), storage, rules: ruleBook });
    ledger.open();
    return await work(ledger);
  } finally {
    await storage.close();
  }
}

/** `auditPeg` of two folders, each of which was audited by itself. */
export function auditStoredPeg(market: string, certificates: string): Promise<PegAudit> {
  return withLedgers(market, certificates, auditPeg);
}
