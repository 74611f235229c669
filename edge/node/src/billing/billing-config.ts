/** Billing in the configuration file: who issues, by which rules, at which prices. */

import { readIban } from '@commonwatt/api';
import {
  type BillingRules,
  type BillingTariff,
  type ChargeKind,
  checkBillingRules,
  DOCUMENT_TYPES,
  type DocumentType,
  type FixedFee,
  flawsOfParty,
  type NumberSeries,
  type Party,
  STATEMENT_KINDS,
  TAX_STATUSES,
  TariffBook,
  type TariffComponent,
  type VatRate,
} from '@commonwatt/contracts';
import { parseInstant, parseMoney, parsePrice, price } from '@commonwatt/units';
import type { Fields } from '../config-fields.ts';
import type { BillingSettings } from './billing-settings.ts';

const TARIFFS_MAX = 10_000;
const PARTS_MAX = 50;
const RATES_MAX = 100;

/** @throws ConfigError naming field, expectation and value */
export function readBilling(fields: Fields, currency: string): BillingSettings {
  const issuer = fields.group('issuer', readIssuer);
  const settings: BillingSettings = {
    issuer,
    issuerIban: fields.has('iban') ? fields.read('iban', ibanOf) : undefined,
    rules: fields.group('rules', (rules) => readRules(rules, currency)),
    tariffs: fields.list('tariffs', TARIFFS_MAX, readTariff),
    retentionYears: fields.whole('retentionYears', { least: 1, most: 100, fallback: 10 }),
    missingThousandthsMax: fields.whole('missingThousandths', {
      least: 0,
      most: 1000,
      fallback: 0,
    }),
  };
  told(fields, 'tariffs', () => new TariffBook(settings.tariffs));
  return settings;
}

/** What another reader refuses is refused by the name of its field. */
function told(fields: Fields, name: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    fields.fail(name, 'a value of its kind', error.message);
  }
}

function ibanOf(text: string): string {
  const iban = readIban(text);
  if (iban === undefined) throw new RangeError('an account number whose check digits fit');
  return iban;
}

function readIssuer(fields: Fields): Party {
  const optional = (name: string) =>
    fields.has(name) ? fields.text(name, { lengthMax: 40 }) : undefined;
  const party: Party = {
    name: fields.text('name', { lengthMax: 200 }),
    address: {
      street: fields.text('street', { lengthMax: 200 }),
      postcode: fields.text('postcode', { lengthMax: 200 }),
      city: fields.text('city', { lengthMax: 200 }),
      country: fields.text('country', { lengthMax: 2 }),
    },
    status: fields.oneOf('status', TAX_STATUSES),
    vatNumber: optional('vatNumber'),
    taxNumber: optional('taxNumber'),
    registrationNumber: optional('registrationNumber'),
  };
  const [flaw] = flawsOfParty(party, 'issuer');
  if (flaw !== undefined) fields.fail('', 'a whole party', flaw);
  return party;
}

const SERIES: Readonly<Record<DocumentType, readonly [field: string, prefix: string]>> = {
  invoice: ['invoice', 'RE-'],
  'self-billed credit note': ['selfBilled', 'GS-'],
  'invoice correction': ['invoiceCorrection', 'RK-'],
  'self-billed correction': ['selfBilledCorrection', 'GK-'],
};

function readRules(fields: Fields, currency: string): BillingRules {
  const series = fields.group('series', (all) => {
    const entries = DOCUMENT_TYPES.map((type) => {
      const [field, prefix] = SERIES[type];
      return [type, all.group(field, (one) => readSeries(one, prefix))] as const;
    });
    return Object.fromEntries(entries) as Record<DocumentType, NumberSeries>;
  });
  const rules: BillingRules = {
    name: fields.text('name', { lengthMax: 100 }),
    version: fields.whole('version', { least: 1, most: 4_294_967_295 }),
    currency,
    vatRates: fields.list('vatRates', RATES_MAX, readRate),
    series,
    dueDays: fields.whole('dueDays', { least: 0, most: 366, fallback: 14 }),
    exemptions: fields.group('exemptions', (texts) => ({
      smallBusiness: texts.text('smallBusiness', { fallback: 'Small business: exempt from VAT' }),
      reverseCharge: texts.text('reverseCharge', {
        fallback: 'Reverse charge: the buyer owes the VAT',
      }),
      notSubject: texts.text('notSubject', { fallback: 'Not subject to VAT' }),
    })),
  };
  told(fields, '', () => checkBillingRules(rules));
  return rules;
}

function readSeries(fields: Fields, prefix: string): NumberSeries {
  return {
    prefix: fields.text('prefix', { fallback: prefix, lengthMax: 20 }),
    start: fields.whole('start', { least: 0, most: 999_999_999, fallback: 1 }),
    digits: fields.whole('digits', { least: 1, most: 15, fallback: 5 }),
  };
}

/** 19.5 % is 1950 hundredths. */
function percentOf(text: string): number {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) throw new RangeError('percent with at most two decimals');
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

function readValidity(fields: Fields) {
  const instant = (text: string) => parseInstant(text);
  return {
    validFromMs: fields.has('from') ? fields.read('from', instant) : 0,
    validUntilMs: fields.has('until') ? fields.read('until', instant) : undefined,
  };
}

/** Names joined by commas; all of them unless given. */
function kindsOf(text: string): readonly ChargeKind[] {
  return text.split(',').map((name) => {
    const kind = STATEMENT_KINDS.find((one) => one === name.trim());
    if (kind === undefined) throw new RangeError(`some of ${STATEMENT_KINDS.join(', ')}`);
    return kind;
  });
}

function readRate(fields: Fields): VatRate {
  return {
    hundredths: fields.read('percent', percentOf),
    kinds: fields.read('kinds', kindsOf, STATEMENT_KINDS.join(',')),
    ...readValidity(fields),
  };
}

const cents = (text: string) => parsePrice(text, 'ct/kWh');

function readTariff(fields: Fields): BillingTariff {
  return {
    name: fields.text('name', { lengthMax: 100 }),
    version: fields.whole('version', { least: 1, most: 4_294_967_295, fallback: 1 }),
    ...readValidity(fields),
    supplyPrice: fields.read('supplyPrice', cents),
    feedInPrice: fields.read('feedInPrice', cents),
    components: fields.list('components', PARTS_MAX, readComponent),
    fees: fields.list('fees', PARTS_MAX, readFee),
  };
}

function readComponent(fields: Fields): TariffComponent {
  return {
    kind: fields.oneOf('kind', ['grid fee', 'levy', 'tax', 'platform fee']),
    name: fields.text('name', { lengthMax: 100 }),
    community: fields.has('community') ? fields.read('community', cents) : price(0n),
    residual: fields.has('residual') ? fields.read('residual', cents) : price(0n),
  };
}

function readFee(fields: Fields): FixedFee {
  return {
    kind: fields.oneOf('kind', ['member fee', 'metering fee', 'base fee']),
    name: fields.text('name', { lengthMax: 100 }),
    amount: fields.read('amount', (text) => parseMoney(text)),
  };
}
