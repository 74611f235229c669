import { expect, test } from 'vitest';
import {
  type BillingRules,
  checkBillingRules,
  documentNumber,
  singleVatRate,
  vatRateAt,
} from './billing-rules.ts';
import { rules } from './testing/street-month.ts';

test('numbers rise from their start without a gap, with zeros in front', () => {
  const series = { prefix: 'RE-', start: 98, digits: 3 };
  const numbers = [0, 1, 2, 1000].map((index) => documentNumber(series, index));
  expect(numbers).toEqual(['RE-098', 'RE-099', 'RE-100', 'RE-1098']);
});

const { invoice } = rules.series;
const withInvoice = (changes: Partial<typeof invoice>): Partial<BillingRules> => ({
  series: { ...rules.series, invoice: { ...invoice, ...changes } },
});
test.each<[string, Partial<BillingRules>]>([
  ['currency: expected three capital letters', { currency: 'euro' }],
  ['version: expected a whole number >= 1', { version: 0 }],
  ['dueDays: expected 0 to 366', { dueDays: -1 }],
  ['series invoice: prefix: expected at most 20', withInvoice({ prefix: 'RE 2026' })],
  ['series invoice: start: expected a whole number >= 0', withInvoice({ start: 0.5 })],
  ['series invoice: digits: expected 1 to 15', withInvoice({ digits: 0 })],
  ['series: expected a prefix of its own', withInvoice({ prefix: 'GS-2026-' })],
  ['vatRates[0]: expected 0 to 10000', { vatRates: [singleVatRate(10_001)] }],
  [
    'vatRates[0]: expected an end after the beginning',
    { vatRates: [{ ...singleVatRate(1), validUntilMs: 0 }] },
  ],
  ['vatRates[0]: expected one rate at a time', { vatRates: [singleVatRate(1), singleVatRate(1)] }],
])('refused: %s', (message, changes) => {
  expect(() => checkBillingRules(rules)).not.toThrow();
  expect(() => checkBillingRules({ ...rules, ...changes })).toThrow(`billing rules: ${message}`);
});

test('rates follow each other, and kinds have rates of their own', () => {
  const first = { ...singleVatRate(1000), validUntilMs: 100 };
  const second = { ...singleVatRate(2000), validFromMs: 100 };
  const vatRates = [first, second];
  expect(() => checkBillingRules({ ...rules, vatRates })).not.toThrow();
  expect(vatRateAt({ vatRates }, 'bought', 99)).toBe(first);
  expect(vatRateAt({ vatRates }, 'bought', 100)).toBe(second);
  const apart = [
    { ...singleVatRate(1000), kinds: ['bought'] as const },
    { ...singleVatRate(2000), kinds: ['levy'] as const },
  ];
  expect(() => checkBillingRules({ ...rules, vatRates: apart })).not.toThrow();
  expect(vatRateAt({ vatRates: apart }, 'tax', 0)).toBeUndefined();
});
