/** What a community decides about its documents: tax rates, numbers, and how long they are kept. */

import { type ChargeKind, STATEMENT_KINDS } from './charges.ts';

/** A rate of value added tax and what it is for, as long as it holds. */
export interface VatRate {
  /** In hundredths of a percent: 2000 is 20 %. */
  readonly hundredths: number;
  readonly kinds: readonly ChargeKind[];
  readonly validFromMs: number;
  readonly validUntilMs: number | undefined;
}

/** Documents of one type are numbered without a gap. */
export const DOCUMENT_TYPES = [
  'invoice',
  'self-billed credit note',
  'invoice correction',
  'self-billed correction',
] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

export interface NumberSeries {
  readonly prefix: string;
  /** The first number. */
  readonly start: number;
  /** Shorter numbers get zeros in front. */
  readonly digits: number;
}

export interface BillingRules {
  readonly name: string;
  /** Stands on every line that was taxed by these rules. */
  readonly version: number;
  /** Three letters, ISO 4217, of a currency with hundredths. */
  readonly currency: string;
  readonly vatRates: readonly VatRate[];
  readonly series: Readonly<Record<DocumentType, NumberSeries>>;
  /** Days from the document to the day on which it is due. */
  readonly dueDays: number;
  /** Why there is no tax, in the words that the country asks for. */
  readonly exemptions: {
    readonly smallBusiness: string;
    readonly reverseCharge: string;
    readonly notSubject: string;
  };
}

/** @throws RangeError for rules that contradict themselves, naming the field. */
export function checkBillingRules(rules: BillingRules): void {
  const { currency, vatRates, series, dueDays, version } = rules;
  if (!/^[A-Z]{3}$/.test(currency)) refuse('currency', 'three capital letters', currency);
  if (!Number.isSafeInteger(version) || version < 1)
    refuse('version', 'a whole number >= 1', version);
  if (!Number.isSafeInteger(dueDays) || dueDays < 0 || dueDays > 366) {
    refuse('dueDays', '0 to 366', dueDays);
  }
  for (const type of DOCUMENT_TYPES) {
    const { prefix, start, digits } = series[type];
    if (!/^[A-Za-z0-9_.-]{0,20}$/.test(prefix)) {
      refuse(`series ${type}: prefix`, 'at most 20 letters, digits and - _ .', prefix);
    }
    if (!Number.isSafeInteger(start) || start < 0) {
      refuse(`series ${type}: start`, 'a whole number >= 0', start);
    }
    if (!Number.isSafeInteger(digits) || digits < 1 || digits > 15) {
      refuse(`series ${type}: digits`, '1 to 15', digits);
    }
  }
  const prefixes = new Set(DOCUMENT_TYPES.map((type) => series[type].prefix));
  if (prefixes.size !== DOCUMENT_TYPES.length) {
    refuse('series', 'a prefix of its own for each type', [...prefixes].join(', '));
  }
  for (const [name, text] of Object.entries(rules.exemptions)) {
    if (text.length < 1 || text.length > 300) {
      refuse(`exemptions: ${name}`, '1 to 300 characters', text.length);
    }
  }
  for (const [at, rate] of vatRates.entries()) checkRate(vatRates, rate, at);
}

function checkRate(rates: readonly VatRate[], rate: VatRate, at: number): void {
  const { hundredths, kinds, validFromMs, validUntilMs } = rate;
  if (!Number.isSafeInteger(hundredths) || hundredths < 0 || hundredths > 10_000) {
    refuse(`vatRates[${at}]`, '0 to 10000 hundredths of a percent', hundredths);
  }
  if (validUntilMs !== undefined && validUntilMs <= validFromMs) {
    refuse(`vatRates[${at}]`, 'an end after the beginning', validUntilMs);
  }
  for (const other of rates.slice(at + 1)) {
    const isApart =
      (validUntilMs !== undefined && validUntilMs <= other.validFromMs) ||
      (other.validUntilMs !== undefined && other.validUntilMs <= validFromMs);
    const both = kinds.find((kind) => other.kinds.includes(kind));
    if (!isApart && both !== undefined) refuse(`vatRates[${at}]`, `one rate at a time`, both);
  }
}

function refuse(field: string, expected: string, got: unknown): never {
  throw new RangeError(`billing rules: ${field}: expected ${expected}, got '${String(got)}'`);
}

/** The rate of a kind at an instant; nothing where the rules have none. */
export function vatRateAt(
  { vatRates }: Pick<BillingRules, 'vatRates'>,
  kind: ChargeKind,
  instantMs: number,
): VatRate | undefined {
  return vatRates.find(
    ({ kinds, validFromMs, validUntilMs }) =>
      kinds.includes(kind) &&
      validFromMs <= instantMs &&
      (validUntilMs === undefined || instantMs < validUntilMs),
  );
}

/** The number of the document that has `index` of its type before it. */
export function documentNumber({ prefix, start, digits }: NumberSeries, index: number): string {
  return `${prefix}${`${start + index}`.padStart(digits, '0')}`;
}

/** One rate for everything, from the beginning of time. */
export function singleVatRate(hundredths: number): VatRate {
  return { hundredths, kinds: STATEMENT_KINDS, validFromMs: 0, validUntilMs: undefined };
}
