/**
 * Maximum flow in whole numbers, from nodes that have too much to nodes that lack some: Dinic 1970,
 * by levels and blocking flows, without recursion.
 */

import { at, type Graph } from './graph.ts';

/**
 * Moves as much as possible of every node's excess (above zero) to where it is lacking (below zero).
 * Changes both lists.
 *
 * @param room by half, what may still move along it; what moves makes room on its opposite
 * @returns nothing when all of it moved; else, by node, whether what is left over can reach it: the
 *   node set of a minimum cut
 */
export function moveExcess(
  graph: Graph,
  room: bigint[],
  excess: bigint[],
): readonly boolean[] | undefined {
  for (;;) {
    const { level, lacking } = levelsOf(graph, room, excess);
    if (!lacking) {
      if (excess.every((one) => one <= 0n)) return undefined;
      return Array.from(level, (one) => one >= 0);
    }
    block(graph, room, excess, level);
  }
}

/** Steps from the nearest excess; below zero where none leads. */
function levelsOf(
  graph: Graph,
  room: readonly bigint[],
  excess: readonly bigint[],
): { readonly level: Int32Array; readonly lacking: boolean } {
  const level = new Int32Array(graph.nodes).fill(-1);
  const queue = new Int32Array(graph.nodes);
  let length = 0;
  let lacking = false;
  for (let node = 0; node < graph.nodes; node++) {
    if ((excess[node] as bigint) <= 0n) continue;
    level[node] = 0;
    queue[length++] = node;
  }
  for (let head = 0; head < length; head++) {
    const node = at(queue, head);
    if ((excess[node] as bigint) < 0n) lacking = true;
    for (let i = at(graph.first, node); i < at(graph.first, node + 1); i++) {
      const half = at(graph.halves, i);
      const target = at(graph.target, half);
      if (at(level, target) >= 0 || (room[half] as bigint) <= 0n) continue;
      level[target] = at(level, node) + 1;
      queue[length++] = target;
    }
  }
  return { level, lacking };
}

/** Moves along shortest paths until none is left. */
function block(graph: Graph, room: bigint[], excess: bigint[], level: Int32Array): void {
  const next = graph.first.slice(0, graph.nodes);
  for (let source = 0; source < graph.nodes; source++) {
    while ((excess[source] as bigint) > 0n) {
      const path = findPath(graph, room, excess, level, next, source);
      if (path === undefined) break;
      const end = at(graph.target, path.at(-1) as number);
      let amount = excess[source] as bigint;
      if (-(excess[end] as bigint) < amount) amount = -(excess[end] as bigint);
      for (const half of path) {
        if ((room[half] as bigint) < amount) amount = room[half] as bigint;
      }
      for (const half of path) {
        room[half] = (room[half] as bigint) - amount;
        room[half ^ 1] = (room[half ^ 1] as bigint) + amount;
      }
      excess[source] = (excess[source] as bigint) - amount;
      excess[end] = (excess[end] as bigint) + amount;
    }
  }
}

function findPath(
  graph: Graph,
  room: readonly bigint[],
  excess: readonly bigint[],
  level: Int32Array,
  next: Int32Array,
  source: number,
): number[] | undefined {
  const path: number[] = [];
  let node = source;
  while ((excess[node] as bigint) >= 0n) {
    const half = nextHalf(graph, room, level, next, node);
    if (half !== undefined) {
      path.push(half);
      node = at(graph.target, half);
      continue;
    }
    const last = path.pop();
    if (last === undefined) return undefined;
    node = at(graph.target, last ^ 1);
    next[node] = at(next, node) + 1;
  }
  return path;
}

/** The node's next half that has room and leads one level on. */
function nextHalf(
  graph: Graph,
  room: readonly bigint[],
  level: Int32Array,
  next: Int32Array,
  node: number,
): number | undefined {
  const end = at(graph.first, node + 1);
  for (let i = at(next, node); i < end; i++) {
    const half = at(graph.halves, i);
    const forth = at(level, at(graph.target, half)) === at(level, node) + 1;
    if (forth && (room[half] as bigint) > 0n) {
      next[node] = i;
      return half;
    }
  }
  next[node] = end;
  return undefined;
}
