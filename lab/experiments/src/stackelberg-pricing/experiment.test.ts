import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAsExpected } from '../reproduction.ts';
import { companyGain, consumerGain } from './deviations.ts';
import { budgetByBestResponse, budgetInClosedForm } from './dutch-pilot.ts';
import {
  buyerRows,
  companiesGame,
  companyRows,
  sellerRows,
  stackelbergPricing,
} from './experiment.ts';
import {
  budgetDemandsKwh,
  companiesByBestResponse,
  companiesInClosedForm,
  withPrice,
} from './many-companies.ts';
import { buyersPrice, buyersPriceInClosedForm, ownUseKwh } from './one-buyer.ts';
import { sellerProfitEur, sellersPrice, sellersPriceInClosedForm } from './one-seller.ts';

test('every row comes out as the folder expects', () => {
  const reproduction = stackelbergPricing.run();
  const wrong = reproduction.parts.flatMap(({ comparisons }) =>
    comparisons.filter(({ found, expected }) => found !== expected),
  );
  expect(wrong).toEqual([]);
  expect(isAsExpected(reproduction)).toBe(true);
});

describe('one seller', () => {
  const alike = { firstEurPerKwh: 0.5, slopeEurPerKwh2: 0.05 };

  test('of consumers alike: half way between cost and first worth', () => {
    const market = { consumers: [alike, alike, alike], costEurPerKwh: 0.1 };
    expect(sellersPriceInClosedForm(market).at).toBeCloseTo(0.3, 12);
    expect(sellersPrice(market).at).toBeCloseTo(0.3, 6);
    expect(sellersPrice(market).value).toBeCloseTo(0.2 * 3 * 4, 9);
  });

  test('the search finds the closed form whoever takes part', () => {
    const consumer = fc.record({
      firstEurPerKwh: fc.integer({ min: 11, max: 100 }).map((cents) => cents / 100),
      slopeEurPerKwh2: fc.integer({ min: 1, max: 50 }).map((thousandths) => thousandths / 1000),
    });
    fc.assert(
      fc.property(fc.array(consumer, { minLength: 1, maxLength: 6 }), (consumers) => {
        const market = { consumers, costEurPerKwh: 0.1 };
        const closed = sellersPriceInClosedForm(market);
        expect(sellersPrice(market).value).toBeCloseTo(closed.value, 7);
        expect(sellerProfitEur(market, closed.at)).toBeCloseTo(closed.value, 9);
      }),
      { numRuns: 60 },
    );
  });

  test('one first worth changed moves the price away from the equilibrium', () => {
    const market = { consumers: [alike], costEurPerKwh: 0.1 };
    const dearer = { ...market, consumers: [{ ...alike, firstEurPerKwh: 0.6 }] };
    const stale = sellersPrice(market).at;
    expect(sellerProfitEur(dearer, stale)).toBeLessThan(sellersPrice(dearer).value - 1e-3);
    expect(sellerRows(dearer).every(({ found }) => found === 'holds')).toBe(true);
  });
});

describe('one buyer', () => {
  const market = {
    households: [{ preferenceEur: 0.8, surplusKwh: 9 }],
    needKwh: 20,
    gridEurPerKwh: 0.32,
    feedInEurPerKwh: 0.08,
  };

  test('one household by hand: sqrt(0.32 x 0.8 / 10) = 0.16, own use 0.8 / 0.16 - 1 = 4', () => {
    expect(buyersPriceInClosedForm(market)).toBeCloseTo(0.16, 12);
    expect(buyersPrice(market).at).toBeCloseTo(0.16, 6);
    expect(ownUseKwh(market.households[0]!, 0.16)).toBeCloseTo(4, 12);
  });

  test('where households sell all they have the closed form is no longer the answer', () => {
    const indifferent = { preferenceEur: 0.1, surplusKwh: 1 };
    const mixed = { ...market, households: [...market.households, ...Array(5).fill(indifferent)] };
    expect(buyersPrice(mixed).at).toBeCloseTo(Math.sqrt((0.32 * 0.8) / 15), 6);
    expect(buyersPriceInClosedForm(mixed)).toBeCloseTo(Math.sqrt((0.32 * 1.3) / 20), 12);
    expect(buyerRows(mixed)[0]?.found).toBe('fails');
  });
});

describe('many companies', () => {
  const game = companiesGame(1);
  const closed = companiesInClosedForm(game);

  test('a consumer spends its budget, never below 0, and no move of money gains', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 100 }),
        (tenths, budget) => {
          const prices = tenths.map((tenth) => tenth / 10);
          const demands = budgetDemandsKwh({ budget, baseKwh: 1 }, prices);
          expect(Math.min(...demands)).toBeGreaterThanOrEqual(0);
          const spent = demands.reduce((sum, kwh, at) => sum + kwh * prices[at]!, 0);
          expect(spent).toBeCloseTo(budget, 9);
          expect(consumerGain({ count: 1, budget, baseKwh: 1 }, [prices], 40)).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a price moved by 1 % is no equilibrium, up or down', () => {
    for (const factor of [0.99, 1.01]) {
      const moved = withPrice(closed, 2, 0, closed[2]![0]! * factor);
      expect(companyGain(game, moved, 600)).toBeGreaterThan(1e-4);
    }
    expect(companyGain(game, closed, 600)).toBeLessThan(1e-9);
  });

  test('one budget changed is no longer the equilibrium of the game before', () => {
    const [first, ...others] = game.groups;
    const richer = { ...game, groups: [{ ...first!, budget: 5 }, ...others] };
    expect(companyGain(richer, closed, 600)).toBeGreaterThan(1e-3);
    const found = companiesByBestResponse(richer, closed);
    expect(found.prices[0]![0]).toBeCloseTo(companiesInClosedForm(richer)[0]![0]!, 6);
  });

  test('from another start to the same prices', () => {
    const rows = companyRows(game, [[0.05], [0.05], [0.05], [0.05]]);
    expect(rows.map(({ found }) => found)).toEqual(['holds', 'holds', 'holds']);
  });
});

test('a budget by hand: two hours at 0.1 and 0.3 where only the first is worth buying in', () => {
  expect(budgetByBestResponse(1, 1, [0.1, 0.3])).toBeCloseTo(0.1, 9);
  expect(budgetInClosedForm(1, 1, [0.1, 0.3])).toBeCloseTo(0.05, 9);
  expect(budgetByBestResponse(8, 1, [0.1, 0.3])).toBeCloseTo(
    budgetInClosedForm(8, 1, [0.1, 0.3]),
    9,
  );
});
