import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocksOf, strongComponents } from './components.ts';
import { type Ends, Graph } from './graph.ts';

const NODES = 7;
const node = fc.nat({ max: NODES - 1 });
const arcs = fc.array(
  fc
    .tuple(node, node)
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => ({ from, to })),
  { maxLength: 12 },
);

/** What can be reached from a node along arcs, or along arcs either way, but for some arcs. */
function reached(list: readonly Ends[], start: number, bothWays: boolean): ReadonlySet<number> {
  const known = new Set([start]);
  for (let before = -1; before < known.size; ) {
    before = known.size;
    for (const { from, to } of list) {
      if (known.has(from)) known.add(to);
      if (bothWays && known.has(to)) known.add(from);
    }
  }
  return known;
}

test('two nodes are in one strong component when each can be reached from the other', () => {
  fc.assert(
    fc.property(arcs, (list) => {
      const component = strongComponents(new Graph(NODES, list), (half) => half % 2 === 0);
      for (let a = 0; a < NODES; a++) {
        for (let b = 0; b < NODES; b++) {
          const both = reached(list, a, false).has(b) && reached(list, b, false).has(a);
          expect(component[a] === component[b]).toBe(both);
        }
      }
    }),
    { numRuns: 400 },
  );
});

/** Whether some circle without a repeated node goes through both arcs, directions left aside. */
function shareCircle(list: readonly Ends[], first: number, second: number): boolean {
  const start = (list[first] as Ends).from;
  const walk = (at: number, nodes: readonly number[], used: readonly number[]): boolean => {
    if (at === start) return used.includes(second);
    return list.some(({ from, to }, arc) => {
      if (used.includes(arc)) return false;
      const next = from === at ? to : from;
      if (from !== at && to !== at) return false;
      if (nodes.includes(next)) return false;
      return walk(next, [...nodes, next], [...used, arc]);
    });
  };
  const { to } = list[first] as Ends;
  return walk(to, [to], [first]);
}

test('two arcs are in one block when a circle holds both', () => {
  fc.assert(
    fc.property(arcs, (list) => {
      const blocks = blocksOf(new Graph(NODES, list));
      const blockOf = new Map(blocks.flatMap((own, at) => own.map((arc) => [arc, at] as const)));
      expect(blocks.flat().sort((a, b) => a - b)).toEqual([...list.keys()]);
      list.forEach((_, a) => {
        list.forEach((__, b) => {
          if (a === b) return;
          expect(blockOf.get(a) === blockOf.get(b)).toBe(shareCircle(list, a, b));
        });
      });
    }),
    { numRuns: 200 },
  );
});
