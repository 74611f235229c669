import type { LinearProblem } from '@commonwatt/mechanisms';
import { loadSolver } from '@commonwatt/solver';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAsExpected } from '../reproduction.ts';
import {
  type Battery,
  type BatteryDay,
  cheapestSchedule,
  dayCostEur,
  leastCostBoundEur,
} from './battery.ts';
import { drawnStreet, storageGame } from './experiment.ts';
import {
  atRest,
  billsEur,
  gainBoundEur,
  peakToAverage,
  settle,
  streetCostBoundEur,
  streetCostEur,
} from './game.ts';

test('every row comes out as the folder expects', () => {
  const reproduction = storageGame.run();
  const wrong = reproduction.parts.flatMap(({ comparisons }) =>
    comparisons.filter(({ found, expected }) => found !== expected),
  );
  expect(wrong).toEqual([]);
  expect(isAsExpected(reproduction)).toBe(true);
});

const lossless: Battery = {
  energyKwh: 10,
  startKwh: 0,
  powerKw: 10,
  chargeEfficiency: 1,
  dischargeEfficiency: 1,
};
const rising = { base: 0, slope: 1 };

describe('one battery', () => {
  test('by hand: two hours are levelled, as far as power, energy and losses let', () => {
    const day = { battery: lossless, loadsKwh: [1, 3], costs: [rising, rising] };
    const stored = (battery: Partial<Battery>) =>
      cheapestSchedule({ ...day, battery: { ...lossless, ...battery } }).storedKwh;
    expect(stored({})).toEqual([expect.closeTo(1, 9), expect.closeTo(-1, 9)]);
    expect(stored({ powerKw: 0.4 })).toEqual([expect.closeTo(0.4, 9), expect.closeTo(-0.4, 9)]);
    expect(stored({ energyKwh: 0.3 })).toEqual([expect.closeTo(0.3, 9), expect.closeTo(-0.3, 9)]);
    expect(stored({ chargeEfficiency: 0.3 })).toEqual([0, expect.closeTo(0, 9)]);
    expect(dayCostEur(day, [1, -1])).toBe(4);
  });

  const days = fc
    .record({
      loads: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 3, maxLength: 3 }),
      bases: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 3, maxLength: 3 }),
      energy: fc.integer({ min: 1, max: 30 }),
      start: fc.integer({ min: 0, max: 10 }),
      power: fc.integer({ min: 1, max: 20 }),
      efficiency: fc.integer({ min: 5, max: 10 }),
    })
    .map(
      ({ loads, bases, energy, start, power, efficiency }): BatteryDay => ({
        battery: {
          energyKwh: energy / 10,
          startKwh: (energy * start) / 100,
          powerKw: power / 10,
          chargeEfficiency: efficiency / 10,
          dischargeEfficiency: efficiency / 10,
        },
        loadsKwh: loads.map((load) => load / 10),
        costs: bases.map((base) => ({ base: base / 10, slope: 0.7 })),
      }),
    );

  test('its cost is its own bound, and no schedule of a grid is below', () => {
    fc.assert(
      fc.property(days, (day) => {
        const { storedKwh, worths } = cheapestSchedule(day);
        const cost = dayCostEur(day, storedKwh);
        expect(storedKwh.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 8);
        expect(leastCostBoundEur(day, worths)).toBeCloseTo(cost, 7);
        expect(cheapestOfGrid(day, 40)).toBeGreaterThanOrEqual(cost - 1e-8);
      }),
      { numRuns: 60 },
    );
  });

  test('any worths give a bound; wrong ones a lower one', () => {
    fc.assert(
      fc.property(
        days,
        fc.array(fc.integer({ min: -20, max: 60 }), { minLength: 3, maxLength: 3 }),
        (day, drawn) => {
          const cost = dayCostEur(day, cheapestSchedule(day).storedKwh);
          expect(
            leastCostBoundEur(
              day,
              drawn.map((one) => one / 10),
            ),
          ).toBeLessThanOrEqual(cost + 1e-8);
        },
      ),
      { numRuns: 60 },
    );
    const day = { battery: lossless, loadsKwh: [1, 3], costs: [rising, rising] };
    expect(leastCostBoundEur(day, [1, 1])).toBeLessThan(3.6);
  });
});

/** All pairs of hours' energies; the third brings the level back. */
function cheapestOfGrid(day: BatteryDay, steps: number): number {
  const { powerKw, energyKwh, startKwh, dischargeEfficiency } = day.battery;
  let cheapest = Number.POSITIVE_INFINITY;
  for (let one = -steps; one <= steps; one += 1) {
    for (let two = -steps; two <= steps; two += 1) {
      const first = (powerKw * one) / steps;
      const second = (powerKw * two) / steps;
      const stored = [first, second, -first - second];
      const levels = [startKwh + first, startKwh + first + second];
      const isFeasible =
        levels.every((level) => level >= 0 && level <= energyKwh) &&
        stored.every((kwh, hour) => {
          const least = -Math.min(powerKw, day.loadsKwh[hour]! / dischargeEfficiency);
          return kwh >= least && kwh <= powerKw;
        });
      if (isFeasible) cheapest = Math.min(cheapest, dayCostEur(day, stored));
    }
  }
  return cheapest;
}

