import { expect, test } from 'vitest';
import { bakery, community, household } from './testing/parties.ts';
import { rules, UNTIL_MS } from './testing/street-month.ts';
import { vatOf } from './vat.ts';

const reseller = { ...bakery, status: 'reverse charge' as const };
const exempt = { ...bakery, status: 'small business' as const };

test.each([
  ['V-1', household, reseller, 'sold', 'O', 0],
  ['V-2', exempt, reseller, 'sold', 'E', 0],
  ['V-3', community, reseller, 'bought', 'AE', 0],
  ['V-3', reseller, reseller, 'supply', 'AE', 0],
  ['V-4', community, reseller, 'member fee', 'S', 2000],
  ['V-4', community, household, 'bought', 'S', 2000],
] as const)('%s, before the rules after it', (rule, seller, buyer, kind, category, hundredths) => {
  const sale = { seller, buyer, kind, taxPointMs: UNTIL_MS - 1 };
  expect(vatOf(rules, sale)).toEqual({ category, hundredths, rule, rulesVersion: 2 });
});

test('a rate of zero is a category of its own, and no rate is none', () => {
  const sale = { seller: community, buyer: household, kind: 'bought', taxPointMs: 5 } as const;
  const zero = { hundredths: 0, kinds: ['bought'], validFromMs: 5, validUntilMs: 6 } as const;
  expect(vatOf({ ...rules, vatRates: [zero] }, sale)?.category).toBe('Z');
  expect(vatOf({ ...rules, vatRates: [zero] }, { ...sale, taxPointMs: 6 })).toBeUndefined();
  expect(vatOf({ ...rules, vatRates: [zero] }, { ...sale, taxPointMs: 4 })).toBeUndefined();
});
