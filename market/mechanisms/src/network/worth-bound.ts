/**
 * What no trades over a DC network can be worth more than, from any prices at all: weak duality. With the duals of an
 * optimum it is the optimum's worth, so whoever has the prices can see how good the trades are without solving anything.
 */

import { divideUp, lesser } from '@commonwatt/units';
import { CANDIDATE_MILLIONTHS } from '../solver.ts';
import type { DcNetwork } from './dc-network.ts';
import type { ZoneLevels } from './zone-flow.ts';

/**
 * In millionths of a nano. `duals` are those of `nodalProblem`, in millionths: the price of every node, then what one
 * more Wh of every line would be worth. Two bounds hold, and the lesser one counts.
 */
export function worthBound(
  books: readonly ZoneLevels[],
  network: DcNetwork,
  duals: readonly bigint[],
): bigint {
  return lesser(boundOfNodes(books, network, duals), boundOfLines(books, network, duals));
}

/** At the prices of the nodes: what everyone would gain, and lines earn if each could be filled by itself. */
function boundOfNodes(
  books: readonly ZoneLevels[],
  { lines }: DcNetwork,
  duals: readonly bigint[],
): bigint {
  let bound = 0n;
  for (const [node, book] of books.entries()) bound += gains(book, duals[node] ?? 0n, 1n);
  for (const { from, to, limit } of lines) {
    bound += limit * magnitude((duals[to] ?? 0n) - (duals[from] ?? 0n));
  }
  return bound;
}

/**
 * At the prices of the lines: a node's price is that of its component's first node less what one more Wh from it
 * takes of every line (Schweppe, Caramanis, Tabors and Bohn 1988). Prices made so leave nothing to be
 * earned by a flow that Kirchhoff's laws forbid.
 */
function boundOfLines(
  books: readonly ZoneLevels[],
  { lines, components, factors, denominators }: DcNetwork,
  duals: readonly bigint[],
): bigint {
  const rents = lines.map((_, line) => duals[books.length + line] ?? 0n);
  const sums = denominators.map(() => 0n);
  const add = (component: number, value: bigint) => {
    sums[component] = (sums[component] ?? 0n) + value;
  };
  for (const [node, book] of books.entries()) {
    const component = components[node] ?? 0;
    const denominator = denominators[component] ?? 1n;
    let price = (duals[components.indexOf(component)] ?? 0n) * denominator;
    for (const [line, rent] of rents.entries()) price -= rent * (factors[line]?.[node] ?? 0n);
    add(component, gains(book, price, denominator));
  }
  for (const [line, { from, limit }] of lines.entries()) {
    const component = components[from] ?? 0;
    add(component, limit * magnitude(rents[line] ?? 0n) * (denominators[component] ?? 1n));
  }
  return sums.reduce((all, sum, at) => all + divideUp(sum, denominators[at] ?? 1n), 0n);
}

/** What all orders of a node would gain at a price, times the denominator of the price. */
function gains({ demand, supply }: ZoneLevels, price: bigint, denominator: bigint): bigint {
  const unit = CANDIDATE_MILLIONTHS * denominator;
  let sum = 0n;
  for (const { limit, energy } of demand)
    if (limit * unit > price) sum += energy * (limit * unit - price);
  for (const { limit, energy } of supply)
    if (limit * unit < price) sum += energy * (price - limit * unit);
  return sum;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
