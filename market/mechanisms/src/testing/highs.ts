/** A solver for the tests of this room, as plain as can be; the product's is a room of its own. */

import loadHighs from 'highs';
import type { Solve } from '../solver.ts';

const load = loadHighs as unknown as typeof loadHighs.default;
const highs = await load();

export const solveWithHighs: Solve = ({ variables, constraints }) => {
  if (variables.length === 0) return { values: [], duals: constraints.map(() => 0n) };
  const starts = [0];
  for (const { terms } of constraints) starts.push((starts.at(-1) ?? 0) + terms.length);
  const terms = constraints.flatMap((one) => one.terms);
  return highs.withModel(
    {
      numCols: variables.length,
      numRows: constraints.length,
      sense: highs.constants.objectiveSense.maximize,
      colCost: variables.map(({ gain }) => Number(gain)),
      colLower: variables.map(({ least }) => Number(least)),
      colUpper: variables.map(({ most }) => (most === undefined ? Infinity : Number(most))),
      rowLower: constraints.map(({ least }) => (least === undefined ? -Infinity : Number(least))),
      rowUpper: constraints.map(({ most }) => (most === undefined ? Infinity : Number(most))),
      matrix: {
        format: 'csr',
        numRows: constraints.length,
        numCols: variables.length,
        starts,
        indices: terms.map(({ variable }) => variable),
        values: terms.map(({ coefficient }) => Number(coefficient)),
      },
    },
    (model) => {
      // Countries' energies and prices are beyond what its tolerances are made for.
      const scales = { user_objective_scale: -20, user_bound_scale: -20 };
      model.options.set({ output_flag: false, presolve: 'off', ...scales });
      if (model.run().modelStatus !== highs.constants.modelStatus.optimal) return undefined;
      const { colValue, rowDual } = model.getSolution();
      const millionths = (value: number) => BigInt(Math.round(value * 1e6));
      return { values: Array.from(colValue, millionths), duals: Array.from(rowDual, millionths) };
    },
  );
};
