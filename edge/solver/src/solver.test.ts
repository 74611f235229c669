import type { LinearProblem } from '@commonwatt/mechanisms';
import { infeasibility, objectiveOf } from '@commonwatt/mechanisms';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadSolver } from './solver.ts';

const solver = await loadSolver();

type Bounds = readonly [least: bigint | undefined, most: bigint | undefined];

/** gains, bounds of the variables, and rows of coefficients with their bounds. */
function problemOf(
  gains: readonly bigint[],
  bounds: readonly (readonly [bigint, bigint | undefined])[],
  rows: readonly { readonly row: readonly bigint[]; readonly within: Bounds }[],
  isWhole = false,
): LinearProblem {
  return {
    variables: gains.map((gain, at) => ({
      name: `x${at}`,
      gain,
      least: bounds[at]?.[0] ?? 0n,
      most: bounds[at]?.[1],
      isWhole,
    })),
    constraints: rows.map(({ row, within: [least, most] }, at) => ({
      name: `c${at}`,
      terms: row.flatMap((coefficient, variable) =>
        coefficient === 0n ? [] : [{ variable, coefficient }],
      ),
      least,
      most,
    })),
  };
}

const NON_NEGATIVE = [
  [0n, undefined],
  [0n, undefined],
] as const;

/** Hillier and Lieberman, section 3.1: 2 windows and 6 doors, 36, shadow prices 0, 3/2 and 1. */
const GLASS = problemOf([3n, 5n], NON_NEGATIVE, [
  { row: [1n, 0n], within: [undefined, 4n] },
  { row: [0n, 2n], within: [undefined, 12n] },
  { row: [3n, 2n], within: [undefined, 18n] },
]);

describe('an optimum that is known', () => {
  test('with its shadow prices', () => {
    expect(solver.solve(GLASS)).toEqual({
      values: [2_000_000n, 6_000_000n],
      duals: [0n, 1_500_000n, 1_000_000n],
    });
  });

  test('a binding lower bound costs: its dual is below zero', () => {
    const least = problemOf([-2n, -3n], NON_NEGATIVE, [
      { row: [1n, 1n], within: [10n, undefined] },
    ]);
    expect(solver.solve(least)).toEqual({ values: [10_000_000n, 0n], duals: [-2_000_000n] });
  });

  test('between whole numbers, in millionths', () => {
    const third = problemOf([1n], [[0n, undefined]], [{ row: [3n], within: [undefined, 2n] }]);
    expect(solver.solve(third)).toEqual({ values: [666_667n], duals: [333_333n] });
  });

  test('below zero, and with a bound that is as good as none', () => {
    const free = problemOf(
      [1n, -1n],
      [
        [-(10n ** 30n), undefined],
        [-5n, undefined],
      ],
      [{ row: [1n, 0n], within: [undefined, -7n] }],
    );
    expect(solver.solve(free)?.values).toEqual([-7_000_000n, -5_000_000n]);
  });

  test('in whole numbers, without duals: 2 where the line says 2.5', () => {
    const rows = [{ row: [2n, 4n], within: [undefined, 13n] as const }];
    expect(solver.solve(problemOf([5n, 9n], NON_NEGATIVE, rows, true))).toEqual({
      values: [6_000_000n, 0n],
    });
  });

  test("in a country's energies and prices", () => {
    const [much, dear] = [2n * 10n ** 12n, 10n ** 12n];
    const large = problemOf(
      [dear, -1n],
      [
        [0n, much],
        [0n, undefined],
      ],
      [{ row: [3n, -1n], within: [undefined, 0n] }],
    );
    expect(solver.solve(large)).toEqual({
      values: [much * 1_000_000n, 3n * much * 1_000_000n],
      duals: [1_000_000n],
    });
  });

  test('of no variables', () => {
    expect(solver.solve({ variables: [], constraints: [] })).toEqual({ values: [], duals: [] });
    const broken = { name: 'some', terms: [], least: 1n, most: undefined };
    expect(solver.solve({ variables: [], constraints: [broken] })).toBeUndefined();
  });
});

describe('no optimum', () => {
  test.each([
    [
      'nothing is feasible',
      problemOf([1n, 1n], NON_NEGATIVE, [
        { row: [1n, 1n], within: [5n, undefined] },
        { row: [1n, 1n], within: [undefined, 4n] },
      ]),
    ],
    ['there is no end', problemOf([1n], [[0n, undefined]], [])],
    [
      'no whole number is feasible',
      problemOf([1n], [[0n, 9n]], [{ row: [2n], within: [3n, 3n] }], true),
    ],
  ])('%s, and the next problem is solved as ever', (_name, problem) => {
    expect(solver.solve(problem)).toBeUndefined();
    expect(solver.solve(GLASS)?.values).toEqual([2_000_000n, 6_000_000n]);
  });
});

/** Knapsacks with several rows: small enough to try every choice. */
const SMALL = fc
  .record({
    gains: fc.array(fc.bigInt(-9n, 9n), { minLength: 4, maxLength: 4 }),
    rows: fc.array(fc.array(fc.bigInt(0n, 5n), { minLength: 4, maxLength: 4 }), { maxLength: 3 }),
    most: fc.bigInt(0n, 20n),
  })
  .map(({ gains, rows, most }) =>
    problemOf(
      gains,
      gains.map(() => [0n, 2n] as const),
      rows.map((row) => ({ row, within: [undefined, most] as const })),
      true,
    ),
  );

test('whole optima are those found by trying everything', () => {
  fc.assert(
    fc.property(SMALL, (problem) => {
      let best = 0n;
      for (let choice = 0; choice < 81; choice++) {
        const values = [1, 3, 9, 27].map((power) => BigInt(Math.floor(choice / power) % 3));
        const worth = objectiveOf(problem, values);
        if (worth > best && infeasibility(problem, values) === undefined) best = worth;
      }
      const whole = solver.solve(problem)?.values.map((value) => value / 1_000_000n) ?? [];
      expect(infeasibility(problem, whole)).toBeUndefined();
      expect(objectiveOf(problem, whole)).toBe(best);
    }),
    { numRuns: 60 },
  );
});

test('warm, cold and as it comes agree on the objective', async () => {
  const asItComes = await loadSolver({ asItComes: true });
  const relaxed = (problem: LinearProblem, dearer: bigint): LinearProblem => ({
    ...problem,
    variables: problem.variables.map(({ isWhole: _, ...one }) => ({
      ...one,
      gain: one.gain + dearer,
    })),
  });
  const worth = (problem: LinearProblem, values: readonly bigint[] = []) =>
    Number(objectiveOf(problem, values)) / 1e6;
  fc.assert(
    fc.property(SMALL, (problem) => {
      for (const dearer of [0n, 1n, -1n]) {
        const one = relaxed(problem, dearer);
        const warm = worth(one, solver.solve(one)?.values);
        solver.forget();
        expect(worth(one, solver.solve(one)?.values)).toBeCloseTo(warm, 3);
        expect(worth(one, asItComes.solve(one)?.values)).toBeCloseTo(warm, 3);
      }
    }),
    { numRuns: 40 },
  );
  asItComes.dispose();
});
