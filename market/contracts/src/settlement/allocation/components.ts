/** Where a flow can turn in circles, and which circles have arcs in common. */

import { at, type Graph } from './graph.ts';

/**
 * The strongly connected component of every node, along halves that are `open`: Tarjan 1972, without
 * recursion.
 */
export function strongComponents(graph: Graph, open: (half: number) => boolean): Int32Array {
  const component = new Int32Array(graph.nodes).fill(-1);
  const order = new Int32Array(graph.nodes).fill(-1);
  const low = new Int32Array(graph.nodes);
  const next = graph.first.slice(0, graph.nodes);
  const waiting: number[] = [];
  let visited = 0;
  let components = 0;
  for (let root = 0; root < graph.nodes; root++) {
    if (at(order, root) >= 0) continue;
    const path = [root];
    for (let node: number | undefined = root; node !== undefined; node = path.at(-1)) {
      if (at(order, node) < 0) {
        order[node] = visited;
        low[node] = visited;
        visited++;
        waiting.push(node);
      }
      const child = stepOf(graph, open, order, component, low, next, node);
      if (child !== undefined) {
        path.push(child);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(at(low, parent), at(low, node));
      if (at(low, node) !== at(order, node)) continue;
      for (let member = waiting.pop(); member !== undefined; member = waiting.pop()) {
        component[member] = components;
        if (member === node) break;
      }
      components++;
    }
  }
  return component;
}

/** A neighbour that was not visited yet; those that were are taken into account. */
function stepOf(
  graph: Graph,
  open: (half: number) => boolean,
  order: Int32Array,
  component: Int32Array,
  low: Int32Array,
  next: Int32Array,
  node: number,
): number | undefined {
  const end = at(graph.first, node + 1);
  for (let i = at(next, node); i < end; i++) {
    const half = at(graph.halves, i);
    if (!open(half)) continue;
    const target = at(graph.target, half);
    if (at(order, target) < 0) {
      next[node] = i + 1;
      return target;
    }
    if (at(component, target) < 0) low[node] = Math.min(at(low, node), at(order, target));
  }
  next[node] = end;
  return undefined;
}

/**
 * The arcs of each block: two arcs are in one if some circle holds both, directions left aside. An
 * arc that is in no circle is a block alone (Hopcroft and Tarjan 1973, without recursion).
 */
export function blocksOf(graph: Graph): readonly (readonly number[])[] {
  const order = new Int32Array(graph.nodes).fill(-1);
  const low = new Int32Array(graph.nodes);
  const next = graph.first.slice(0, graph.nodes);
  const seen = new Uint8Array(graph.arcs);
  const blocks: number[][] = [];
  const waiting: number[] = [];
  let visited = 0;
  for (let root = 0; root < graph.nodes; root++) {
    if (at(order, root) >= 0) continue;
    order[root] = visited;
    low[root] = visited++;
    // Halves by which the walk came to where it stands.
    const path: number[] = [];
    let node = root;
    for (;;) {
      const i = at(next, node);
      if (i < at(graph.first, node + 1)) {
        next[node] = i + 1;
        const half = at(graph.halves, i);
        const arc = half >> 1;
        if (seen[arc] === 1) continue;
        seen[arc] = 1;
        waiting.push(arc);
        const target = at(graph.target, half);
        if (at(order, target) >= 0) {
          low[node] = Math.min(at(low, node), at(order, target));
          continue;
        }
        order[target] = visited;
        low[target] = visited++;
        path.push(half);
        node = target;
        continue;
      }
      const half = path.pop();
      if (half === undefined) break;
      const parent = at(graph.target, half ^ 1);
      low[parent] = Math.min(at(low, parent), at(low, node));
      if (at(low, node) >= at(order, parent)) blocks.push(takenUntil(waiting, half >> 1));
      node = parent;
    }
  }
  return blocks;
}

/** What stands above `arc` in the stack, and it. */
function takenUntil(stack: number[], arc: number): number[] {
  const taken: number[] = [];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    taken.push(top);
    if (top === arc) break;
  }
  return taken;
}
