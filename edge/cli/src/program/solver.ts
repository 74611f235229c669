/** The solver behind the mechanisms' port, loaded when it is asked for. */

import type { Solve } from '@commonwatt/mechanisms';

/** Each problem is solved cold: a slot's outcome does not depend on the slots before it. */
export async function openSolver(): Promise<Solve> {
  const { loadSolver } = await import('@commonwatt/solver');
  const solver = await loadSolver();
  return (problem) => {
    solver.forget();
    return solver.solve(problem);
  };
}
