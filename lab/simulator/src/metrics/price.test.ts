import { describe, expect, test } from 'vitest';
import { metric, run, slot } from './run.test-support.ts';

const priced = (price: number, equilibriumPrice: number | null = null, tradedWh = 1) =>
  slot({ price, equilibriumPrice, tradedWh });

test('the mean price is weighted by energy', () => {
  const slots = [priced(100_000, null, 3), priced(200_000, null, 1), slot({ tradedWh: 9 })];
  expect(metric('price_mean', run({ slots }))).toBe(125);
  expect(metric('price_mean', run({ slots: [slot()] }))).toBeNull();
});

test('what buyers paid stands in where there is no one price', () => {
  const slots = [slot({ meanPrice: 300_000, tradedWh: 1 }), priced(100_000)];
  expect(metric('price_mean', run({ slots }))).toBe(200);
  const both = slot({ price: 100_000, meanPrice: 300_000, tradedWh: 1 });
  expect(metric('price_mean', run({ slots: [both] }))).toBe(100);
});

describe('volatility', () => {
  test('is the standard deviation of changes', () => {
    // Changes 1, 3 EUR/MWh: mean 2, squares 1 and 1, by one.
    const slots = [priced(0), slot(), priced(1_000), priced(4_000)];
    expect(metric('price_volatility', run({ slots }))).toBe(Math.round(Math.SQRT2 * 1e9) / 1e9);
  });

  test('knows steady rises and constants from noise, and needs two changes', () => {
    const steps = (step: number) => run({ slots: [0, 1, 2, 3].map((at) => priced(at * step)) });
    expect(metric('price_volatility', steps(0))).toBe(0);
    expect(metric('price_volatility', steps(-7))).toBe(0);
    expect(metric('price_volatility', run({ slots: [priced(1), priced(2)] }))).toBeNull();
    expect(metric('price_volatility', run())).toBeNull();
  });

  test('stays the same when all prices are moved, and doubles when they are doubled', () => {
    const prices = [3_000, -1_000, 4_000, 1_000, 5_000];
    const of = (each: (price: number) => number) =>
      metric('price_volatility', run({ slots: prices.map((price) => priced(each(price))) }));
    expect(of((price) => price + 777_777)).toBe(of((price) => price));
    expect(of((price) => price * 2)).toBeCloseTo(2 * (of((price) => price) ?? 0), 8);
  });
});

describe('convergence', () => {
  const of = (...prices: readonly number[]) =>
    run({ slots: prices.map((one) => priced(one, 100)) });

  test('counts the slots before prices stay within 5 %', () => {
    expect(metric('convergence_slots', of(100, 94, 105, 95, 100))).toBe(2);
    expect(metric('convergence_slots', of(100, 101))).toBe(0);
    expect(metric('convergence_slots', of(100, 106))).toBeNull();
    expect(metric('convergence_slots', run())).toBeNull();
    expect(metric('price_near_equilibrium', of(100, 94, 105, 95, 100))).toBe(0.8);
  });

  test('alpha is the root of the mean square in per cent', () => {
    // Differences 3 and 4 of 100: root of 12.5.
    expect(metric('smith_alpha', of(103, 96))).toBe(3.535533906);
    expect(metric('smith_alpha', of(100, 100))).toBe(0);
    expect(metric('smith_alpha', run({ slots: [priced(5, 0)] }))).toBeNull();
  });
});

test('spread, width of the interval, liquidity', () => {
  const slots = [
    slot({ bestBid: 100, bestAsk: 130, priceLow: 5, priceHigh: 15, bidWh: 30, askWh: 10 }),
    slot({ bestBid: 100, bestAsk: 50, bidWh: 10, askWh: 30, tradedWh: 10 }),
    slot({ bestBid: 100 }),
  ];
  expect(metric('spread', run({ slots }))).toBe(-0.01);
  expect(metric('price_interval', run({ slots }))).toBe(0.01);
  expect(metric('liquidity', run({ slots }))).toBe(0.25);
  expect(metric('spread', run())).toBeNull();
});
