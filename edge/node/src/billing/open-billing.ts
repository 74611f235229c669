/** Puts billing together from a node's parts. */

import type { BillingTariff } from '@commonwatt/contracts';
import type { Clock, Crypto, Ledger, Signer } from '@commonwatt/ledger';
import type { Tariff } from '../community.ts';
import type { ReadingsDesk } from '../desks.ts';
import type { NodeOptions } from '../node-options.ts';
import type { PersonalRecords } from '../personal/personal-records.ts';
import type { Projections } from '../projections/projections.ts';
import type { StatementBook } from '../settlement/statement-book.ts';
import type { BillArchive } from './bill-archive.ts';
import { Billing } from './billing.ts';
import { StatementSource } from './statement-source.ts';

/** The parts of a node that billing reads. */
export interface BilledNode {
  readonly ledger: Ledger;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly projections: Projections;
  readonly readings: Pick<ReadingsDesk, 'of' | 'slotLengthMs'>;
  readonly personal: PersonalRecords;
}

export interface BillingParts {
  /** Seals documents. */
  readonly signer: Signer;
  readonly statements: StatementBook;
  readonly archive: BillArchive;
  readonly options: Pick<NodeOptions, 'billing' | 'tariff' | 'timeZone'>;
}

export function openBilling(node: BilledNode, parts: BillingParts): Billing {
  const { ledger, projections, readings, clock } = node;
  const { signer, statements, archive } = parts;
  const { billing: settings, tariff, timeZone = 'UTC' } = parts.options;
  const source = new StatementSource({
    ledger,
    projections,
    statements,
    readings,
    tariffs: settings?.tariffs ?? (tariff === undefined ? [] : [yardstick(tariff)]),
  });
  const { sha256 } = node.crypto;
  const records = node.personal;
  return new Billing({
    ledger,
    sha256,
    clock,
    signer,
    source,
    records,
    archive,
    settings,
    timeZone,
  });
}

/** The supplier's prices alone, at all times. */
function yardstick({ supplierPrice, feedInPrice }: Tariff): BillingTariff {
  return {
    name: 'supplier',
    version: 1,
    validFromMs: 0,
    validUntilMs: undefined,
    supplyPrice: supplierPrice,
    feedInPrice,
    components: [],
    fees: [],
  };
}
