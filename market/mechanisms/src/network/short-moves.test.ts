import { expect, test } from 'vitest';
import { shortMoves } from './short-moves.ts';

const sum = (move: readonly bigint[]) => move.reduce((all, part) => all + part, 0n);

test('from every node to every other, and none alone', () => {
  const moves = shortMoves(3, [], 1n);
  for (const wanted of [
    [1n, -1n, 0n],
    [-1n, 1n, 0n],
    [0n, 1n, -1n],
  ]) {
    expect(moves).toContainEqual(wanted);
  }
  expect(moves.every((move) => sum(move) === 0n)).toBe(true);
  expect(new Set(moves.map((move) => move.join())).size).toBe(moves.length);
  expect(shortMoves(1, [], 1n)).toEqual([]);
});

test('there is one that a line does not feel, where nodes share it as 5 to 3', () => {
  const factor = [0n, 5n, 3n];
  const felt = (move: readonly bigint[]) =>
    move.reduce((all, part, at) => all + part * (factor[at] ?? 0n), 0n);
  const moves = shortMoves(3, [factor], 8n);
  expect(moves).toContainEqual([-2n, -3n, 5n]);
  // And one that it feels by an eighth of a Wh, the least there is.
  expect(moves.some((move) => felt(move) === 1n)).toBe(true);
});

test('no more than a limit, whatever the size', () => {
  const factors = Array.from({ length: 9 }, (_, line) =>
    Array.from({ length: 32 }, (_, node) => BigInt((node * (line + 7)) % 31)),
  );
  expect(shortMoves(32, factors, 31n).length).toBeLessThan(1300);
});
