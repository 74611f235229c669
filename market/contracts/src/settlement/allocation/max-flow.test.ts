import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Graph, renumbered } from './graph.ts';
import { moveExcess } from './max-flow.ts';

const NODES = 6;
const arcs = fc.array(
  fc.record({
    from: fc.nat({ max: NODES - 1 }),
    to: fc.nat({ max: NODES - 1 }),
    capacity: fc.bigInt({ min: 0n, max: 9n }),
  }),
  { maxLength: 14 },
);

/** The least that a cut between nodes with too much and nodes that lack some lets through. */
function leastCut(
  list: readonly { from: number; to: number; capacity: bigint }[],
  excess: readonly bigint[],
): bigint {
  let least: bigint | undefined;
  for (let mask = 0; mask < 2 ** NODES; mask++) {
    const inside = (node: number) => (mask >> node) % 2 === 1;
    let cut = 0n;
    for (const { from, to, capacity } of list) {
      if (inside(from) && !inside(to)) cut += capacity;
    }
    excess.forEach((one, node) => {
      if (one > 0n && !inside(node)) cut += one;
      if (one < 0n && inside(node)) cut -= one;
    });
    if (least === undefined || cut < least) least = cut;
  }
  return least ?? 0n;
}

test('moves as much as the least cut lets through, within every capacity', () => {
  const excesses = fc.array(fc.bigInt({ min: -12n, max: 12n }), {
    minLength: NODES,
    maxLength: NODES,
  });
  fc.assert(
    fc.property(arcs, excesses, (list, before) => {
      const room = list.flatMap(({ capacity }) => [capacity, 0n]);
      const excess = [...before];
      const cut = moveExcess(new Graph(NODES, list), room, excess);
      const flow = list.map((_, arc) => room[2 * arc + 1] as bigint);
      const left = excess.reduce((sum, one) => (one > 0n ? sum + one : sum), 0n);
      const given = before.reduce((sum, one) => (one > 0n ? sum + one : sum), 0n);
      expect(given - left).toBe(leastCut(list, before));
      expect(cut === undefined).toBe(left === 0n);
      list.forEach(({ capacity }, arc) => {
        expect(flow[arc]).toBeGreaterThanOrEqual(0n);
        expect(flow[arc]).toBeLessThanOrEqual(capacity);
      });
      before.forEach((one, node) => {
        let net = 0n;
        list.forEach(({ from, to }, arc) => {
          if (from === node) net += flow[arc] as bigint;
          if (to === node) net -= flow[arc] as bigint;
        });
        expect(one - net).toBe(excess[node]);
      });
      if (cut === undefined) return;
      // The cut that is told is full: what leaves it is at its capacity, what enters it carries none.
      list.forEach(({ from, to, capacity }, arc) => {
        if (cut[from] && !cut[to]) expect(flow[arc]).toBe(capacity);
        if (!cut[from] && cut[to]) expect(flow[arc]).toBe(0n);
      });
    }),
    { numRuns: 400 },
  );
});

test('a graph without gaps has the same arcs', () => {
  const own = renumbered(
    [
      { from: 7, to: 3, name: 'a' },
      { from: 3, to: 9, name: 'b' },
    ],
    ({ name }, from, to) => ({ from, to, name }),
  );
  expect(own).toEqual({
    nodes: 3,
    arcs: [
      { from: 0, to: 1, name: 'a' },
      { from: 1, to: 2, name: 'b' },
    ],
  });
});
