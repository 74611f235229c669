import { expect, test } from 'vitest';
import { infeasibility, objectiveOf } from '../solver.ts';
import { dcNetwork } from './dc-network.ts';
import { nodalProblem } from './nodal-problem.ts';

test('balances, limits and worth of one line between two nodes', () => {
  const network = dcNetwork(2, [{ from: 0, to: 1, susceptance: 2n, limit: 4n }]);
  const problem = nodalProblem(
    [
      { demand: [], supply: [{ limit: 10n, energy: 9n }] },
      { demand: [{ limit: 30n, energy: 9n }], supply: [] },
    ],
    network,
  );
  // Supply, demand, the angle of the reference, the angle of the other.
  expect(infeasibility(problem, [4n, 4n, 0n, -2n])).toBeUndefined();
  expect(objectiveOf(problem, [4n, 4n, 0n, -2n])).toBe(80n);
  expect(infeasibility(problem, [6n, 6n, 0n, -3n])).toMatchObject({ name: 'line 0', value: 6n });
  expect(infeasibility(problem, [4n, 2n, 0n, -2n])).toMatchObject({ name: 'balance of node 1' });
  expect(infeasibility(problem, [4n, 4n, 1n, -1n])).toMatchObject({ name: 'angle of node 0' });
});
