import { expect, test } from 'vitest';
import type { PairedDifference } from '../metrics/metric.ts';
import { differenceSentence, metricLabel } from './comparison-text.ts';

const TRADED: PairedDifference = {
  metric: 'traded_volume',
  unit: 'kWh',
  first: 'uniform',
  second: 'pay-as-bid',
  firstMean: 15.4,
  secondMean: 12.3,
  difference: -3.1,
  low: -4.2,
  high: -2,
  pairedBy: 'day',
  pairs: 14,
};

test.each<[string, Partial<PairedDifference>, string]>([
  [
    'less, for sure',
    {},
    'pay-as-bid traded 3.1 kWh less a day than uniform (12.3 kWh against 15.4 kWh). At 95 per cent, over 14 days, it is between 2 kWh and 4.2 kWh less.',
  ],
  [
    'perhaps chance',
    { high: 0.5, pairedBy: 'seed' },
    'pay-as-bid traded 3.1 kWh less than uniform (12.3 kWh against 15.4 kWh). This may be chance: at 95 per cent, over 14 pairs of runs, it is between 4.2 kWh less and 0.5 kWh more.',
  ],
  [
    'perhaps nothing: an interval that ends at zero',
    { high: 0 },
    'This may be chance: at 95 per cent, over 14 days, it is between 4.2 kWh less and 0 kWh more.',
  ],
  [
    'without an interval',
    { low: null, high: null, pairedBy: 'seed', pairs: 1 },
    'pay-as-bid traded 3.1 kWh less than uniform (12.3 kWh against 15.4 kWh).',
  ],
  [
    'alike',
    { difference: 0, low: 0, high: 0, secondMean: 15.4 },
    'Traded volume is the same under pay-as-bid and uniform: 15.4 kWh a day.',
  ],
  [
    'a share, in points',
    {
      metric: 'self_sufficiency',
      unit: 'share',
      firstMean: 0.3,
      secondMean: 0.35,
      difference: 0.05,
      low: 0.04,
      high: 0.06,
    },
    'Self sufficiency is 5.0 percentage points higher under pay-as-bid than under uniform (35.0 % against 30.0 %). At 95 per cent, over 14 days, it is between 4.0 percentage points and 6.0 percentage points higher.',
  ],
  [
    'an index',
    { metric: 'saving_gini', unit: 'share', firstMean: 0.3, secondMean: 0.25, difference: -0.05 },
    'Gini index of the saving is 0.050 lower under pay-as-bid',
  ],
  [
    'shares that differ by less than a tenth of a point',
    {
      metric: 'demand_covered_locally',
      unit: 'share',
      firstMean: 0.27151,
      secondMean: 0.27212,
      difference: 0.00061,
      low: 0.0002,
      high: 0.001,
    },
    'covered 0.061 percentage points more of the demand locally than uniform (27.212 % against 27.151 %). At 95 per cent, over 14 days, it is between 0.020 percentage points and 0.100 percentage points more.',
  ],
  [
    'an end of the interval that would round to nothing',
    {
      metric: 'saving',
      unit: 'EUR',
      firstMean: 1.1926,
      secondMean: 1.2046,
      difference: 0.012,
      low: -0.0004,
      high: 0.024,
    },
    'saved its members 0.0120 EUR more a day than uniform (1.2046 EUR against 1.1926 EUR). This may be chance: at 95 per cent, over 14 days, it is between 0.0004 EUR less and 0.0240 EUR more.',
  ],
  [
    'an end so near to 0 that it is none',
    { metric: 'saving', unit: 'EUR', difference: -3.1, low: -4.2, high: 1e-9 },
    'it is between 4.20 EUR less and under 0.01 EUR more.',
  ],
])('%s', (_what, change, sentence) => {
  expect(differenceSentence({ ...TRADED, ...change })).toContain(sentence);
});

test('names are words', () => {
  expect([metricLabel('price_mean'), metricLabel('block_interval_p50')]).toEqual([
    'mean price',
    'block interval p50',
  ]);
});
