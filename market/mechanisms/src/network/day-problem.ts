/** The trades of most value over the intervals of a day with batteries, as a linear problem. */

import type { Constraint, LinearProblem, Variable } from '../solver.ts';
import type { ZoneLevels } from './zone-flow.ts';

/** Empty before the first interval and after the last. */
export type Battery = {
  readonly name: string;
  readonly capacity: bigint;
  /** Most charged, and most discharged, in one interval. */
  readonly power: bigint;
};

/**
 * Variables: by interval the energy of each level of demand, then of supply; then by battery and interval what is
 * charged (below zero: discharged) and what is stored at its end. Rows: the balance of each interval, whose dual is
 * its price; then what each battery keeps from one interval to the next.
 */
export function dayProblem(
  books: readonly ZoneLevels[],
  batteries: readonly Battery[],
): LinearProblem {
  const variables: Variable[] = [];
  const balances: { variable: number; coefficient: bigint }[][] = books.map(() => []);
  for (const [interval, { demand, supply }] of books.entries()) {
    for (const [levels, sign] of [
      [demand, 1n],
      [supply, -1n],
    ] as const) {
      for (const { limit, energy } of levels) {
        balances[interval]?.push({ variable: variables.length, coefficient: sign });
        const name = `${sign > 0n ? 'demand' : 'supply'} in interval ${interval}, limit ${limit}`;
        variables.push({ name, gain: sign * limit, least: 0n, most: energy });
      }
    }
  }
  const kept: Constraint[] = [];
  for (const { name, capacity, power } of batteries) {
    for (const interval of books.keys()) {
      const charged = variables.length;
      balances[interval]?.push({ variable: charged, coefficient: 1n });
      const within = `${name} in interval ${interval}`;
      const most = interval === books.length - 1 ? 0n : capacity;
      variables.push({ name: `charged into ${within}`, gain: 0n, least: -power, most: power });
      variables.push({ name: `stored in ${within}`, gain: 0n, least: 0n, most });
      const before = interval === 0 ? [] : [{ variable: charged - 1, coefficient: 1n }];
      kept.push({
        name: `kept of ${within}`,
        terms: [
          ...before,
          { variable: charged, coefficient: 1n },
          { variable: charged + 1, coefficient: -1n },
        ],
        least: 0n,
        most: 0n,
      });
    }
  }
  const balance = balances.map(
    (terms, interval): Constraint => ({
      name: `balance of interval ${interval}`,
      terms,
      least: 0n,
      most: 0n,
    }),
  );
  return { variables, constraints: [...balance, ...kept] };
}
