import { expect, test } from 'vitest';
import { chargesTax, flawsOfParty, type Party, TAX_STATUSES } from './party.ts';
import { community, household } from './testing/parties.ts';

test.each<[string, Partial<Party>, readonly string[]]>([
  ['whole', {}, []],
  ['nameless', { name: ' ' }, ['member.name: expected 1 to 200 characters']],
  [
    'in no country',
    { address: { ...household.address, country: 'Austria' } },
    ["member.country: expected two capital letters, got 'Austria'"],
  ],
  [
    'registered without a number',
    { status: 'registered' },
    ['member.vatNumber: expected one of a party that is registered, got none'],
  ],
  [
    'exempt without any number',
    { status: 'small business' },
    ['member.taxNumber: expected it or a vatNumber of a small business, got neither'],
  ],
  [
    'with a number of no country',
    { status: 'registered', vatNumber: '12345678' },
    ["member.vatNumber: expected a country's two letters and its number"],
  ],
])('a party that is %s', (_name, changes, flaws) => {
  expect(flawsOfParty({ ...household, ...changes }, 'member')).toEqual(flaws);
});

test('the community of the tests is whole, and two statuses charge tax', () => {
  expect(flawsOfParty(community, 'issuer')).toEqual([]);
  expect(TAX_STATUSES.filter(chargesTax)).toEqual(['registered', 'reverse charge']);
});
