/** The ledger of certificates in a market's folder: executed again as well, and both held together. */

import type { AuditReport, CleanAudit } from '@commonwatt/ledger';
import { auditStoredPeg, certificatesFolderOf, type PegFigures } from '@commonwatt/node';
import type { Terminal } from '../terminal/terminal.ts';

export type CertificatesAudit =
  | { readonly clean: true; readonly report: CleanAudit; readonly peg: PegFigures }
  | { readonly clean: false; readonly height: number; readonly reason: string };

/** Nothing where there is no ledger of certificates. */
export async function auditCertificates(
  terminal: Terminal,
  directory: string,
  execute: (terminal: Terminal, directory: string) => Promise<AuditReport>,
): Promise<CertificatesAudit | undefined> {
  const folder = certificatesFolderOf(directory);
  if (folder === undefined) return undefined;
  const report = await execute(terminal, folder);
  if (!report.clean) {
    const { height, reason } = report;
    return { clean: false, height, reason: `ledger of certificates: ${reason}` };
  }
  const found = await auditStoredPeg(directory, folder);
  if (found.clean) return { clean: true, report, peg: found.figures };
  const { ledger, height, reason } = found;
  return { clean: false, height, reason: `ledger of ${ledger}: ${reason}` };
}
