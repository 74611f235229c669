import { expect, test } from 'vitest';
import { nodeWorth, tradedAt, worthAt } from './node-worth.ts';

const NODE = nodeWorth({
  demand: [
    { limit: 40n, energy: 3n },
    { limit: 20n, energy: 2n },
  ],
  supply: [
    { limit: 10n, energy: 2n },
    { limit: 30n, energy: 4n },
  ],
});

test('by itself a node trades what crosses', () => {
  // Two Wh at 10 for 40; no more is worth it, since the third that is wanted costs 30 and gains 10.
  expect(tradedAt(NODE, 0n)).toEqual({ bought: 3n, sold: 3n });
  expect(worthAt(NODE, 0n)).toBe(2n * 30n + 10n);
});

test('the cheapest Wh is given first, sold or no longer bought', () => {
  expect([NODE.least, NODE.most]).toEqual([-5n, 6n]);
  const worths = Array.from({ length: 12 }, (_, at) => worthAt(NODE, BigInt(at) - 5n));
  expect(worths).toEqual([160n, 150n, 140n, 120n, 100n, 70n, 40n, 10n, -20n, -60n, -100n, -140n]);
  expect(tradedAt(NODE, -5n)).toEqual({ bought: 5n, sold: 0n });
  expect(tradedAt(NODE, -1n)).toEqual({ bought: 3n, sold: 2n });
  expect(tradedAt(NODE, 6n)).toEqual({ bought: 0n, sold: 6n });
});

test('of equal limits as much as can trades inside', () => {
  const level = [{ limit: 7n, energy: 4n }];
  const node = nodeWorth({ demand: level, supply: level });
  expect(tradedAt(node, 0n)).toEqual({ bought: 4n, sold: 4n });
});

test('a node without orders is worth nothing', () => {
  const node = nodeWorth({ demand: [], supply: [] });
  expect([node.least, node.most, worthAt(node, 0n)]).toEqual([0n, 0n, 0n]);
});
