/** Billing on the desks of a test's own community: real but for what it is billed from. */

import { nodeRandom } from '@commonwatt/consensus';
import type { Clock, Crypto, Ledger, Signer } from '@commonwatt/ledger';
import type { ReadingsDesk } from '../../desks.ts';
import { openVault } from '../../personal/open-vault.ts';
import { PersonalRecords } from '../../personal/personal-records.ts';
import type { Projections } from '../../projections/projections.ts';
import { StatementBook } from '../../settlement/statement-book.ts';
import { openBillArchive } from '../bill-archive.ts';
import type { Billing } from '../billing.ts';
import type { BillingSettings } from '../billing-settings.ts';
import { openBilling } from '../open-billing.ts';
import { community, rules, tariff } from './street-bills.ts';

export const settings: BillingSettings = {
  issuer: community,
  issuerIban: 'AT611904300234573201',
  rules,
  tariffs: [tariff],
  mode: 'shown',
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
}): Billing {
  const { ledger, crypto, projections, signer } = given;
  const vault = openVault(undefined, crypto);
  const personal = new PersonalRecords(vault, nodeRandom);
  const statements = new StatementBook({ vault, ledger, projections });
  const archive = openBillArchive(undefined, crypto);
  const options = { billing: settings };
  return openBilling({ ...given, personal }, { signer, statements, archive, options });
}
