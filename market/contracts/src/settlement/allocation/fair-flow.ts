/**
 * Of all maximum flows the one whose ratios of carried to traded energy, sorted upwards, are
 * lexicographically greatest. All ratios rise together until some can rise no further; those stay,
 * and the others rise on. Exact: quotients of whole numbers, no rounding.
 */

import { commonDivisor, compareFractions, type Fraction, fraction } from './fraction.ts';
import { Graph, renumbered } from './graph.ts';
import { moveExcess } from './max-flow.ts';
import { cutUp, type FlowArc, linked, type Piece, type Share } from './pieces.ts';

const ZERO: Fraction = { numerator: 0n, denominator: 1n };

/** @param arcs with a maximum flow in whole Wh; @returns what every trade of them carries */
export function fairShares(arcs: readonly FlowArc[]): readonly Share[] {
  const shares: Share[] = [];
  const waiting: Piece[] = [{ arcs, scale: 1n, ratio: ZERO, unit: 0n }];
  for (let piece = waiting.pop(); piece !== undefined; piece = waiting.pop()) {
    const { settled, pieces } = cutUp(piece);
    for (const share of settled) shares.push(share);
    for (const one of pieces) {
      if (isBundle(one)) shares.push(...bundleShares(one));
      else waiting.push(raised(one));
    }
  }
  return shares;
}

/** Whether nothing but trades stands between two nodes, all in the same direction. */
function isBundle({ arcs }: Piece): boolean {
  const [first] = arcs;
  return arcs.every(
    (arc) => arc.kind === 'trade' && arc.from === first?.from && arc.to === first.to,
  );
}

/** Side by side, all carry the same part of what was traded. */
function bundleShares({ arcs, scale }: Piece): readonly Share[] {
  let carried = 0n;
  let traded = 0n;
  for (const { flow, weight } of arcs) {
    carried += flow;
    traded += weight;
  }
  const { numerator, denominator } = fraction(carried, traded * scale);
  return arcs.map(({ trade, weight }) => ({ trade, numerator: numerator * weight, denominator }));
}

/**
 * The piece with the highest ratio that all of its trades can have at once, and a flow that gives
 * them that much. It is found from above, as Dinkelbach 1967 finds the zero of such a function: a
 * bound is tried; where it is too high, the minimum cut that shows it is the next, lower bound.
 */
function raised(piece: Piece): Piece {
  const { arcs, nodes } = renumbered(piece.arcs, linked);
  const graph = new Graph(nodes, arcs);
  let ratio = boundBySingleNodes(arcs, nodes, piece.scale);
  for (;;) {
    const attempt = tried(graph, arcs, piece.scale, ratio);
    if ('piece' in attempt) return attempt.piece;
    ratio = boundByCut(arcs, attempt.cut, piece.scale);
  }
}

type Attempt = { readonly piece: Piece } | { readonly cut: readonly boolean[] };

/** Gives every trade at least `ratio`, with as much at every node as before, if that can be. */
function tried(graph: Graph, arcs: readonly FlowArc[], scale: bigint, ratio: Fraction): Attempt {
  const finer = ratio.denominator / commonDivisor(scale, ratio.denominator);
  const fineScale = scale * finer;
  const unit = ratio.numerator * (fineScale / ratio.denominator);
  const room: bigint[] = [];
  const excess = new Array<bigint>(graph.nodes).fill(0n);
  for (const { from, to, weight, capacity, flow } of arcs) {
    const least = unit * weight;
    let carried = flow * finer;
    if (carried < least) {
      excess[from] = (excess[from] as bigint) - (least - carried);
      excess[to] = (excess[to] as bigint) + (least - carried);
      carried = least;
    }
    room.push(capacity * finer - carried, carried - least);
  }
  const cut = moveExcess(graph, room, excess);
  if (cut !== undefined) return { cut };
  const moved = arcs.map((arc, index): FlowArc => {
    const { from, to, kind, trade, weight } = arc;
    const flow = (room[2 * index + 1] as bigint) + unit * weight;
    return { from, to, kind, trade, weight, capacity: arc.capacity * finer, flow };
  });
  return { piece: { arcs: moved, scale: fineScale, ratio, unit } };
}

/**
 * What enters a node set is what leaves it and a constant. So the trades that enter can carry no
 * more together than that with all that leaves at its capacity.
 */
function boundByCut(arcs: readonly FlowArc[], inside: readonly boolean[], scale: bigint): Fraction {
  let entering = 0n;
  let most = 0n;
  for (const { from, to, weight, capacity, flow } of arcs) {
    if (inside[from] === inside[to]) continue;
    if (inside[to] === true) {
      entering += weight;
      most += flow;
    } else most += capacity - flow;
  }
  return fraction(most, entering * scale);
}

/** The lowest of the bounds by each node alone, and by all but each. */
function boundBySingleNodes(arcs: readonly FlowArc[], nodes: number, scale: bigint): Fraction {
  // By half: what arrives at a node through arcs that enter it, and through those that leave it.
  const traded = new Array<bigint>(2 * nodes).fill(0n);
  const most = new Array<bigint>(2 * nodes).fill(0n);
  const add = (list: bigint[], index: number, value: bigint): void => {
    list[index] = (list[index] as bigint) + value;
  };
  for (const { from, to, weight, capacity, flow } of arcs) {
    add(traded, 2 * to, weight);
    add(most, 2 * to, flow);
    add(most, 2 * to + 1, capacity - flow);
    add(traded, 2 * from + 1, weight);
    add(most, 2 * from + 1, flow);
    add(most, 2 * from, capacity - flow);
  }
  let lowest: Fraction = { numerator: 1n, denominator: 1n };
  for (let index = 0; index < 2 * nodes; index++) {
    const denominator = (traded[index] as bigint) * scale;
    if (denominator === 0n) continue;
    const bound = { numerator: most[index] as bigint, denominator };
    if (compareFractions(bound, lowest) < 0) lowest = bound;
  }
  return fraction(lowest.numerator, lowest.denominator);
}
