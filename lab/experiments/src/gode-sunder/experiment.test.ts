import { describe, expect, test } from 'vitest';
import type { Comparison } from '../reproduction.ts';
import { reproduceGodeSunder } from './experiment.ts';
import { profitDispersion, slopeOfDeviation } from './periods.ts';

const { parts } = reproduceGodeSunder({ runs: 3, shoutsPerPeriod: 1500, runsOfEach: 2 });
const rows: readonly Comparison[] = parts.flatMap(({ comparisons }) => comparisons);

describe('a few runs', () => {
  test('come out as the folder expects', () => {
    expect(rows.filter(({ found, expected }) => found !== expected)).toEqual([]);
    expect(rows.length).toBeGreaterThan(24);
  });

  test('without a budget everybody trades everything, so the gain is a matter of arithmetic', () => {
    const free = rows.filter(({ name }) => name.endsWith('zi-u')).map(({ ours }) => ours);
    expect(free).toEqual(['90.0 ± 0.0', '90.0 ± 0.0', '76.7 ± 0.0', '48.8 ± 0.0', '86.6 ± 0.0']);
  });

  test('with too few shouts a budget does not help', () => {
    const short = rows.find(({ name }) => name.startsWith('50 shouts'));
    expect(Number.parseFloat(short?.ours ?? '100')).toBeLessThan(60);
  });
});

test('prices that come nearer by one a trade have a slope of -1', () => {
  const trade = (price: bigint) => ({ price: price as never, gain: 0n, buyer: 0, seller: 1 });
  const periods = [
    [trade(14n), trade(13n), trade(12n)],
    [trade(6n), trade(7n)],
  ];
  const run = { efficiencyPercent: 0, periods };
  expect(slopeOfDeviation([run], { price: 10, volume: 3 })).toBeCloseTo(-1);
  expect(slopeOfDeviation([run], { price: 10, volume: 2 })).toBeCloseTo(-1);
});

test('profits: the root mean square over traders of what is too much or too little', () => {
  const market = { market: 9, buyers: [[20, 12]], sellers: [[4, 15]] };
  const trade = (price: bigint) => ({ price: price as never, gain: 0n, buyer: 0, seller: 1 });
  const at = (...prices: readonly bigint[]) => [
    { efficiencyPercent: 0, periods: [prices.map(trade)] },
  ];
  expect(profitDispersion(market, at(12n), 12)).toBe(0);
  expect(profitDispersion(market, at(15n), 12)).toBe(3);
  // The second unit costs the buyer nothing at 12 and the seller 3.
  expect(profitDispersion(market, at(12n, 12n), 12)).toBeCloseTo(Math.sqrt(4.5));
});
