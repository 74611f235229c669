/** A billing record as it is typed, and as the node keeps it. */

import type { RouteRequest } from '@commonwatt/client';

export type BillingRecord = RouteRequest<'putBillingRecord'>['body']['record'];
type Optional = 'vatNumber' | 'taxNumber' | 'registrationNumber' | 'iban';
/** What stands in the form: every field a text. */
export type RecordText = { readonly [Field in keyof BillingRecord]: string };

export const TAX_STATUSES = ['private', 'small business', 'registered', 'reverse charge'] as const;

const EMPTY: RecordText = {
  name: '',
  street: '',
  postcode: '',
  city: '',
  country: '',
  status: 'private',
  vatNumber: '',
  taxNumber: '',
  registrationNumber: '',
  meteringPoint: '',
  iban: '',
};
const OPTIONAL: readonly Optional[] = ['vatNumber', 'taxNumber', 'registrationNumber', 'iban'];

export function textOfRecord(kept: BillingRecord | null): RecordText {
  if (kept === null) return EMPTY;
  const texts = Object.entries(kept).map(([field, value]) => [field, value ?? '']);
  return { ...EMPTY, ...Object.fromEntries(texts) };
}

/** Spaces that people set for reading are left out of numbers; what was left empty is nothing. */
export function recordOfText(text: RecordText): BillingRecord {
  const trimmed = Object.fromEntries(
    Object.entries(text).map(([field, value]) => [field, value.trim()]),
  ) as RecordText;
  const compact = (value: string) => value.replaceAll(/\s/g, '').toUpperCase();
  const record = {
    ...trimmed,
    country: compact(trimmed.country),
    iban: compact(trimmed.iban),
    vatNumber: compact(trimmed.vatNumber),
    status: TAX_STATUSES.find((one) => one === trimmed.status) ?? 'private',
  };
  const absent = OPTIONAL.filter((field) => record[field] === '').map((field) => [field, null]);
  return { ...record, ...Object.fromEntries(absent) };
}

/** A flaw such as `record.vatNumber: expected ...` as the field that it is about, and the rest. */
export function flawOf(flaw: string): { readonly field: string; readonly words: string } {
  const [, field = '', words = flaw] =
    /^record\.(?:address\.)?([a-zA-Z]+): (.*)$/s.exec(flaw) ?? [];
  return { field, words };
}
