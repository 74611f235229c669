import { expect, test } from 'vitest';
import type { LinearProblem } from './solver.ts';
import { CANDIDATE_MILLIONTHS, infeasibility, objectiveOf } from './solver.ts';

/** Largest 3x + 2y with x + y <= 4 and x + 3y <= 6. */
const problem: LinearProblem = {
  variables: [
    { name: 'x', gain: 3n, least: 0n, most: 3n },
    { name: 'y', gain: 2n, least: 0n, most: undefined },
  ],
  constraints: [
    {
      name: 'together',
      terms: [
        { variable: 0, coefficient: 1n },
        { variable: 1, coefficient: 1n },
      ],
      least: undefined,
      most: 4n,
    },
    {
      name: 'weighted',
      terms: [
        { variable: 0, coefficient: 1n },
        { variable: 1, coefficient: 3n },
      ],
      least: 1n,
      most: 6n,
    },
  ],
};

test('values in whole units are held to bounds and constraints, by name', () => {
  expect(infeasibility(problem, [3n, 1n])).toBeUndefined();
  expect(objectiveOf(problem, [3n, 1n])).toBe(11n);
  expect(infeasibility(problem, [4n, 0n])).toMatchObject({ name: 'x', value: 4n });
  expect(infeasibility(problem, [0n, -1n])).toMatchObject({ name: 'y' });
  expect(infeasibility(problem, [3n, 2n])).toMatchObject({ name: 'together', value: 5n });
  expect(infeasibility(problem, [0n, 0n])).toMatchObject({ name: 'weighted', value: 0n });
  expect(infeasibility(problem, [1n])).toEqual({
    code: 'values_miscounted',
    expected: 2,
    got: 1,
  });
  expect(CANDIDATE_MILLIONTHS).toBe(1_000_000n);
});
