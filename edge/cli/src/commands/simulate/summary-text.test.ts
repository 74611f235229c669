import type { FinishedStudy, PairedDifference } from '@commonwatt/simulator';
import { expect, test } from 'vitest';
import { summaryText } from './summary-text.ts';

const SAVING: PairedDifference = {
  metric: 'saving',
  unit: 'EUR',
  first: 'uniform',
  second: 'vcg',
  firstMean: 1.19,
  secondMean: 1.36,
  difference: 0.17,
  low: 0.1,
  high: 0.24,
  pairedBy: 'day',
  pairs: 45,
};
const lines = (...differences: readonly PairedDifference[]): readonly string[] => {
  const study: FinishedStudy = { runs: [], differences, files: [] };
  return summaryText('out', study).split('\n').slice(2);
};

test('a difference says its unit, and whether it is of a day or of a run', () => {
  const seeds = { pairedBy: 'seed', pairs: 5 } as const;
  const single = { pairedBy: 'seed', pairs: 1, low: null, high: null } as const;
  const share = { metric: 'efficiency', unit: 'share' };
  expect(
    lines(SAVING, { ...SAVING, ...seeds }, { ...SAVING, ...single }, { ...SAVING, ...share }),
  ).toEqual([
    'saving: vcg less uniform 0.17 EUR a day (95 %: 0.1 to 0.24 EUR a day, over 45 days)',
    'saving: vcg less uniform 0.17 EUR a run (95 %: 0.1 to 0.24 EUR a run, over 5 pairs of runs)',
    'saving: vcg less uniform 0.17 EUR a run',
    'efficiency: vcg less uniform 0.17 share (95 %: 0.1 to 0.24 share, over 45 days)',
    expect.stringContaining('take the days as independent'),
    expect.stringContaining('report: '),
  ]);
});

test('what came from the market maker is named', () => {
  const margin = { ...SAVING, metric: 'operator_margin', difference: -0.17 };
  expect(lines(SAVING, margin)[0]).toMatch(/, of which 0.17 EUR a day came from the market maker$/);
});
