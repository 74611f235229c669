import { expect, test } from 'vitest';
import type { PairedDifference } from '../metrics/metric.ts';
import { differenceSentence } from './comparison-text.ts';
import { marginOfCard } from './market-maker.ts';

const SAVING: PairedDifference = {
  metric: 'saving',
  unit: 'EUR',
  first: 'uniform',
  second: 'vcg',
  firstMean: 4,
  secondMean: 4.17,
  difference: 0.17,
  low: 0.1,
  high: 0.24,
  pairedBy: 'day',
  pairs: 3,
};
const margin = (difference: number): PairedDifference => ({
  ...SAVING,
  metric: 'operator_margin',
  firstMean: 0,
  secondMean: difference,
  difference,
});

test.each<[string, Partial<PairedDifference>, number, string]>([
  [
    'a subsidy',
    {},
    -0.17,
    '(4.17 EUR against 4.00 EUR), of which 0.17 EUR a day came from the market maker.',
  ],
  [
    'part of a saving less',
    { difference: -0.6, secondMean: 3.4 },
    0.5,
    '(3.40 EUR against 4.00 EUR), of which 0.50 EUR a day stayed with the market maker.',
  ],
  [
    'a bill that holds what was kept',
    { metric: 'community_bill', difference: 0.6, secondMean: 4.6 },
    0.6,
    'cost its members 0.60 EUR more a day than uniform (4.60 EUR against 4.00 EUR), of which 0.60 EUR a day stayed with the market maker.',
  ],
  [
    'more than the whole difference',
    {},
    -0.5,
    'though the market maker left its members 0.50 EUR a day more.',
  ],
  ['against the difference', {}, 0.3, 'though the market maker kept 0.30 EUR a day more.'],
  [
    'alike, but for what was kept',
    { difference: 0, secondMean: 4, low: 0, high: 0 },
    0.3,
    'Saving is the same under vcg and uniform: 4.00 EUR a day, though the market maker kept 0.30 EUR a day more.',
  ],
  ['no more than rounding left over', {}, -2e-9, '(4.17 EUR against 4.00 EUR). At'],
  ['nothing kept or added', {}, 0, '(4.17 EUR against 4.00 EUR). At'],
  [
    'a metric without money',
    { metric: 'saving_gini', unit: 'share' },
    -0.5,
    ' (4.170 against 4.000). At',
  ],
])('the market maker is named where its money is in it: %s', (_what, change, kept, sentence) => {
  const difference = { ...SAVING, ...change };
  expect(differenceSentence(difference, [difference, margin(kept)])).toContain(sentence);
});

test('pairs of runs are never days', () => {
  const pair = { pairedBy: 'seed', low: null, high: null, pairs: 1 } as const;
  const difference = { ...SAVING, ...pair };
  const sentence = differenceSentence(difference, [{ ...margin(-0.17), ...pair }]);
  expect(sentence).toContain('of which 0.17 EUR came from the market maker.');
  expect(differenceSentence(difference, [margin(-0.17)])).not.toContain('market maker');
});

test.each([
  ['saving', -0.96, 'with 0.96 EUR from the market maker'],
  ['community_bill', 9.13, 'after 9.13 EUR kept by the market maker'],
  ['saving', 0.000000002, ''],
  ['saving', null, ''],
  ['traded_volume', 9.13, ''],
])('a card of %s with a margin of %s says "%s"', (metric, kept, text) => {
  expect(marginOfCard(metric, kept)).toBe(text);
});
