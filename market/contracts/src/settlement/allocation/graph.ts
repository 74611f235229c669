/**
 * Who is joined to whom by which arcs. Every arc has two halves: `2 * arc` goes along it and
 * `2 * arc + 1` against it, so that a residual graph is a graph of halves.
 */

export interface Ends {
  readonly from: number;
  readonly to: number;
}

export class Graph {
  readonly nodes: number;
  readonly arcs: number;
  /** The halves that leave node `v` stand in `halves` from `first[v]` up to `first[v + 1]`. */
  readonly first: Int32Array;
  readonly halves: Int32Array;
  /** Where a half leads. */
  readonly target: Int32Array;

  /** @param arcs between nodes numbered from 0 to below `nodes` */
  constructor(nodes: number, arcs: readonly Ends[]) {
    this.nodes = nodes;
    this.arcs = arcs.length;
    this.first = new Int32Array(nodes + 1);
    this.halves = new Int32Array(2 * arcs.length);
    this.target = new Int32Array(2 * arcs.length);
    const degree = new Int32Array(nodes);
    arcs.forEach(({ from, to }, arc) => {
      degree[from] = at(degree, from) + 1;
      degree[to] = at(degree, to) + 1;
      this.target[2 * arc] = to;
      this.target[2 * arc + 1] = from;
    });
    for (let node = 0; node < nodes; node++) {
      this.first[node + 1] = at(this.first, node) + at(degree, node);
    }
    const next = this.first.slice(0, nodes);
    arcs.forEach(({ from, to }, arc) => {
      this.halves[at(next, from)] = 2 * arc;
      next[from] = at(next, from) + 1;
      this.halves[at(next, to)] = 2 * arc + 1;
      next[to] = at(next, to) + 1;
    });
  }
}

/** An entry that is known to be there. */
export function at(list: Int32Array, index: number): number {
  return list[index] as number;
}

/**
 * The same arcs between nodes numbered from 0 without gaps, in the order in which they come.
 * @param linked the arc with other ends
 */
export function renumbered<A extends Ends>(
  arcs: readonly A[],
  linked: (arc: A, from: number, to: number) => A,
): { readonly arcs: A[]; readonly nodes: number } {
  const numbers = new Map<number, number>();
  const numberOf = (node: number): number => {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    numbers.set(node, numbers.size);
    return numbers.size - 1;
  };
  const own = arcs.map((arc) => linked(arc, numberOf(arc.from), numberOf(arc.to)));
  return { arcs: own, nodes: numbers.size };
}
