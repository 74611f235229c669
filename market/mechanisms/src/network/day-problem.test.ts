import { expect, test } from 'vitest';
import { infeasibility, objectiveOf } from '../solver.ts';
import { solveWithHighs } from '../testing/highs.ts';
import { dayProblem } from './day-problem.ts';

const problem = dayProblem(
  [
    { demand: [], supply: [{ limit: 10n, energy: 9n }] },
    { demand: [{ limit: 30n, energy: 9n }], supply: [] },
  ],
  [{ name: 'shed', capacity: 4n, power: 5n }],
);

test('energy is carried from one interval to the next, up to capacity and power', () => {
  // Supply, demand; charged and stored in the first interval, then in the second.
  expect(infeasibility(problem, [4n, 4n, 4n, 4n, -4n, 0n])).toBeUndefined();
  expect(objectiveOf(problem, [4n, 4n, 4n, 4n, -4n, 0n])).toBe(80n);
  expect(infeasibility(problem, [5n, 5n, 5n, 5n, -5n, 0n])).toMatchObject({
    name: 'stored in shed in interval 0',
  });
  expect(infeasibility(problem, [4n, 3n, 4n, 4n, -3n, 1n])).toMatchObject({
    name: 'stored in shed in interval 1',
  });
  expect(infeasibility(problem, [4n, 5n, 4n, 4n, -5n, 0n])).toMatchObject({
    name: 'kept of shed in interval 1',
  });
});

test('a solver finds it, with the prices of both intervals', () => {
  const { values, duals } = solveWithHighs(problem) ?? {};
  expect(values?.slice(0, 2)).toEqual([4_000_000n, 4_000_000n]);
  expect(duals?.slice(0, 2)).toEqual([10_000_000n, 30_000_000n]);
});
