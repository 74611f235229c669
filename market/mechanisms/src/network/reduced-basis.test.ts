import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest, product, reducedBasis } from './reduced-basis.ts';

const vectors = (...rows: bigint[][]) => rows.map((row) => ({ move: row, image: row }));
const length = (row: readonly bigint[]) => product(row, row);

test('a long basis of all whole points becomes the short one', () => {
  const { basis } = reducedBasis(vectors([1n, 1000n], [0n, 1n]), [0n, 0n]);
  expect(basis.map(({ move }) => length(move))).toEqual([1n, 1n]);
});

test('the example of three vectors with an error of one in two of them', () => {
  const { basis } = reducedBasis(vectors([1n, 1n, 1n], [-1n, 0n, 2n], [3n, 5n, 6n]), [0n, 0n, 0n]);
  expect(basis.map(({ move }) => move)).toEqual([
    [0n, 1n, 0n],
    [1n, 0n, 1n],
    [-1n, 0n, 2n],
  ]);
});

test('the same lattice, the same point, and no first vector longer than the bound', () => {
  const part = fc.bigInt({ min: -50n, max: 50n });
  const five = fc.array(part, { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(five, { minLength: 5, maxLength: 5 }), five, (rows, point) => {
      // Unit images keep any rows independent.
      const given = rows.map((move, at) => ({
        move,
        image: [...move.map((one) => one * 1000n), ...rows.map((_, on) => (on === at ? 1n : 0n))],
      }));
      const { basis, coordinates } = reducedBasis(given, point);
      const pointBy = (moves: readonly (readonly bigint[])[], by: readonly bigint[]) =>
        (moves[0] ?? []).map((_, place) =>
          moves.reduce((sum, move, at) => sum + (move[place] ?? 0n) * (by[at] ?? 0n), 0n),
        );
      expect(
        pointBy(
          basis.map(({ move }) => move),
          coordinates,
        ),
      ).toEqual(pointBy(rows, point));
      // Proposition 1.11 of the paper: the first is at most 2^((n-1)/2) times the length of each.
      const first = length(basis[0]?.image ?? []);
      for (const { image } of given) expect(first <= 16n * length(image)).toBe(true);
    }),
  );
});

test('nearest whole numbers, halves towards nothing', () => {
  expect([nearest(7n, 2n), nearest(-7n, 2n), nearest(8n, 3n), nearest(0n, 5n)]).toEqual([
    3n,
    -3n,
    3n,
    0n,
  ]);
});
