/**
 * What the community must know of a member to bill it. It is kept under the member's own key in the vault
 * of personal records and ends with it; what documents need of it is copied into them when they are made.
 */

import { readIban } from '@commonwatt/api';
import { flawsOfParty, type Party, TAX_STATUSES, writtenText } from '@commonwatt/contracts';
import { type Codec, choice, optional, struct, textUpTo } from '@commonwatt/ledger';

export interface BillingRecord extends Party {
  /** The grid operator's name of the connection. */
  readonly meteringPoint: string;
  /** Where credit goes to; without spaces. */
  readonly iban: string | undefined;
}

const address = struct<Party['address']>({
  street: writtenText(200),
  postcode: writtenText(200),
  city: writtenText(200),
  country: textUpTo(2),
});

export const billingRecordCodec: Codec<BillingRecord> = struct<BillingRecord>({
  name: writtenText(200),
  address,
  status: choice(...TAX_STATUSES),
  vatNumber: optional(textUpTo(20)),
  taxNumber: optional(writtenText(40)),
  registrationNumber: optional(writtenText(40)),
  meteringPoint: writtenText(64),
  iban: optional(textUpTo(34)),
});

/** Why a record cannot be billed with, each as `field: expected ..., got ...`. */
export function flawsOfRecord(record: BillingRecord): readonly string[] {
  const flaws = [...flawsOfParty(record, 'record')];
  if (record.meteringPoint.trim() === '') {
    flaws.push('record.meteringPoint: expected 1 to 64 characters');
  }
  if (record.iban !== undefined && readIban(record.iban) !== record.iban) {
    flaws.push('record.iban: expected an account number whose check digits fit');
  }
  return flaws;
}
