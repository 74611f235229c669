/** What an operator decides about billing, as the node's configuration gives it. */

import type { BillingRules, BillingTariff, Party } from '@commonwatt/contracts';

export interface BillingSettings {
  /** The community as it stands on its documents. */
  readonly issuer: Party;
  /** The account that members pay to. */
  readonly issuerIban: string | undefined;
  readonly rules: BillingRules;
  readonly tariffs: readonly BillingTariff[];
  /** How many calendar years after its own a document is kept. */
  readonly retentionYears: number;
  /** The share of missing readings, in thousandths, above which a member is not billed. */
  readonly missingThousandthsMax: number;
}
