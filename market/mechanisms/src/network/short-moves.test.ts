import { expect, test } from 'vitest';
import { type Move, shortBases, shortMoves, transfers } from './short-moves.ts';

const sum = (move: Move) => move.reduce((all, part) => all + part, 0n);

test('from every node to every other', () => {
  expect(transfers(2)).toEqual([
    [1n, -1n],
    [-1n, 1n],
  ]);
  expect(transfers(4)).toHaveLength(12);
  expect(transfers(1)).toEqual([]);
});

/** A line of which a Wh from the second node takes 5 eighths, one from the third 3. */
const LINE = { factor: [0n, 5n, 3n], limit: 0n };
const felt = (move: Move) =>
  move.reduce((all, part, at) => all + part * (LINE.factor[at] ?? 0n), 0n);

test('there is one that an empty line does not feel, and one that it feels least', () => {
  const moves = shortMoves(shortBases([0n, 0n, 0n], [LINE], 8n));
  expect(moves).toContainEqual([-2n, -3n, 5n]);
  expect(moves.some((move) => felt(move) === 1n)).toBe(true);
  expect(moves.every((move) => sum(move) === 0n)).toBe(true);
  expect(new Set(moves.map((move) => move.join())).size).toBe(moves.length);
});

test('fractions that do not flow on an empty line become whole Wh that do not', () => {
  const million = 1_000_000n;
  // 3.6 x 5 = 6 x 3.
  const proposal = [2_400_000n, 3_600_000n, -6n * million];
  const [little, , much] = shortBases(proposal, [LINE], 8n);
  expect(little?.rounded).toHaveLength(3);
  expect(felt(much?.rounded ?? [])).toBe(0n);
  expect(sum(much?.rounded ?? [])).toBe(0n);
  for (const [at, part] of (much?.rounded ?? []).entries()) {
    const distance = part * million - (proposal[at] ?? 0n);
    expect(distance <= 3n * million && -distance <= 3n * million).toBe(true);
  }
});

test('no more than the limit, whatever the size', () => {
  const lines = Array.from({ length: 9 }, (_, line) => ({
    factor: Array.from({ length: 32 }, (_, node) => BigInt((node * (line + 7)) % 31)),
    limit: BigInt(line),
  }));
  const proposal = Array.from({ length: 32 }, () => 0n);
  const moves = shortMoves(shortBases(proposal, lines, 31n));
  expect(moves.length).toBeGreaterThan(900);
  expect(moves.length).toBeLessThanOrEqual(1028);
});
