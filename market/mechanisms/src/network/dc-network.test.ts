import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dcNetwork, denominatorOf, flowOf } from './dc-network.ts';

const line = (from: number, to: number, susceptance: bigint) => ({
  from,
  to,
  susceptance,
  limit: 9n,
});

test('of equal lines in a triangle two thirds go straight and one third goes round', () => {
  const network = dcNetwork(3, [line(0, 1, 5n), line(1, 2, 5n), line(2, 0, 5n)]);
  const into = [3n, -3n, 0n];
  const flows = network.lines.map((_, at) => [
    flowOf(network, at, into) / denominatorOf(network, at),
  ]);
  expect(flows).toEqual([[2n], [-1n], [-1n]]);
});

test('parts that are not joined do not know of each other', () => {
  const network = dcNetwork(5, [line(3, 1, 2n), line(0, 4, 1n), line(0, 4, 3n)]);
  expect(network.components).toEqual([0, 1, 2, 1, 0]);
  const into = [8n, -1n, 0n, 1n, -8n];
  const flows = network.lines.map(
    (_, at) => flowOf(network, at, into) / denominatorOf(network, at),
  );
  expect(flows).toEqual([1n, 2n, 6n]);
});

test('what flows out of a node is what comes into it, and around a mesh the angles add up', () => {
  const networks = fc.record({
    lines: fc.array(
      fc.record({
        ends: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 2, maxLength: 2 }),
        susceptance: fc.bigInt(1n, 1000n),
      }),
      { maxLength: 8 },
    ),
    sent: fc.array(fc.bigInt(-(10n ** 12n), 10n ** 12n), { minLength: 5, maxLength: 5 }),
  });
  fc.assert(
    fc.property(networks, ({ lines, sent }) => {
      const network = dcNetwork(
        5,
        lines.map(({ ends: [from = 0, to = 0], susceptance }) => line(from, to, susceptance)),
      );
      const into = sent.slice();
      for (const component of new Set(network.components)) {
        const inside = [...into.keys()].filter((at) => network.components[at] === component);
        const first = inside[0] ?? 0;
        const sum = inside.reduce((all, at) => all + (into[at] ?? 0n), 0n);
        into[first] = (into[first] ?? 0n) - sum;
      }
      const left = into.map((value, at) => {
        const component = network.components[at] ?? 0;
        return value * (network.denominators[component] ?? 1n);
      });
      for (const [at, { from, to }] of network.lines.entries()) {
        const flow = flowOf(network, at, into);
        left[from] = (left[from] ?? 0n) - flow;
        left[to] = (left[to] ?? 0n) + flow;
      }
      expect(left).toEqual([0n, 0n, 0n, 0n, 0n]);
      // Lines with the same ends share by susceptance: the angle difference is one.
      for (const [at, one] of network.lines.entries()) {
        for (const [beside, other] of network.lines.entries()) {
          if (one.from !== other.from || one.to !== other.to) continue;
          expect(flowOf(network, at, into) * other.susceptance).toBe(
            flowOf(network, beside, into) * one.susceptance,
          );
        }
      }
    }),
    { numRuns: 100 },
  );
});
