/** Makes what a solver proposes for the nodes of a network feasible, by cutting alone. */

import { lesser } from '@commonwatt/units';
import { type DcNetwork, denominatorOf, flowOf } from './dc-network.ts';

/** By node, in Wh. */
export type Dispatch = { readonly bought: readonly bigint[]; readonly sold: readonly bigint[] };

/** Rounding leaves a Wh or two too much on a line, which takes a few cuts as small as can be. */
const SMALL_CUTS = 256;
/** Where lines of a loop carry next to nothing, small cuts go to and fro: then every so many are twice as large. */
const CUTS_UNTIL_TWICE = 32;
/** By then a cut takes all that there is at a node, so only a proposal out of balance comes here. */
const CUTS_MAX = SMALL_CUTS + 80 * CUTS_UNTIL_TWICE;

/** In each component the longer side is cut, at the node with most first. */
export function balanced({ bought, sold }: Dispatch, components: readonly number[]): Dispatch {
  const cut = { bought: bought.slice(), sold: sold.slice() };
  for (const component of new Set(components)) {
    const inside = [...components.keys()].filter((node) => components[node] === component);
    const over = inside.reduce((sum, node) => sum + (bought[node] ?? 0n) - (sold[node] ?? 0n), 0n);
    const side = over > 0n ? cut.bought : cut.sold;
    let left = over > 0n ? over : -over;
    for (const node of inside.sort((a, b) => descending(side[a] ?? 0n, side[b] ?? 0n) || a - b)) {
      const part = lesser(left, side[node] ?? 0n);
      side[node] = (side[node] ?? 0n) - part;
      left -= part;
    }
  }
  return cut;
}

/**
 * Where a line would carry more than it can, the sale and the purchase that load it most are cut by as much, line by
 * line; undefined where that does not come to an end.
 */
export function withinLines(dispatch: Dispatch, network: DcNetwork): Dispatch | undefined {
  const bought = dispatch.bought.slice();
  const sold = dispatch.sold.slice();
  for (let cuts = 0; cuts < CUTS_MAX; cuts++) {
    const injections = sold.map((energy, node) => energy - (bought[node] ?? 0n));
    const over = overload(network, injections);
    if (over === undefined) return { bought, sold };
    const { line, excess, direction } = over;
    const factor = (node: number) => direction * (network.factors[line]?.[node] ?? 0n);
    // Nodes of other components have a factor of nothing, and so has the reference of this one.
    const inside = [...bought.keys()].filter(
      (node) => network.components[node] === network.components[network.lines[line]?.from ?? 0],
    );
    const sellers = inside.filter((node) => (sold[node] ?? 0n) > 0n);
    const buyers = inside.filter((node) => (bought[node] ?? 0n) > 0n);
    const seller = sellers.sort((a, b) => descending(factor(a), factor(b)) || a - b)[0];
    const buyer = buyers.sort((a, b) => descending(factor(b), factor(a)) || a - b)[0];
    if (seller === undefined || buyer === undefined) return undefined;
    const relief = factor(seller) - factor(buyer);
    if (relief <= 0n) return undefined;
    const needed = (excess + relief - 1n) / relief;
    const doublings = Math.max(0, Math.ceil((cuts - SMALL_CUTS) / CUTS_UNTIL_TWICE));
    const part = lesser(
      needed << BigInt(doublings),
      lesser(sold[seller] ?? 0n, bought[buyer] ?? 0n),
    );
    sold[seller] = (sold[seller] ?? 0n) - part;
    bought[buyer] = (bought[buyer] ?? 0n) - part;
  }
  return undefined;
}

/** The first line that would carry more than it can, by how much times its denominator, and which way. */
function overload(network: DcNetwork, injections: readonly bigint[]) {
  for (const [line, { limit }] of network.lines.entries()) {
    const flow = flowOf(network, line, injections);
    const direction = flow < 0n ? -1n : 1n;
    const excess = direction * flow - limit * denominatorOf(network, line);
    if (excess > 0n) return { line, excess, direction };
  }
  return undefined;
}

function descending(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a > b ? -1 : 1;
}
