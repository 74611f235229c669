import { expect, test } from 'vitest';
import { northWestCorner } from './north-west.ts';

const of = (name: string, energy: bigint) => ({ name, energy });
const names = (
  pairs: ReturnType<typeof northWestCorner<ReturnType<typeof of>, ReturnType<typeof of>>>,
) => pairs.map(({ bid, ask, energy }) => `${bid.name}${ask.name}${energy}`);

test('the first meets the first, and the empty gives way to the next', () => {
  const bids = [of('b', 5n), of('c', 3n), of('d', 4n)];
  const asks = [of('x', 2n), of('y', 6n), of('z', 4n)];
  expect(names(northWestCorner(bids, asks))).toEqual(['bx2', 'by3', 'cy3', 'dz4']);
});

test('an entry without energy is passed over', () => {
  expect(names(northWestCorner([of('b', 0n), of('c', 2n)], [of('x', 2n)]))).toEqual(['cx2']);
});

test('ends where the shorter list ends, or where two do not meet', () => {
  expect(names(northWestCorner([of('b', 5n)], [of('x', 2n)]))).toEqual(['bx2']);
  expect(names(northWestCorner([], [of('x', 2n)]))).toEqual([]);
  const meet = (bid: { energy: bigint }) => bid.energy > 3n;
  expect(names(northWestCorner([of('b', 5n), of('c', 3n)], [of('x', 9n)], meet))).toEqual(['bx5']);
});
