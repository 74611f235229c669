import { expect, test } from 'vitest';
import { asMermaid, asSvg, readGraph } from './graph.js';
import { readProjectFile } from './sources.js';
import { WALLS } from './walls.js';

const graph = readGraph();
const REDRAW =
  'the code and its drawing differ: redraw it with `node tools/graph.js` and look at it';

test('docs/graph.mmd is what the code says', () => {
  expect(readProjectFile('docs/graph.mmd'), REDRAW).toBe(asMermaid(graph));
});

test('docs/graph.svg is what the code says', () => {
  expect(readProjectFile('docs/graph.svg'), REDRAW).toBe(asSvg(graph));
});

test('every import that is drawn is one that the walls allow', () => {
  const forbidden = graph.edges.filter(({ from, to }) => !WALLS[from]?.includes(to));
  expect(forbidden).toEqual([]);
});

test('a new import changes both drawings', () => {
  const changed = {
    rooms: graph.rooms,
    edges: [...graph.edges, { from: 'kernel/units', to: 'kernel/ledger', used: true }],
  };
  const open = { rooms: graph.rooms, edges: graph.edges.slice(1) };
  expect(asMermaid(changed)).not.toBe(asMermaid(graph));
  expect(asSvg(open)).not.toBe(asSvg(graph));
});
