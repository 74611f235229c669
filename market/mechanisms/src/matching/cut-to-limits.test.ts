import { greater } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { infeasibility, type LinearProblem } from '../solver.ts';
import { cutToLimits } from './cut-to-limits.ts';

const variable = (gain: bigint, most?: bigint) => ({ name: `${gain}`, gain, least: 0n, most });
const terms = (...coefficients: readonly bigint[]) =>
  coefficients.map((coefficient, at) => ({ variable: at, coefficient }));

test('flows against each other stay together though each alone is too much', () => {
  const balanced: LinearProblem = {
    variables: [variable(3n), variable(2n)],
    constraints: [{ name: 'exchange', terms: terms(1n, -1n), least: 0n, most: 0n }],
  };
  expect(cutToLimits(balanced, [9n, 9n])).toEqual([9n, 9n]);
  expect(cutToLimits(balanced, [9n, 7n])).toEqual([7n, 7n]);
  expect(cutToLimits(balanced, [4n, 7n])).toEqual([4n, 4n]);
});

test('what gains least is cut first, at equal gain what comes later', () => {
  const shared: LinearProblem = {
    variables: [variable(2n), variable(5n), variable(2n), variable(9n, 1n)],
    constraints: [{ name: 'together', terms: terms(1n, 1n, 1n, 1n), least: undefined, most: 9n }],
  };
  expect(cutToLimits(shared, [4n, 4n, 4n, 4n])).toEqual([4n, 4n, 0n, 1n]);
  expect(cutToLimits(shared, [4n, 9n, 4n, -4n])).toEqual([0n, 9n, 0n, 0n]);
  expect(cutToLimits(shared, [])).toEqual([0n, 0n, 0n, 0n]);
});

test('whatever is proposed, what is left keeps every limit and is no more than that', () => {
  const limits = fc.array(
    fc.record({
      coefficients: fc.array(fc.bigInt(-3n, 3n), { minLength: 5, maxLength: 5 }),
      least: fc.option(fc.bigInt(-20n, 0n), { nil: undefined }),
      most: fc.option(fc.bigInt(0n, 20n), { nil: undefined }),
    }),
    { maxLength: 6 },
  );
  const five = (most: bigint) => fc.array(fc.bigInt(-5n, most), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(limits, five(9n), five(40n), (rows, gains, proposed) => {
      const problem: LinearProblem = {
        variables: gains.map((gain) => variable(gain)),
        constraints: rows.map(({ coefficients, least, most }, at) => ({
          name: `${at}`,
          terms: terms(...coefficients),
          least,
          most,
        })),
      };
      const left = cutToLimits(problem, proposed);
      expect(infeasibility(problem, left)).toBeUndefined();
      for (const [at, value] of left.entries()) {
        expect(value).toBeLessThanOrEqual(greater(proposed[at] ?? 0n, 0n));
      }
      if (infeasibility(problem, proposed) === undefined) expect(left).toEqual(proposed);
    }),
  );
});
