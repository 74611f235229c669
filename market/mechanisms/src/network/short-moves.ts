/**
 * Small changes of the injections of a network, in whole Wh: those of a Wh from one node to another, and those that
 * move little energy while lines near their limits feel next to nothing of it.
 *
 * The changes that sum to nothing are a lattice. Short vectors of it are found by taking multiples of one basis vector
 * from another while that makes it shorter (the reduction of Lagrange, pair by pair), lengths taken with
 * what flows on the lines: the more a line's Wh counts, the less the lines feel of what is short.
 */

/** By place in the component, in Wh. */
export type Move = readonly bigint[];

/** How many Wh at a node one Wh on a line near its limit is as long as. */
const LINE_WEIGHTS = [16n, 4096n, 16_777_216n];
/** Flows are fractions; lengths take them in parts of a Wh. */
const PARTS = 4096n;
/** Each pass compares all pairs; few are needed, and what is not yet short is longer, not wrong. */
const PASSES_MAX = 64;
const MOVES_MAX = 1024;

/**
 * Each with its opposite: from node to node, then the short ones, then sums and differences of two of these while there
 * is room. `factors`, by line and node over `denominator`, are those of the lines near their limits.
 */
export function shortMoves(
  nodes: number,
  factors: readonly (readonly bigint[])[],
  denominator: bigint,
): readonly Move[] {
  const moves = new Map<string, Move>();
  const add = (move: Move) => {
    const opposite = move.map((part) => -part);
    if (moves.has(move.join()) || move.every((part) => part === 0n)) return;
    moves.set(move.join(), move).set(opposite.join(), opposite);
  };
  const unit = (to: number, from: number) =>
    Array.from({ length: nodes }, (_, at) => (at === to ? 1n : at === from ? -1n : 0n));
  for (let to = 1; to < nodes; to++) for (let from = 0; from < to; from++) add(unit(to, from));
  let basis: readonly Move[] = Array.from({ length: nodes - 1 }, (_, at) => unit(at + 1, 0));
  const bases = LINE_WEIGHTS.map((weight) => {
    basis = reduced(basis, factors, weight * PARTS, denominator);
    return basis;
  });
  for (const move of bases.flat()) add(move);
  for (const short of bases) {
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

/** The same lattice by shorter vectors. */
function reduced(
  basis: readonly Move[],
  factors: readonly (readonly bigint[])[],
  weight: bigint,
  denominator: bigint,
): readonly Move[] {
  const vectors = basis.map((move) => move.slice());
  const images = vectors.map((move) => [
    ...move.map((part) => part * PARTS),
    ...factors.map((factor) => (product(factor, move) * weight) / denominator),
  ]);
  const products = images.map((one) => images.map((other) => product(one, other)));
  const at = (row: number, column: number) => products[row]?.[column] as bigint;
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    let isChanged = false;
    for (const [row, vector] of vectors.entries()) {
      for (const [other, taken] of vectors.entries()) {
        if (row === other) continue;
        const times = nearest(at(row, other), at(other, other));
        if (times === 0n) continue;
        isChanged = true;
        for (const [place, part] of taken.entries())
          vector[place] = (vector[place] ?? 0n) - times * part;
        const length =
          at(row, row) - 2n * times * at(row, other) + times * times * at(other, other);
        for (const column of vectors.keys()) {
          const changed = at(row, column) - times * at(other, column);
          (products[row] as bigint[])[column] = changed;
          (products[column] as bigint[])[row] = changed;
        }
        (products[row] as bigint[])[row] = length;
      }
    }
    if (!isChanged) break;
  }
  return vectors;
}

function product(one: readonly bigint[], other: readonly bigint[]): bigint {
  return one.reduce((sum, part, at) => sum + part * (other[at] as bigint), 0n);
}

/** The nearest whole number to a fraction, halves towards nothing; `divisor` is above nothing. */
function nearest(value: bigint, divisor: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  const times = (2n * magnitude + divisor - 1n) / (2n * divisor);
  return value < 0n ? -times : times;
}
