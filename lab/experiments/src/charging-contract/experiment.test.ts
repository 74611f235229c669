import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAsExpected } from '../reproduction.ts';
import { bestOnContractGrid, bestOnEnergyGrid, withGreatestPayments } from './every-menu.ts';
import { chargingContract, marketOf } from './experiment.ts';
import {
  bestMenu,
  levelled,
  menuEnergyKwh,
  menuProfitEur,
  rationedMenu,
  slackOf,
  type VehicleType,
  virtualPreferences,
  withPayments,
} from './menu.ts';
import { bestPricePerKwh, bestSingleContract, toldApart } from './other-offers.ts';

test('every row comes out as the folder expects', () => {
  const reproduction = chargingContract.run();
  const wrong = reproduction.parts.flatMap(({ comparisons }) =>
    comparisons.filter(({ found, expected }) => found !== expected),
  );
  expect(wrong).toEqual([]);
  expect(isAsExpected(reproduction)).toBe(true);
});

const two: readonly VehicleType[] = [
  { preferenceEur: 4, share: 0.5 },
  { preferenceEur: 6, share: 0.5 },
];

/** Two to four types of rising preference, shares in hundredths that add up to 1. */
const markets = fc
  .array(
    fc.record({ rise: fc.integer({ min: 1, max: 40 }), weight: fc.integer({ min: 1, max: 20 }) }),
    {
      minLength: 2,
      maxLength: 4,
    },
  )
  .map((drawn) => {
    const weights = drawn.reduce((sum, { weight }) => sum + weight, 0);
    let preference = 1;
    return marketOf(
      drawn.map(({ rise, weight }) => {
        preference += rise / 10;
        return { preferenceEur: preference, share: weight / weights };
      }),
    );
  });

describe('the best menu', () => {
  test('two types by hand: virtual preferences 2 and 6, 4 kWh for 4 ln(10/6) EUR, 24 kWh', () => {
    expect(virtualPreferences(two)).toEqual([2, 6]);
    const [low, high] = bestMenu(marketOf(two));
    expect(low?.energyKwh).toBeCloseTo(4, 12);
    expect(low?.paymentEur).toBeCloseTo(4 * Math.log(10 / 6), 12);
    expect(high?.energyKwh).toBeCloseTo(24, 12);
    expect(high?.paymentEur).toBeCloseTo(4 * Math.log(10 / 6) + 6 * Math.log(3), 12);
  });

  test('every type takes part and its own contract; profit is between one contract and types known', () => {
    fc.assert(
      fc.property(markets, (market) => {
        const menu = bestMenu(market);
        const { participationEur, incentiveEur } = slackOf(market, menu);
        expect(participationEur).toBeGreaterThan(-1e-9);
        expect(incentiveEur).toBeGreaterThan(-1e-9);
        const profit = menuProfitEur(market, menu);
        expect(bestSingleContract(market)).toBeLessThanOrEqual(profit + 1e-9);
        expect(bestPricePerKwh(market).value).toBeLessThanOrEqual(profit + 1e-9);
        expect(profit).toBeLessThanOrEqual(menuProfitEur(market, toldApart(market)) + 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  test('no list of energies on a grid beats it, whatever the types', () => {
    fc.assert(
      fc.property(markets, (market) => {
        const profit = menuProfitEur(market, bestMenu(market));
        const grid = bestOnEnergyGrid(market, market.types.length === 4 ? 8 : 15);
        expect(grid.profitEur).toBeLessThanOrEqual(profit + 1e-9);
      }),
      { numRuns: 25 },
    );
  });

  test('one preference changed: the menu of before is beaten by one of the grid', () => {
    const changed = marketOf([two[0]!, { preferenceEur: 9, share: 0.5 }]);
    const stale = menuProfitEur(changed, bestMenu(marketOf(two)));
    expect(bestOnEnergyGrid(changed, 30).profitEur).toBeGreaterThan(stale + 0.1);
  });

  test('a menu that is not levelled is refused by a type', () => {
    const types = [
      { preferenceEur: 6, share: 0.45 },
      { preferenceEur: 7, share: 0.1 },
      { preferenceEur: 9, share: 0.45 },
    ];
    const market = marketOf(types);
    const falling = virtualPreferences(types).map((one) => Math.max(0, one / 0.2 - 6));
    expect(slackOf(market, withPayments(market, falling)).incentiveEur).toBeLessThan(-0.1);
    expect(withGreatestPayments(market, falling)).toBeUndefined();
  });
});

describe('levelled', () => {
  const evenly = (values: readonly number[]) =>
    levelled(
      values,
      values.map(() => ({ preferenceEur: 1, share: 1 / values.length })),
    );

  test('by hand', () => {
    expect(evenly([1, 3, 2, 4])).toEqual([1, 2.5, 2.5, 4]);
    expect(evenly([4, 3, 2, 1])).toEqual([2.5, 2.5, 2.5, 2.5]);
    expect(evenly([1, 2, 3])).toEqual([1, 2, 3]);
    expect(
      levelled(
        [4, 1],
        [
          { preferenceEur: 1, share: 0.75 },
          { preferenceEur: 2, share: 0.25 },
        ],
      ),
    ).toEqual([3.25, 3.25]);
  });

  test('it rises and keeps the sum', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 9 }),
        (values) => {
          const level = evenly(values);
          for (const [at, value] of level.entries()) {
            expect(value).toBeGreaterThanOrEqual(
              (level[at - 1] ?? Number.NEGATIVE_INFINITY) - 1e-12,
            );
          }
          const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
          expect(sum(level)).toBeCloseTo(sum(values), 9);
        },
      ),
    );
  });
});

test('payments by all constraints are those of the reduction, where energies rise', () => {
  const market = marketOf(two);
  expect(withGreatestPayments(market, [4, 24])).toEqual(
    withPayments(market, [4, 24]).map(({ energyKwh, paymentEur }) => ({
      energyKwh,
      paymentEur: expect.closeTo(paymentEur, 12),
    })),
  );
});

test('the grid of contracts finds a menu by hand: one type pays all it is worth', () => {
  const market = { ...marketOf([{ preferenceEur: 5, share: 1 }]), energyKwhMax: 40 };
  const grid = { energySteps: 40, paymentSteps: 10_000, paymentEurMax: 10 };
  const found = bestOnContractGrid(market, grid);
  expect(found.menu[0]?.energyKwh).toBe(19);
  expect(found.menu[0]?.paymentEur).toBeCloseTo(Math.floor(5000 * Math.log(25 / 6)) / 1000, 12);
});

test('rationed: no more is taken than there is, and nothing is scarce where there is enough', () => {
  const market = marketOf(two);
  const { menu, scarcityEurPerKwh } = rationedMenu(market, 8);
  expect(menuEnergyKwh(market, menu)).toBeCloseTo(8, 9);
  expect(scarcityEurPerKwh).toBeGreaterThan(0);
  expect(menuProfitEur(market, menu)).toBeGreaterThanOrEqual(
    bestOnEnergyGrid(market, 60, 8).profitEur,
  );
  expect(rationedMenu(market, 14.1).scarcityEurPerKwh).toBe(0);
  // Of next to nothing the last kWh is worth many times its cost.
  const scarce = rationedMenu(market, 0.001);
  expect(menuEnergyKwh(market, scarce.menu)).toBeLessThanOrEqual(0.001);
  expect(menuEnergyKwh(market, scarce.menu)).toBeCloseTo(0.001, 9);
});