test('at fixed prices the bound is what HiGHS finds', async () => {
  const prices = [3, 1, 4, 9, 2, 8];
  const loads = [4, 8, 4, 8, 8, 4];
  const battery = {
    energyKwh: 7,
    startKwh: 2,
    powerKw: 5,
    chargeEfficiency: 0.8,
    dischargeEfficiency: 0.8,
  };
  const nearly = { battery, loadsKwh: loads, costs: prices.map((base) => ({ base, slope: 1e-7 })) };
  const fixed = { ...nearly, costs: prices.map((base) => ({ base, slope: 0 })) };
  const bound = leastCostBoundEur(fixed, cheapestSchedule(nearly).worths);
  const solver = await loadSolver();
  const candidate = solver.solve(linearDay(prices));
  solver.dispose();
  const use = prices.reduce((sum, price, hour) => sum + price * loads[hour]!, 0);
  const saved = candidate!.values.reduce(
    (sum, value, at) => sum + (Number(value) / 1e6) * Number(linearDay(prices).variables[at]!.gain),
    0,
  );
  expect(bound).toBeCloseTo(use - saved / 20, 4);
  expect(saved).toBeGreaterThan(0);
});

/** Gains in twentieths of a EUR: a kWh stored takes 1.25 from the grid, one taken out spares 0.8. */
function linearDay(prices: readonly number[]): LinearProblem {
  const hours = prices.length;
  const bound = (name: string, gain: bigint, most: bigint) => ({ name, gain, least: 0n, most });
  return {
    variables: [
      ...prices.map((price, hour) => bound(`in ${hour}`, BigInt(-25 * price), 5n)),
      ...prices.map((price, hour) => bound(`out ${hour}`, BigInt(16 * price), 5n)),
      ...prices.map((_price, hour) => ({
        ...bound(`level ${hour}`, 0n, 7n),
        least: hour === hours - 1 ? 2n : 0n,
        most: hour === hours - 1 ? 2n : 7n,
      })),
    ],
    constraints: prices.map((_price, hour) => ({
      name: `hour ${hour}`,
      terms: [
        { variable: 2 * hours + hour, coefficient: 1n },
        { variable: hour, coefficient: -1n },
        { variable: hours + hour, coefficient: 1n },
        ...(hour === 0 ? [] : [{ variable: 2 * hours + hour - 1, coefficient: -1n }]),
      ],
      least: hour === 0 ? 2n : 0n,
      most: hour === 0 ? 2n : 0n,
    })),
  };
}

describe('a street', () => {
  const street = drawnStreet(4);
  const daily = settle(street, 'daily').loadsKwh;
  const hourly = settle(street, 'hourly').loadsKwh;

  test('neither equilibrium is the other, and only one has the least cost', () => {
    expect(Math.abs(gainBoundEur(street, hourly, 'hourly'))).toBeLessThan(1e-9);
    expect(gainBoundEur(street, daily, 'hourly')).toBeGreaterThan(1e-6);
    expect(gainBoundEur(street, hourly, 'daily')).toBeGreaterThan(1e-6);
    const least = streetCostEur(street, daily);
    expect(streetCostBoundEur(street, daily)).toBeCloseTo(least, 8);
    expect(streetCostEur(street, hourly)).toBeGreaterThan(least + 1e-6);
  });

  test('without batteries used, or with one price changed, there is much to gain', () => {
    expect(gainBoundEur(street, atRest(street), 'hourly')).toBeGreaterThan(1e-3);
    const dearer = { ...street, coefficients: street.coefficients.with(12, 0.004) };
    expect(gainBoundEur(dearer, hourly, 'hourly')).toBeGreaterThan(1e-6);
  });

  test('the bound is below the cost of every outcome', () => {
    for (const loads of [daily, hourly, atRest(street)]) {
      expect(streetCostBoundEur(street, loads)).toBeLessThanOrEqual(
        streetCostEur(street, daily) + 1e-9,
      );
    }
  });

  test('bills of both kinds add up to the cost of the street', () => {
    for (const billing of ['daily', 'hourly'] as const) {
      const bills = billsEur(street, hourly, billing);
      expect(bills.reduce((sum, bill) => sum + bill, 0)).toBeCloseTo(
        streetCostEur(street, hourly),
        9,
      );
    }
  });

  test('peak to average by hand', () => {
    expect(
      peakToAverage([
        [1, 2, 3],
        [1, 0, 5],
      ]),
    ).toBe(2);
  });
});
