/** Billing on the desks of a test's own community: real but for what it is billed from. */

import { nodeRandom } from '@commonwatt/consensus';
import { billsOf, billText, billTextHash, issued } from '@commonwatt/contracts';
import type { Clock, Crypto, Ledger, Signer } from '@commonwatt/ledger';
import type { ReadingsDesk } from '../../desks.ts';
import { openVault } from '../../personal/open-vault.ts';
import { PersonalRecords } from '../../personal/personal-records.ts';
import type { Projections } from '../../projections/projections.ts';
import { StatementBook } from '../../settlement/statement-book.ts';
import { type FinalDocument, openBillArchive } from '../bill-archive.ts';
import { rowOf } from '../bill-row.ts';
import type { Billing } from '../billing.ts';
import type { BillingSettings } from '../billing-settings.ts';
import { openBilling } from '../open-billing.ts';
import { billedStatement, community, dates, household, rules, tariff } from './street-bills.ts';

export const settings: BillingSettings = {
  issuer: community,
  issuerIban: 'AT611904300234573201',
  rules,
  tariffs: [tariff],
  retentionYears: 7,
  missingThousandthsMax: 100,
};

export function billingDesk(given: {
  readonly ledger: Ledger;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly projections: Projections;
  readonly readings: ReadingsDesk;
  readonly signer: Signer;
  /** The member that has an invoice, RE-0001, already. */
  readonly billed: number;
}): Billing {
  const { ledger, crypto, projections, signer } = given;
  const vault = openVault(undefined, crypto);
  const personal = new PersonalRecords(vault, nodeRandom);
  const statements = new StatementBook({ vault, ledger, projections });
  const archive = openBillArchive(undefined, crypto);
  archive.add([invoiceOf(given)]);
  const options = { billing: settings };
  return openBilling({ ...given, personal }, { signer, statements, archive, options });
}

function invoiceOf({
  crypto,
  billed: member,
}: {
  readonly crypto: Crypto;
  readonly billed: number;
}): FinalDocument {
  const statement = { ...billedStatement('shown'), member };
  const [bill] = billsOf({ statement, rules, issuer: community, recipient: household }).bills;
  if (bill === undefined) throw new Error('billing: expected a bill for the tests');
  const final = issued(bill, {
    number: 'RE-0001',
    dates,
    iban: undefined,
    basis: new Uint8Array(32),
  });
  const text = billText(final);
  const row = rowOf(final, billTextHash(crypto.sha256, text), Date.parse('2026-06-02T08:00Z'));
  return { row, prefix: 'RE-', text, seal: 'a seal', basis: '{}' };
}
