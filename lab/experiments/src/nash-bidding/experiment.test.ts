import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAsExpected } from '../reproduction.ts';
import {
  determinant,
  distance,
  efficientQuantities,
  type QuantityGame,
  quantitiesByBestResponse,
  quantitiesInClosedForm,
  welfareEur,
} from './cournot.ts';
import { bidGain, nashBidding, nearlyWorstGame, quadraticCost, supplyGain } from './experiment.ts';
import {
  bidsByBestResponse,
  efficientOutputs,
  equilibriumOutputs,
  outputsOfBids,
  totalCostEur,
} from './parameterized-bids.ts';
import { alike, errorAfterAnswersAtOnce, quantityGain } from './quantity-rows.ts';
import { suppliesByBestResponse, supplyInClosedForm } from './supply-functions.ts';

test('every row comes out as the folder expects', () => {
  const reproduction = nashBidding.run();
  const wrong = reproduction.parts.flatMap(({ comparisons }) =>
    comparisons.filter(({ found, expected }) => found !== expected),
  );
  expect(wrong).toEqual([]);
  expect(isAsExpected(reproduction)).toBe(true);
});

const demand = { interceptEurPerMwh: 100, slopeEurPerMwh2: 1 };

describe('quantities', () => {
  const games = fc
    .array(
      fc.record({
        first: fc.integer({ min: 0, max: 120 }),
        slope: fc.integer({ min: 1, max: 30 }),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map(
      (generators): QuantityGame => ({
        demand,
        generators: generators.map(({ first, slope }) => ({
          firstEurPerMwh: first,
          slopeEurPerMwh2: slope / 10,
        })),
      }),
    );

  test('a duopoly by hand: (100 - 10) / 3 = 30 MWh each', () => {
    expect(quantitiesInClosedForm(alike({ demand }, 2, 10, 0))).toEqual([30, 30]);
  });

  test('best responses reach the closed form, whoever stays out', () => {
    fc.assert(
      fc.property(games, (game) => {
        const found = quantitiesByBestResponse(
          game,
          game.generators.map(() => 7),
        );
        expect(distance(found, quantitiesInClosedForm(game))).toBeLessThan(1e-7);
      }),
      { numRuns: 60 },
    );
  });

  test('no outputs have more welfare than the efficient ones', () => {
    fc.assert(
      fc.property(
        games,
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: -9, max: 9 }),
        (game, at, step) => {
          const efficient = efficientQuantities(game);
          const place = at % efficient.length;
          const moved = efficient.with(place, Math.max(0, efficient[place]! + step));
          expect(welfareEur(game, moved)).toBeLessThanOrEqual(welfareEur(game, efficient) + 1e-9);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('one cost changed is no longer the equilibrium of the game before', () => {
    const game = alike({ demand }, 3, 10, 0.5);
    const still = quantitiesInClosedForm(game);
    expect(quantityGain(game, still)).toBeLessThan(1e-8);
    const cheaper = { ...game.generators[0]!, firstEurPerMwh: 5 };
    const changed = { ...game, generators: game.generators.with(0, cheaper) };
    expect(quantityGain(changed, still)).toBeGreaterThan(1e-3);
  });

  test('rising costs calm answers at once: four of them settle', () => {
    expect(errorAfterAnswersAtOnce(alike({ demand }, 4, 10, 0), 20)).toBeGreaterThan(1.5);
    expect(errorAfterAnswersAtOnce(alike({ demand }, 4, 10, 2), 20)).toBeLessThan(0.1);
  });

  test('determinant by hand', () => {
    expect(
      determinant([
        [2, 1],
        [1, 2],
      ]),
    ).toBe(3);
    expect(
      determinant([
        [1, 2],
        [2, 1],
      ]),
    ).toBe(-3);
    expect(determinant([])).toBe(1);
  });
});

describe('lines', () => {
  test('two alike with slope 1 and response 1: s^2 + s - 1 = 0', () => {
    expect(supplyInClosedForm(2, 1, 1)).toBeCloseTo((Math.sqrt(5) - 1) / 2, 12);
  });

  test('a line a hundredth too steep or too flat is beaten at every level', () => {
    const game = { responseMwh2PerEur: 2, slopesEurPerMwh2: [0.4, 0.3] };
    const still = suppliesByBestResponse(game, [1, 1]);
    expect(supplyGain(game, still, [10, 90])).toBeLessThan(1e-8);
    for (const factor of [0.99, 1.01]) {
      expect(supplyGain(game, still.with(1, still[1]! * factor), [10])).toBeGreaterThan(1e-6);
    }
  });
});

describe('one number each', () => {
  const game = {
    demandMwh: 100,
    costs: [quadraticCost(20, 0.2), quadraticCost(25, 0.1), quadraticCost(30, 0)],
  };

  test('best bids in turn reach the efficient split of raised costs; a bid moved is beaten', () => {
    const bids = bidsByBestResponse(game, [500, 900, 100]);
    expect(distance(outputsOfBids(game, bids), equilibriumOutputs(game))).toBeLessThan(1e-5);
    expect(bidGain(game, bids)).toBeLessThan(1e-8);
    expect(bidGain(game, bids.with(0, bids[0]! * 1.05))).toBeGreaterThan(1e-6);
  });

  test('outputs meet demand, and the least cost is split by hand', () => {
    const efficient = efficientOutputs(game);
    expect(efficient.reduce((sum, one) => sum + one, 0)).toBeCloseTo(100, 6);
    expect(distance(efficient, [50, 50, 0])).toBeLessThan(1e-5);
  });

  test('the bound is approached as the last share falls, and never passed', () => {
    const ratios = [0.5, 0.1, 0.01].map((last) => {
      const worst = nearlyWorstGame(4, 100, last);
      const least = totalCostEur(worst, efficientOutputs(worst));
      return totalCostEur(worst, equilibriumOutputs(worst)) / least;
    });
    expect(ratios[0]).toBeLessThan(ratios[1]!);
    expect(ratios[1]).toBeLessThan(ratios[2]!);
    expect(ratios[2]).toBeLessThan(1.5);
  });
});
