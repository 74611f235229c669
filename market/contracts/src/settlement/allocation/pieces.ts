/**
 * Pieces of a flow that can still change, each by itself.
 *
 * Two flows with the same divergence at every node differ by circles in the residual graph. So an
 * arc whose ends are in different strong components of that graph carries the same in all of them,
 * and circles of one block leave every other block alone. That is what a flow is cut up by here.
 */

import { blocksOf, strongComponents } from './components.ts';
import type { Fraction } from './fraction.ts';
import { type Ends, Graph, renumbered } from './graph.ts';

/**
 * A trade, or what leads to a seller from outside (`supply`) or from a buyer (`demand`); or either of
 * those for members that are looked at as one node (`merged`).
 */
export interface FlowArc extends Ends {
  readonly kind: 'trade' | 'supply' | 'demand' | 'merged';
  /** Which trade it is; below zero for the others. */
  readonly trade: number;
  /** What was traded, in Wh; zero for the others, which no ratio concerns. */
  readonly weight: bigint;
  /** The most that it can carry, and what it carries: in parts of a Wh, `scale` of which are one. */
  readonly capacity: bigint;
  readonly flow: bigint;
}

/** Every trade of it carries at least `ratio` of what was traded. */
export interface Piece {
  readonly arcs: readonly FlowArc[];
  /** How many parts are one Wh: a multiple of the ratio's denominator. */
  readonly scale: bigint;
  readonly ratio: Fraction;
  /** The ratio of one Wh, in parts. */
  readonly unit: bigint;
}

/** What a trade carries in the end. */
export interface Share extends Fraction {
  readonly trade: number;
}

export interface Cut {
  /** Trades whose flow nothing can change any more. */
  readonly settled: readonly Share[];
  /** Pieces in which every trade that stands at the ratio can be raised above it. */
  readonly pieces: readonly Piece[];
}

/** The same arc with other ends. */
export function linked(arc: FlowArc, from: number, to: number): FlowArc {
  const { kind, trade, weight, capacity, flow } = arc;
  return { from, to, kind, trade, weight, capacity, flow };
}

/** Takes out of a piece what can no longer change, and divides the rest. */
export function cutUp(piece: Piece): Cut {
  const { unit } = piece;
  const { arcs, nodes } = renumbered(piece.arcs, linked);
  const graph = new Graph(nodes, arcs);
  // Each half is asked for more than once: what can still move is found once.
  const open = new Uint8Array(2 * arcs.length);
  for (const [index, { flow, capacity, weight }] of arcs.entries()) {
    if (flow < capacity) open[2 * index] = 1;
    if (flow > unit * weight) open[2 * index + 1] = 1;
  }
  const isOpen = (half: number): boolean => open[half] === 1;
  const component = strongComponents(graph, isOpen);
  const settled: Share[] = [];
  const loose: FlowArc[] = [];
  arcs.forEach((arc, index) => {
    const together = component[arc.from] === component[arc.to];
    if (together && (isOpen(2 * index) || isOpen(2 * index + 1))) loose.push(arc);
    else if (arc.kind === 'trade') settled.push(shareOf(piece, arc));
  });
  const pieces: Piece[] = [];
  const rest = renumbered(withoutIdleLimits(piece, loose, nodes), linked);
  for (const block of blocksOf(new Graph(rest.nodes, rest.arcs))) {
    const own = block.map((index) => rest.arcs[index] as FlowArc);
    if (own.length > 1) pieces.push({ ...piece, arcs: own });
    else settled.push(...own.filter(isTrade).map((arc) => shareOf(piece, arc)));
  }
  return { settled, pieces };
}

export function isTrade({ kind }: FlowArc): boolean {
  return kind === 'trade';
}

/** The same number for the same share, in the shortest terms that are at hand. */
function shareOf(piece: Piece, arc: FlowArc): Share {
  const { trade, weight, flow, capacity } = arc;
  const { numerator, denominator } = piece.ratio;
  if (flow === capacity) return { trade, numerator: weight, denominator: 1n };
  if (flow === piece.unit * weight) return { trade, numerator: numerator * weight, denominator };
  return { trade, numerator: flow, denominator: piece.scale };
}

/**
 * Joins to the outside every member whose limit no flow of its trades can reach, so that the trades
 * of such a member have nothing to do with each other.
 */
function withoutIdleLimits(
  { unit, scale }: Piece,
  arcs: readonly FlowArc[],
  nodes: number,
): FlowArc[] {
  // A trade can carry what was traded: sums of Wh are short, and become parts once for each member.
  const traded = new Array<bigint>(nodes).fill(0n);
  const carried = new Array<bigint>(nodes).fill(0n);
  for (const { kind, from, to, weight, flow } of arcs) {
    if (kind !== 'trade') continue;
    traded[from] = (traded[from] as bigint) + weight;
    traded[to] = (traded[to] as bigint) + weight;
    carried[from] = (carried[from] as bigint) + flow;
    carried[to] = (carried[to] as bigint) + flow;
  }
  const joined = Int32Array.from({ length: nodes }, (_, node) => node);
  const idle = new Set<FlowArc>();
  for (const arc of arcs) {
    if (isTrade(arc) || arc.kind === 'merged') continue;
    const [member, outside] = arc.kind === 'supply' ? [arc.to, arc.from] : [arc.from, arc.to];
    // The arc carries what the member's loose trades carry, and this much more or less, always.
    const apart = arc.flow - (carried[member] as bigint);
    const wattHours = traded[member] as bigint;
    const isIdle = scale * wattHours + apart <= arc.capacity && unit * wattHours + apart >= 0n;
    if (!isIdle) continue;
    joined[member] = outside;
    idle.add(arc);
  }
  return arcs
    .filter((arc) => !idle.has(arc))
    .map((arc) => linked(arc, joined[arc.from] as number, joined[arc.to] as number));
}
