import { expect, test } from 'vitest';
import { dcNetwork, denominatorOf, flowOf } from './dc-network.ts';
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

test('where small cuts go to and fro between empty lines of loops, larger ones come to an end', () => {
  const lines = [
    { from: 1, to: 2, susceptance: 8n, limit: 1636n },
    { from: 4, to: 1, susceptance: 1n, limit: 1n },
    { from: 3, to: 1, susceptance: 12n, limit: 14_925n },
    { from: 3, to: 2, susceptance: 1n, limit: 14_952n },
    { from: 1, to: 2, susceptance: 8n, limit: 0n },
    { from: 2, to: 3, susceptance: 8n, limit: 10_157n },
    { from: 0, to: 3, susceptance: 7n, limit: 9000n },
  ];
  const network = dcNetwork(5, lines);
  const bought = [0n, 12_001n, 3n, 20_017n, 11n];
  const sold = [15_013n, 4_001n, 9_007n, 4_010n, 1n];
  const cut = withinLines(balanced({ bought, sold }, network.components), network);
  const injections = (cut?.sold ?? []).map((energy, node) => energy - (cut?.bought[node] ?? 0n));
  expect(injections.some((into) => into !== 0n)).toBe(true);
  for (const [line, { limit }] of lines.entries()) {
    const flow = flowOf(network, line, injections);
    const most = limit * denominatorOf(network, line);
    expect(flow <= most && -flow <= most).toBe(true);
  }
});
