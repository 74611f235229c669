/**
 * Of all maximum flows the one whose ratios of carried to traded energy, sorted upwards, are
 * lexicographically greatest. All ratios rise together until some can rise no further; those stay,
 * and the others rise on. Exact: quotients of whole numbers, no rounding.
 */

import { commonDivisor, type Fraction, fraction } from './fraction.ts';
import { Graph, renumbered } from './graph.ts';
import { moveExcess } from './max-flow.ts';
import { cutUp, type FlowArc, isTrade, linked, type Piece, type Share } from './pieces.ts';

const ZERO: Fraction = { numerator: 0n, denominator: 1n };

/** In a piece of fewer nodes the search for what lies apart costs more than it spares. */
const APART_NODES_LEAST = 64;

/**
 * What every trade carries.
 * @param arcs with a maximum flow in whole Wh
 * @param apartNodesLeast from how many nodes on a piece is searched for what lies apart; the shares
 *   do not depend on it
 */
export function fairShares(
  arcs: readonly FlowArc[],
  apartNodesLeast = APART_NODES_LEAST,
): readonly Share[] {
  return sharesOf({ arcs, scale: 1n, ratio: ZERO, unit: 0n }, apartNodesLeast);
}

function sharesOf(whole: Piece, apartNodesLeast: number): readonly Share[] {
  const shares: Share[] = [];
  const waiting: Piece[] = [whole];
  for (let piece = waiting.pop(); piece !== undefined; piece = waiting.pop()) {
    const { settled, pieces } = cutUp(piece);
    for (const share of settled) shares.push(share);
    for (const one of pieces) {
      if (isBundle(one)) {
        for (const share of bundleShares(one)) shares.push(share);
        continue;
      }
      const { settled: below, piece: higher } = raised(one, apartNodesLeast);
      for (const share of below) shares.push(share);
      waiting.push(higher);
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

/** A piece whose trades all have a higher ratio, and trades that can have no such ratio. */
interface Raised {
  readonly settled: readonly Share[];
  readonly piece: Piece;
}

/**
 * The piece raised to the highest ratio that all of its trades can have at once; or, in a large one,
 * to a ratio that only few cannot have, whose shares are found apart.
 */
function raised(piece: Piece, apartNodesLeast: number): Raised {
  const { arcs, nodes } = renumbered(piece.arcs, linked);
  const network: Network = { graph: new Graph(nodes, arcs), arcs, scale: piece.scale };
  const bounds = boundsByNodes(arcs, nodes);
  const lowest = lowestOf(bounds, piece.scale);
  if (nodes >= apartNodesLeast) {
    for (const ratio of [lowRatioOf(bounds, piece.scale), lowest]) {
      const solve = (apart: Piece) => sharesOf(apart, apartNodesLeast);
      const apart = raisedApart(piece, network, { ratio, solve });
      if (apart !== undefined) return apart;
    }
  }
  return { settled: [], piece: raisedTogether(network, lowest) };
}

/**
 * The highest common ratio is found from above, as Dinkelbach 1967 finds the zero of such a function:
 * a bound is tried; where it is too high, the minimum cut that shows it is the next, lower bound.
 */
function raisedTogether(network: Network, bound: Fraction): Piece {
  let ratio = bound;
  for (;;) {
    const attempt = triedTogether(network, ratio);
    if ('piece' in attempt) return attempt.piece;
    ratio = boundByCut(network.arcs, attempt.cut, network.scale);
  }
}

interface Apart {
  /** Too high for some. */
  readonly ratio: Fraction;
  /** All of this again, for the few. */
  readonly solve: (piece: Piece) => readonly Share[];
}

/** How often nodes are added to those that lie apart, and which part of all they may be. */
const APART_ROUNDS = 6;
const APART_PART = 4;

/**
 * A ratio that is too high for all is shown to be by a cut. The nodes of its smaller side are solved
 * alone, all others being one node: that leaves out conditions, so nothing there comes out lower than
 * it has to be. If a flow gives every trade that much, or the ratio where that is less, then what is
 * below the ratio is settled, and all the rest stands at it (decision 0007). If none does, another
 * cut says which nodes have to be looked at with them.
 */
function raisedApart(piece: Piece, network: Network, given: Apart): Raised | undefined {
  const { ratio } = given;
  const attempt = triedTogether(network, ratio);
  if ('piece' in attempt) return { settled: [], piece: attempt.piece };
  const apart = smallerSide(attempt.cut);
  for (let round = 0; round < APART_ROUNDS; round++) {
    if (APART_PART * apart.size > network.graph.nodes) return undefined;
    const below = sharesBelow({ ...piece, arcs: network.arcs }, apart, given);
    const found = triedBeside(network, ratio, below);
    if ('piece' in found) return { settled: [...below.values()], piece: found.piece };
    const before = apart.size;
    for (const node of smallerSide(found.cut)) apart.add(node);
    if (apart.size === before) return undefined;
  }
  return undefined;
}

function smallerSide(inside: readonly boolean[]): Set<number> {
  const insiders = inside.filter((one) => one).length;
  const smaller = 2 * insiders <= inside.length;
  return new Set([...inside.keys()].filter((node) => inside[node] === smaller));
}

/** By trade, what lies below the ratio when the nodes apart are solved alone. */
function sharesBelow(
  piece: Piece,
  apart: ReadonlySet<number>,
  { ratio, solve }: Apart,
): ReadonlyMap<number, Share> {
  const own = piece.arcs.filter(({ from, to }) => apart.has(from) || apart.has(to));
  const weights = new Map(own.map(({ trade, weight }) => [trade, weight]));
  const below = new Map<number, Share>();
  for (const share of solve({ ...piece, arcs: own.map((arc) => merged(arc, apart)) })) {
    const least = ratio.numerator * (weights.get(share.trade) as bigint) * share.denominator;
    if (share.numerator * ratio.denominator < least) below.set(share.trade, share);
  }
  return below;
}

const ELSEWHERE = -1;

/** The arc between nodes apart and the one node that all others are. */
function merged(arc: FlowArc, apart: ReadonlySet<number>): FlowArc {
  const from = apart.has(arc.from) ? arc.from : ELSEWHERE;
  const to = apart.has(arc.to) ? arc.to : ELSEWHERE;
  const member = arc.kind === 'supply' ? to : from;
  // Members that are one node have their limits in common: none is its own.
  const kind = !isTrade(arc) && member === ELSEWHERE ? 'merged' : arc.kind;
  return linked({ ...arc, kind }, from, to);
}

interface Network {
  readonly graph: Graph;
  readonly arcs: readonly FlowArc[];
  readonly scale: bigint;
}

type Attempt<T> = T | { readonly cut: readonly boolean[] };

/** Gives every trade at least `ratio`, if that can be. */
function triedTogether(network: Network, ratio: Fraction): Attempt<{ readonly piece: Piece }> {
  return triedBeside(network, ratio, new Map());
}

/** The same for all but the trades below, which get their shares and leave the piece. */
function triedBeside(
  network: Network,
  ratio: Fraction,
  below: ReadonlyMap<number, Share>,
): Attempt<{ readonly piece: Piece }> {
  const denominators = new Set([...below.values()].map(({ denominator }) => denominator));
  let fineScale = commonMultiple(network.scale, ratio.denominator);
  for (const denominator of denominators) fineScale = commonMultiple(fineScale, denominator);
  const parts = new Map([...denominators].map((one) => [one, fineScale / one]));
  const unit = ratio.numerator * (fineScale / ratio.denominator);
  const found = tried(network, fineScale, ({ trade, weight }) => {
    const share = below.get(trade);
    if (share === undefined) return unit * weight;
    return share.numerator * (parts.get(share.denominator) as bigint);
  });
  if ('cut' in found) return found;
  const rest = below.size === 0 ? found.arcs : found.arcs.filter(({ trade }) => !below.has(trade));
  return { piece: { arcs: rest, scale: fineScale, ratio, unit } };
}

function commonMultiple(a: bigint, b: bigint): bigint {
  return a * (b / commonDivisor(a, b));
}

/** Gives every arc what it must carry at least, with as much at every node as before, if that can be. */
function tried(
  { graph, arcs, scale }: Network,
  fineScale: bigint,
  leastOf: (arc: FlowArc) => bigint,
): Attempt<{ readonly arcs: readonly FlowArc[] }> {
  const finer = fineScale / scale;
  const room = new Array<bigint>(2 * arcs.length);
  const leasts = new Array<bigint>(arcs.length);
  const excess = new Array<bigint>(graph.nodes).fill(0n);
  for (const [index, arc] of arcs.entries()) {
    const { from, to, capacity, flow } = arc;
    const least = leastOf(arc);
    let carried = flow * finer;
    if (carried < least) {
      excess[from] = (excess[from] as bigint) - (least - carried);
      excess[to] = (excess[to] as bigint) + (least - carried);
      carried = least;
    }
    leasts[index] = least;
    room[2 * index] = capacity * finer - carried;
    room[2 * index + 1] = carried - least;
  }
  const cut = moveExcess(graph, room, excess);
  if (cut !== undefined) return { cut };
  const moved = arcs.map(({ from, to, kind, trade, weight }, index): FlowArc => {
    const flow = (room[2 * index + 1] as bigint) + (leasts[index] as bigint);
    // What is left of the room on either side is the capacity, in finer parts.
    const capacity = flow + (room[2 * index] as bigint);
    return { from, to, kind, trade, weight, capacity, flow };
  });
  return { arcs: moved };
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

/** By half of a node: what the trades there can carry together, in parts, and what was traded. */
interface NodeBounds {
  readonly traded: readonly bigint[];
  readonly most: readonly bigint[];
}

/** The bounds by each node alone, and by all but each. */
function boundsByNodes(arcs: readonly FlowArc[], nodes: number): NodeBounds {
  // By half: what arrives at a node through arcs that enter it, and through those that leave it.
  const traded = new Array<bigint>(2 * nodes).fill(0n);
  const most = new Array<bigint>(2 * nodes).fill(0n);
  const add = (list: bigint[], index: number, value: bigint): void => {
    list[index] = (list[index] as bigint) + value;
  };
  for (const { from, to, weight, capacity, flow } of arcs) {
    const spare = capacity - flow;
    add(traded, 2 * to, weight);
    add(traded, 2 * from + 1, weight);
    add(most, 2 * to, flow);
    add(most, 2 * to + 1, spare);
    add(most, 2 * from + 1, flow);
    add(most, 2 * from, spare);
  }
  return { traded, most };
}

function lowestOf({ traded, most }: NodeBounds, scale: bigint): Fraction {
  // The scale is the same for all: left out, the numbers that are compared stay half as long.
  let lowest = { most: scale, traded: 1n };
  for (const [index, weight] of traded.entries()) {
    if (weight === 0n) continue;
    const own = most[index] as bigint;
    if (own * lowest.traded < lowest.most * weight) lowest = { most: own, traded: weight };
  }
  return fraction(lowest.most, lowest.traded * scale);
}

/** Ratios are chosen to this part of one, so that they make no number longer than they must. */
const CHOSEN_PARTS = 1n << 20n;
/** Of so many bounds, one is at or below the chosen ratio. */
const CHOSEN_OF = 160;

/** A ratio that few of the bounds are at or below, rounded up and at most one. */
function lowRatioOf({ traded, most }: NodeBounds, scale: bigint): Fraction {
  const rounded: number[] = [];
  for (const [index, weight] of traded.entries()) {
    if (weight === 0n) continue;
    const [parts, whole] = [(most[index] as bigint) * CHOSEN_PARTS, weight * scale];
    rounded.push(Math.min(Number((parts + whole - 1n) / whole), Number(CHOSEN_PARTS)));
  }
  rounded.sort((a, b) => a - b);
  const chosen = rounded[Math.floor(rounded.length / CHOSEN_OF)] ?? Number(CHOSEN_PARTS);
  return fraction(BigInt(chosen), CHOSEN_PARTS);
}
