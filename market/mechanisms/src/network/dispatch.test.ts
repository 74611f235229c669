import { expect, test } from 'vitest';
import { dcNetwork } from './dc-network.ts';
import { balanced, withinLines } from './dispatch.ts';

test('the longer side of each component is cut, at the node with most first', () => {
  const given = { bought: [3n, 5n, 7n], sold: [4n, 0n, 9n] };
  expect(balanced(given, [0, 0, 1])).toEqual({ bought: [3n, 1n, 7n], sold: [4n, 0n, 7n] });
});

test('what a line does not carry is cut on both sides', () => {
  const network = dcNetwork(2, [{ from: 0, to: 1, susceptance: 3n, limit: 4n }]);
  const given = { bought: [2n, 7n], sold: [8n, 1n] };
  expect(withinLines(given, network)).toEqual({ bought: [2n, 5n], sold: [6n, 1n] });
});

test('what nothing can relieve is no dispatch', () => {
  const network = dcNetwork(2, [{ from: 0, to: 1, susceptance: 3n, limit: 4n }]);
  expect(withinLines({ bought: [0n, 0n], sold: [0n, 9n] }, network)).toBeUndefined();
});
