/**
 * Short vectors of a lattice, by the reduction of Lenstra, Lenstra and Lovász (1982, figure 1) in whole numbers alone
 * (de Weger 1987): a basis is made shorter by taking multiples of earlier vectors from later ones, and by exchanging
 * neighbours while the later one is much shorter than the earlier one across those before both.
 */

/** A basis is one at any time, so that stopping early leaves longer vectors, not wrong ones. */
const ROUNDS_MAX = 20_000;

export type Vector = {
  readonly move: readonly bigint[];
  /** What its length is measured by. */
  readonly image: readonly bigint[];
};

/** The basis reduced, and the coordinates of the same point by it. Images must be independent. */
export function reducedBasis(
  basis: readonly Vector[],
  point: readonly bigint[],
): { readonly basis: readonly Vector[]; readonly coordinates: readonly bigint[] } {
  const vectors = basis.slice();
  const coordinates = point.slice();
  /** Leading minors of the products, the first of none; and what they make of the Gram-Schmidt coefficients. */
  const minors: bigint[] = [1n];
  const lambdas: bigint[][] = [];
  const minor = (at: number) => minors[at + 1] as bigint;
  const lambda = (row: number, column: number) => (lambdas[row] as bigint[])[column] as bigint;
  const reduce = (row: number, by: number) => {
    const times = nearest(lambda(row, by), minor(by));
    if (times === 0n) return;
    vectors[row] = less(vectors[row] as Vector, times, vectors[by] as Vector);
    coordinates[by] = (coordinates[by] as bigint) + times * (coordinates[row] as bigint);
    const values = lambdas[row] as bigint[];
    values[by] = lambda(row, by) - times * minor(by);
    for (let at = 0; at < by; at++) values[at] = lambda(row, at) - times * lambda(by, at);
  };
  let row = 0;
  for (let round = 0; round < ROUNDS_MAX && row < vectors.length; round++) {
    if (row === lambdas.length) append(vectors, minors, lambdas);
    if (row > 0) reduce(row, row - 1);
    if (row === 0 || !isMuchShorter(row)) {
      for (let by = row - 2; by >= 0; by--) reduce(row, by);
      row += 1;
      continue;
    }
    swap(vectors, row);
    swap(coordinates, row);
    exchange(minors, lambdas, row);
    row = Math.max(1, row - 1);
  }
  return { basis: vectors, coordinates };

  /** With the usual factor of three quarters. */
  function isMuchShorter(at: number): boolean {
    const [before, slope] = [minor(at - 1), lambda(at, at - 1)];
    return 4n * (minor(at) * minor(at - 2) + slope * slope) < 3n * before * before;
  }
}

/** The Gram-Schmidt coefficients of the next vector. */
function append(vectors: readonly Vector[], minors: bigint[], lambdas: bigint[][]): void {
  const row = lambdas.length;
  const values: bigint[] = [];
  lambdas.push(values);
  for (let column = 0; column <= row; column++) {
    let value = product((vectors[row] as Vector).image, (vectors[column] as Vector).image);
    for (let at = 0; at < column; at++) {
      const crossed = (values[at] as bigint) * ((lambdas[column] as bigint[])[at] as bigint);
      value = ((minors[at + 1] as bigint) * value - crossed) / (minors[at] as bigint);
    }
    if (column < row) values.push(value);
    else minors.push(value);
  }
}

/** What the coefficients become when a vector and the one before it change places. */
function exchange(minors: bigint[], lambdas: bigint[][], row: number): void {
  const [one, other] = [lambdas[row] as bigint[], lambdas[row - 1] as bigint[]];
  const slope = one[row - 1] as bigint;
  for (let at = 0; at < row - 1; at++) {
    [one[at], other[at]] = [other[at] as bigint, one[at] as bigint];
  }
  const [least, before, after] = [minors[row - 1], minors[row], minors[row + 1]] as [
    bigint,
    bigint,
    bigint,
  ];
  const exchanged = (least * after + slope * slope) / before;
  for (const values of lambdas.slice(row + 1)) {
    const [left, right] = [values[row - 1] as bigint, values[row] as bigint];
    const next = (after * left - slope * right) / before;
    values[row] = next;
    values[row - 1] = (exchanged * right + slope * next) / after;
  }
  minors[row] = exchanged;
}

function swap<T>(list: T[], at: number): void {
  [list[at - 1], list[at]] = [list[at] as T, list[at - 1] as T];
}

function less(one: Vector, times: bigint, other: Vector): Vector {
  const of = (a: readonly bigint[], b: readonly bigint[]) =>
    a.map((part, at) => part - times * (b[at] as bigint));
  return { move: of(one.move, other.move), image: of(one.image, other.image) };
}

export function product(one: readonly bigint[], other: readonly bigint[]): bigint {
  return one.reduce((sum, part, at) => sum + part * (other[at] as bigint), 0n);
}

/** The nearest whole number to a fraction, halves towards nothing; `divisor` is above nothing. */
export function nearest(value: bigint, divisor: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  const times = (2n * magnitude + divisor - 1n) / (2n * divisor);
  return value < 0n ? -times : times;
}
