/**
 * Small changes of the injections of a network, in whole Wh: those of a Wh from one node to another, and those that
 * move little energy while lines near their limits feel next to nothing of it.
 *
 * The changes that sum to nothing are a lattice. Its short vectors are such moves when lengths are taken with what
 * flows on the lines: the more a line's Wh counts, the less the lines feel of what is short.
 */

import { greater } from '@commonwatt/units';
import { CANDIDATE_MILLIONTHS } from '../solver.ts';
import { nearest, product, reducedBasis } from './reduced-basis.ts';

/** By place in the component, in Wh. */
export type Move = readonly bigint[];

/** How many Wh at a node one Wh on an empty line is as long as; less on lines that carry more, and give way more easily. */
const LINE_WEIGHTS = [1n << 4n, 1n << 12n, 1n << 24n, 1n << 40n];
/** Flows are fractions; lengths take them in parts of a Wh. */
const PARTS = 4096n;
const MOVES_MAX = 1024;

/** A Wh from every node to every other. */
export function transfers(nodes: number): readonly Move[] {
  const places = [...Array(nodes).keys()];
  return places.flatMap((to) =>
    places.flatMap((from) => (from === to ? [] : [transfer(nodes, to, from)])),
  );
}

function transfer(nodes: number, to: number, from: number): Move {
  return Array.from({ length: nodes }, (_, at) => (at === to ? 1n : at === from ? -1n : 0n));
}

/** A line near its limit, or a node with few orders: by node what it feels, over the denominator. */
export type NearLine = { readonly factor: readonly bigint[]; readonly limit: bigint };

/** A basis of all moves, and a proposal's fractions rounded in it. */
export type ShortBasis = {
  readonly moves: readonly Move[];
  readonly rounded: Move;
  /** Of a little less than the proposal, so that lines and orders leave room on all sides. */
  readonly roundedInside: Move;
};

/** How much less is a little, of the whole. */
const INSIDE_PART = 64n;

/**
 * From a basis in which lines count little to one in which they count much. A proposal, in millionths, is rounded by its
 * coordinates (rounding off, Babai 1986), so that lines feel no more of that than of the basis.
 */
export function shortBases(
  proposal: readonly bigint[],
  lines: readonly NearLine[],
  denominator: bigint,
): readonly ShortBasis[] {
  let moves: readonly Move[] = proposal
    .slice(1)
    .map((_, at) => transfer(proposal.length, at + 1, 0));
  let coordinates: readonly bigint[] = proposal.slice(1);
  return LINE_WEIGHTS.map((weight) => {
    const flowOf = (move: Move) =>
      lines.map(({ factor, limit }) => {
        const counts = greater(1n, weight / ((limit + 1n) * (limit + 1n)));
        return (product(factor, move) * counts * PARTS) / denominator;
      });
    const vectors = moves.map((move) => ({
      move,
      image: [...move.map((part) => part * PARTS), ...flowOf(move)],
    }));
    const reduced = reducedBasis(vectors, coordinates);
    moves = reduced.basis.map(({ move }) => move);
    coordinates = reduced.coordinates;
    const inside = coordinates.map((one) => one - one / INSIDE_PART);
    return {
      moves,
      rounded: roundedBy(moves, coordinates),
      roundedInside: roundedBy(moves, inside),
    };
  });
}

function roundedBy(basis: readonly Move[], coordinates: readonly bigint[]): Move {
  const sum = (basis[0] ?? []).map(() => 0n);
  for (const [at, move] of basis.entries()) {
    const times = nearest(coordinates[at] ?? 0n, CANDIDATE_MILLIONTHS);
    for (const [place, part] of move.entries()) sum[place] = (sum[place] ?? 0n) + times * part;
  }
  return sum;
}

/** Those of the bases, each with its opposite, then sums and differences of two of a basis while there is room. */
export function shortMoves(bases: readonly ShortBasis[]): readonly Move[] {
  const moves = new Map<string, Move>();
  const add = (move: Move) => {
    const opposite = move.map((part) => -part);
    if (!moves.has(move.join())) moves.set(move.join(), move).set(opposite.join(), opposite);
  };
  for (const move of bases.flatMap((basis) => basis.moves)) add(move);
  for (const { moves: short } of bases) {
    for (const [at, one] of short.entries()) {
      for (const other of short.slice(0, at)) {
        if (moves.size >= MOVES_MAX) return [...moves.values()];
        add(one.map((part, place) => part + (other[place] as bigint)));
        add(one.map((part, place) => part - (other[place] as bigint)));
      }
    }
  }
  return [...moves.values()];
}
