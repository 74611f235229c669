/**
 * A bill that was made final: its number, its dates, and what it corrects. From here on it never changes;
 * its canonical text is what is kept, delivered and signed.
 */

import {
  type Codec,
  choice,
  energyWh,
  flag,
  hash32,
  list,
  moneyNano,
  optional,
  struct,
  textUpTo,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import { formatInstant, parseInstant } from '@commonwatt/units';
import type { Bill, BillLine, BillParty, BillTotals, VatTotal } from './bill.ts';
import { DOCUMENT_TYPES, type DocumentType } from './billing-rules.ts';
import { STATEMENT_KINDS } from './charges.ts';
import { type Address, TAX_STATUSES } from './party.ts';
import { VAT_CATEGORIES, VAT_RULES, type VatTreatment } from './vat.ts';
import { writtenText } from './written-text.ts';

/** Days in the community's own calendar, `YYYY-MM-DD`. */
export interface BillDates {
  readonly issued: string;
  readonly due: string;
  /** First and last day of the period. */
  readonly first: string;
  readonly last: string;
}

/** What a document refers to: a correction always names what it corrects. */
export interface BillReference {
  readonly number: string;
  readonly issued: string;
  readonly reason: string;
}

export interface IssuedBill extends Omit<Bill, 'type'> {
  readonly format: 'commonwatt/bill/1';
  readonly number: string;
  readonly type: DocumentType;
  readonly dates: BillDates;
  readonly corrects: BillReference | undefined;
  /** The account that what is due is paid to; where one is known. */
  readonly iban: string | undefined;
  /** Hash of the prices and rules that it was computed with. */
  readonly basis: Uint8Array;
}

const CORRECTIONS = {
  invoice: 'invoice correction',
  'self-billed credit note': 'self-billed correction',
} as const;

export function issued(
  bill: Bill,
  given: Pick<IssuedBill, 'number' | 'dates' | 'iban' | 'basis'>,
): IssuedBill {
  return { format: 'commonwatt/bill/1', ...given, corrects: undefined, ...bill };
}

/**
 * The credit note that takes a document back whole: the same lines, now owed the other way.
 * @throws RangeError for a correction, which is not corrected again
 */
export function correctionOf(
  original: IssuedBill,
  given: { readonly number: string; readonly issued: string; readonly reason: string },
): IssuedBill {
  const type = correctionTypeOf(original.type);
  if (type === undefined) {
    throw new RangeError(`correction: expected a bill, got ${original.type} ${original.number}`);
  }
  const { number, issued: day, reason } = given;
  return {
    ...original,
    number,
    type,
    dates: { ...original.dates, issued: day, due: day },
    corrects: { number: original.number, issued: original.dates.issued, reason },
  };
}

/** Nothing for what is a correction itself. */
export function correctionTypeOf(type: DocumentType): DocumentType | undefined {
  return type === 'invoice' || type === 'self-billed credit note' ? CORRECTIONS[type] : undefined;
}

const DAY_MS = 86_400_000;

/** `days` after a day of the calendar. @throws QuantityTextError for a day that does not exist. */
export function dayAfter(day: string, days: number): string {
  const instantMs = parseInstant(`${day}T00:00Z`, { field: 'day' }) + days * DAY_MS;
  return formatInstant(instantMs).slice(0, 10);
}

const address = struct<Address>({
  street: writtenText(200),
  postcode: writtenText(200),
  city: writtenText(200),
  country: textUpTo(2),
});
const party: Codec<BillParty> = struct<BillParty>({
  identifier: textUpTo(40),
  name: writtenText(200),
  address,
  status: choice(...TAX_STATUSES),
  vatNumber: optional(textUpTo(20)),
  taxNumber: optional(writtenText(40)),
  registrationNumber: optional(writtenText(40)),
});
const versioned = struct<{ readonly name: string; readonly version: number }>({
  name: writtenText(100),
  version: u32,
});
const vat = struct<VatTreatment>({
  category: choice(...VAT_CATEGORIES),
  hundredths: u16,
  rule: choice(...VAT_RULES),
  rulesVersion: u32,
});
/** Cents travel as money does: signed, as text. */
const cents = moneyNano as Codec<bigint>;
const line: Codec<BillLine> = struct<BillLine>({
  line: u32,
  kind: choice(...STATEMENT_KINDS),
  name: writtenText(100),
  tariff: optional(versioned),
  energy: optional(energyWh),
  exact: moneyNano,
  netCents: cents,
  vat,
  isPosted: flag,
});
const vatTotal = struct<VatTotal>({
  category: choice(...VAT_CATEGORIES),
  hundredths: u16,
  taxableCents: cents,
  taxCents: cents,
  exemption: optional(writtenText(300)),
});
const totals = struct<BillTotals>({
  vat: list(vatTotal, 100),
  netCents: cents,
  vatCents: cents,
  grossCents: cents,
  paidCents: cents,
  dueCents: cents,
  exact: moneyNano,
  rounding: moneyNano,
});
const day = textUpTo(10);

/** Its JSON is strict; its bytes are canonical. */
export const issuedBillCodec: Codec<IssuedBill> = struct<IssuedBill>({
  format: choice('commonwatt/bill/1'),
  number: textUpTo(40),
  type: choice(...DOCUMENT_TYPES),
  dates: struct<BillDates>({ issued: day, due: day, first: day, last: day }),
  corrects: optional(
    struct<BillReference>({ number: textUpTo(40), issued: day, reason: writtenText(500) }),
  ),
  iban: optional(textUpTo(34)),
  basis: hash32,
  member: u32,
  fromMs: u64,
  untilMs: u64,
  currency: textUpTo(3),
  rules: versioned,
  seller: party,
  buyer: party,
  lines: list(line, 10_000),
  totals,
});

/** The one text of a bill, that everything else is made from. */
export function billText(bill: IssuedBill): string {
  return `${JSON.stringify(issuedBillCodec.toJson(bill))}\n`;
}
