/**
 * A proposal cut until it breaks no limit, as a whole: flows against each other, each too much alone, stay together.
 * For problems in which nothing at all is allowed.
 */

import { divideUp, greater, lesser } from '@commonwatt/units';
import type { LinearProblem, Variable } from '../solver.ts';

/** A cut for one limit can break another, whose turn comes with the next round. */
const ROUNDS_MAX = 64;

type Term = LinearProblem['constraints'][number]['terms'][number];

/**
 * Whole values, none above those proposed, that keep every bound and constraint. What gains least is cut first, at
 * equal gain what comes later. Where the rounds do not suffice, nothing is left.
 */
export function cutToLimits(
  { variables, constraints }: LinearProblem,
  proposed: readonly bigint[],
): bigint[] {
  const values = variables.map(({ most }, at) => {
    const value = greater(proposed[at] ?? 0n, 0n);
    return most === undefined ? value : lesser(value, most);
  });
  const limits = constraints.map(({ terms, least, most }) => ({
    terms: [...terms].sort((a, b) => leastGainFirst(variables, a.variable, b.variable)),
    least,
    most,
  }));
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let isWhole = true;
    for (const { terms, least, most } of limits) {
      const sum = sumOf(terms, values);
      const over = most === undefined ? 0n : sum - most;
      const under = least === undefined ? 0n : least - sum;
      if (over <= 0n && under <= 0n) continue;
      isWhole = false;
      if (over > 0n) cut(over, terms, 1n, values);
      else cut(under, terms, -1n, values);
    }
    if (isWhole) return values;
  }
  return variables.map(() => 0n);
}

function sumOf(terms: readonly Term[], values: readonly bigint[]): bigint {
  let sum = 0n;
  for (const { variable, coefficient } of terms) sum += coefficient * (values[variable] ?? 0n);
  return sum;
}

/** Takes an excess out of the values that push the sum that way. */
function cut(excess: bigint, terms: readonly Term[], direction: bigint, values: bigint[]): void {
  let left = excess;
  for (const { variable, coefficient } of terms) {
    const push = coefficient * direction;
    if (push <= 0n) continue;
    const value = values[variable] ?? 0n;
    const part = lesser(value, divideUp(left, push));
    values[variable] = value - part;
    left -= part * push;
    if (left <= 0n) return;
  }
}

function leastGainFirst(variables: readonly Variable[], a: number, b: number): number {
  const difference = (variables[a]?.gain ?? 0n) - (variables[b]?.gain ?? 0n);
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return b - a;
}
