/** The trades of most value that a DC network carries, as a linear problem. */

import type { Constraint, LinearProblem, Variable } from '../solver.ts';
import type { DcNetwork } from './dc-network.ts';
import type { ZoneLevels } from './zone-flow.ts';

/** As good as no bound. */
const FREE = 10n ** 30n;

/**
 * Variables: by node the energy of each level of demand, then of supply; then the angle of each node. Rows: the
 * balance of each node, whose dual is its price; then the limit of each line.
 */
export function nodalProblem(books: readonly ZoneLevels[], network: DcNetwork): LinearProblem {
  const variables: Variable[] = [];
  const balances = books.map(() => new Map<number, bigint>());
  for (const [node, { demand, supply }] of books.entries()) {
    for (const [levels, sign] of [
      [demand, 1n],
      [supply, -1n],
    ] as const) {
      for (const { limit, energy } of levels) {
        balances[node]?.set(variables.length, sign);
        const name = `${sign > 0n ? 'demand' : 'supply'} at node ${node}, limit ${limit}`;
        variables.push({ name, gain: sign * limit, least: 0n, most: energy });
      }
    }
  }
  const firstAngle = variables.length;
  const seen = new Set<number>();
  for (const [node, component] of network.components.entries()) {
    const bound = seen.has(component) ? FREE : 0n;
    seen.add(component);
    variables.push({ name: `angle of node ${node}`, gain: 0n, least: -bound, most: bound });
  }
  const add = (row: Map<number, bigint> | undefined, variable: number, coefficient: bigint) =>
    row?.set(variable, (row.get(variable) ?? 0n) + coefficient);
  const carried = network.lines.map(({ from, to, susceptance, limit }, at): Constraint => {
    for (const [end, other] of [
      [from, to],
      [to, from],
    ] as const) {
      add(balances[end], firstAngle + end, susceptance);
      add(balances[end], firstAngle + other, -susceptance);
    }
    const row = new Map([
      [firstAngle + from, susceptance],
      [firstAngle + to, -susceptance],
    ]);
    return { name: `line ${at}`, terms: termsOf(row), least: -limit, most: limit };
  });
  const balance = balances.map(
    (row, node): Constraint => ({
      name: `balance of node ${node}`,
      terms: termsOf(row),
      least: 0n,
      most: 0n,
    }),
  );
  return { variables, constraints: [...balance, ...carried] };
}

function termsOf(row: ReadonlyMap<number, bigint>): Constraint['terms'] {
  return [...row].map(([variable, coefficient]) => ({ variable, coefficient }));
}
