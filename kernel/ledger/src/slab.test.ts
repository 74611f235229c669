import { expect, test } from 'vitest';
import { Slab } from './slab.ts';

test('pieces are zeros of the length asked for, and none overlaps another', () => {
  const slab = new Slab();
  const lengths = [0, 1, 5000, 190, 70_000, 8192, 8193, ...Array<number>(40).fill(4000)];
  const pieces = lengths.map((length, at) => {
    const { memory, from, length: taken } = slab.piece(length);
    expect(taken).toBe(length);
    const piece = memory.subarray(from, from + length);
    expect(piece.every((byte) => byte === 0)).toBe(true);
    return piece.fill(at + 1);
  });
  for (const [at, piece] of pieces.entries()) {
    expect(piece).toHaveLength(lengths[at] as number);
    expect(piece.every((byte) => byte === at + 1)).toBe(true);
  }
});
