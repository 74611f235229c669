import { expect, test } from 'vitest';
import { chargesOf, STATEMENT_KINDS } from './charges.ts';
import { servedSlots } from './served-slots.ts';
import { TariffBook } from './tariff.ts';
import { given, tariff } from './testing/street-month.ts';

const chargesIn = (mode: 'shown' | 'posted') => {
  const input = given({ mode });
  const { slots } = servedSlots({ ...input, qualityOf: () => 'measured' });
  return chargesOf(input, slots, new TariffBook([tariff]));
};

test('lines stand in the order of their kinds, and each names the tariff that priced it', () => {
  const charges = chargesIn('shown');
  const ranks = charges.map(({ kind }) => STATEMENT_KINDS.indexOf(kind));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  expect(charges.filter(({ tariff: by }) => by === undefined).map(({ kind }) => kind)).toEqual([
    'bought',
    'sold',
  ]);
  expect(charges.find(({ kind }) => kind === 'levy')?.tariff).toEqual({
    name: 'Stadtwerke Strom',
    version: 3,
  });
});

test('the mode changes who bills, never what it comes to', () => {
  const figures = (mode: 'shown' | 'posted') =>
    chargesIn(mode).map(({ kind, energy, money }) => [kind, energy, money]);
  expect(figures('posted')).toEqual(figures('shown'));
});

test('a component that does not charge energy of the community does not count it', () => {
  const levy = chargesIn('shown').find(({ kind }) => kind === 'levy');
  expect(levy?.energy).toBe(179n);
});
