// Draws the rooms and what they import of each other, from the code: `node tools/graph.js`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT } from './install.js';
import { projectFiles, readProjectFile, readRooms } from './sources.js';

/** @typedef {{ from: string, to: string, used: boolean }} Edge */
/** @typedef {{ rooms: string[], edges: Edge[] }} Graph */
/** @typedef {{ x: number, y: number }} Place */

/** From the top of the drawing to its foot: what stands higher imports what lies below. */
const STREETS = [
  { street: 'lab', verb: 'studies', fill: '#efe9f7', stroke: '#6b4fa0' },
  { street: 'edge', verb: 'connects', fill: '#e4f0fa', stroke: '#2b6ca3' },
  { street: 'market', verb: 'trades', fill: '#e6f4e8', stroke: '#2f7d43' },
  { street: 'kernel', verb: 'decides', fill: '#fbeedd', stroke: '#a5651a' },
];

const BOX = { width: 136, height: 40, gapX: 34, gapY: 44 };
const BAND = { left: 110, top: 24, padding: 26, width: 900 };

/**
 * Reads the rooms, their declared dependencies and their real imports. An edge that is declared but that no
 * source uses yet is drawn dotted.
 *
 * @returns {Graph}
 */
export function readGraph() {
  const rooms = readRooms();
  const roomOf = new Map(rooms.map(({ room, name }) => [name, room]));
  const sources = projectFiles().filter(
    (path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path),
  );
  /** @type {Map<string, Edge>} */
  const edges = new Map();
  for (const { room, dependencies } of rooms) {
    for (const to of dependencies) edges.set(`${room} ${to}`, { from: room, to, used: false });
    for (const path of sources.filter((each) => each.startsWith(`${room}/src/`))) {
      for (const to of importedRooms(path, roomOf)) {
        if (to !== room) edges.set(`${room} ${to}`, { from: room, to, used: true });
      }
    }
  }
  const order = rooms.map(({ room }) => room);
  return {
    rooms: order,
    edges: [...edges.values()].sort(
      (a, b) =>
        order.indexOf(a.from) - order.indexOf(b.from) || order.indexOf(a.to) - order.indexOf(b.to),
    ),
  };
}

/** @param {string} path @param {Map<string, string>} roomOf */
function importedRooms(path, roomOf) {
  const { importedFiles } = ts.preProcessFile(readProjectFile(path), true, true);
  return importedFiles.flatMap(({ fileName }) => {
    const [scope, name] = fileName.split('/');
    return roomOf.get(fileName) ?? roomOf.get(`${scope}/${name}`) ?? [];
  });
}

/** @param {Graph} graph */
export function asMermaid({ rooms, edges }) {
  const lines = [
    '%% Drawn from the code by `node tools/graph.js`; a test compares the two.',
    'flowchart TD',
  ];
  for (const { street, verb } of STREETS) {
    lines.push(`  subgraph ${street}["${street}: ${verb}"]`);
    for (const room of rooms.filter((each) => each.startsWith(`${street}/`))) {
      lines.push(`    ${identifier(room)}["${room}"]`);
    }
    lines.push('  end');
  }
  for (const { from, to, used } of edges) {
    lines.push(`  ${identifier(from)} ${used ? '-->' : '-.->'} ${identifier(to)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** @param {string} room */
function identifier(room) {
  return room.replace('/', '_');
}

/**
 * An edge that a longer way implies is drawn faint, so that the shape of the whole can be seen.
 *
 * @param {Graph} graph
 */
export function asSvg(graph) {
  const { places, bands, height } = layOut(graph);
  const width = BAND.left + BAND.width + 24;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img"`,
    '  aria-label="The rooms of Commonwatt and what each imports"',
    '  font-family="system-ui, sans-serif" font-size="14">',
    '  <!-- Drawn from the code by `node tools/graph.js`; a test compares the two. -->',
    '  <defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7"',
    '    orient="auto"><path d="M0 0 8 4 0 8z" fill="#4a5560"/></marker></defs>',
    `  <rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...bands,
    ...graph.edges.map((edge) => drawEdge(edge, places, isImplied(edge, graph.edges))),
    ...graph.rooms.map((room) => drawRoom(room, places)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

/**
 * Streets are bands; within one a room stands a row above the deepest room it imports of the same street.
 *
 * @param {Graph} graph
 */
function layOut(graph) {
  /** @type {Map<string, Place>} */
  const places = new Map();
  const bands = [];
  let y = BAND.top;
  for (const { street, verb, fill, stroke } of STREETS) {
    const rows = rowsOf(street, graph);
    const inner = rows.length * BOX.height + (rows.length - 1) * BOX.gapY;
    const bandHeight = inner + 2 * BAND.padding;
    bands.push(
      `  <rect x="${BAND.left - 90}" y="${y}" width="${BAND.width + 90}" height="${bandHeight}" rx="10" fill="${fill}"/>`,
      `  <text x="${BAND.left - 74}" y="${y + 28}" fill="${stroke}" font-weight="600">${street}/</text>`,
      `  <text x="${BAND.left - 74}" y="${y + 46}" fill="${stroke}" font-size="12">${verb}</text>`,
    );
    for (const [rowIndex, row] of rows.entries())
      placeRow(row, y + BAND.padding + rowIndex * (BOX.height + BOX.gapY), places);
    y += bandHeight;
    if (street === 'edge') {
      bands.push(drawTheLine(y + 18));
      y += 24;
    }
    y += 12;
  }
  return { places, bands, height: y + 12 };
}

/** @param {number} y */
function drawTheLine(y) {
  const text =
    'the line: nothing below it on this page knows the clock, the network, the disk or chance';
  return [
    `  <path d="M${BAND.left - 90} ${y}H${BAND.left + BAND.width}" stroke="#b3261e" stroke-dasharray="6 4"/>`,
    `  <text x="${BAND.left + BAND.width}" y="${y - 5}" fill="#b3261e" stroke="#ffffff" stroke-width="4" paint-order="stroke" font-size="12" text-anchor="end">${text}</text>`,
  ].join('\n');
}

/**
 * @param {string} street
 * @param {Graph} graph
 * @returns {string[][]} the highest row first
 */
function rowsOf(street, { rooms, edges }) {
  const own = rooms.filter((room) => room.startsWith(`${street}/`));
  /** @type {(room: string) => number} */
  const depth = (room) =>
    Math.max(
      0,
      ...edges
        .filter(({ from, to }) => from === room && own.includes(to))
        .map(({ to }) => depth(to) + 1),
    );
  /** @type {string[][]} */
  const rows = [];
  for (const room of own) {
    const row = depth(room);
    while (rows.length <= row) rows.push([]);
    rows[row]?.push(room);
  }
  return rows.reverse();
}

/** @param {string[]} row @param {number} y @param {Map<string, Place>} places */
function placeRow(row, y, places) {
  const free = BAND.width - row.length * BOX.width;
  const gap = Math.floor(free / (row.length + 1));
  for (const [index, room] of row.entries()) {
    places.set(room, { x: BAND.left + gap + index * (BOX.width + gap), y });
  }
}

/** @param {string} room @param {Map<string, Place>} places */
function drawRoom(room, places) {
  const { x, y } = placeOf(room, places);
  const stroke = STREETS.find(({ street }) => room.startsWith(`${street}/`))?.stroke;
  const [, name] = room.split('/');
  return [
    `  <rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="8" fill="#ffffff" stroke="${stroke}" stroke-width="1.5"/>`,
    `  <text x="${x + BOX.width / 2}" y="${y + 25}" text-anchor="middle" fill="#1d2733">${name}</text>`,
  ].join('\n');
}

/** @param {Edge} edge @param {Map<string, Place>} places @param {boolean} implied */
function drawEdge({ from, to, used }, places, implied) {
  const a = placeOf(from, places);
  const b = placeOf(to, places);
  const upward = b.y < a.y;
  const start = { x: a.x + BOX.width / 2, y: upward ? a.y : a.y + BOX.height };
  const end = {
    x: b.x + BOX.width / 2 + Math.sign(a.x - b.x) * 24,
    y: upward ? b.y + BOX.height + 1 : b.y - 1,
  };
  const bend = Math.round((end.y - start.y) * 0.45);
  const style = `${used ? '' : ' stroke-dasharray="2 4"'}${implied ? ' opacity="0.25"' : ' marker-end="url(#arrow)"'}`;
  return `  <path d="M${start.x} ${start.y}C${start.x} ${start.y + bend} ${end.x} ${end.y - bend} ${end.x} ${end.y}" fill="none" stroke="#4a5560" stroke-width="1.3"${style}><title>${from} imports ${to}</title></path>`;
}

/** @param {string} room @param {Map<string, Place>} places */
function placeOf(room, places) {
  const place = places.get(room);
  if (place === undefined) throw new Error(`graph: expected ${room} in one of the four streets`);
  return place;
}

/** @param {Edge} edge @param {readonly Edge[]} edges */
function isImplied({ from, to }, edges) {
  /** @type {(room: string) => boolean} */
  const reaches = (room) =>
    room === to || edges.some((each) => each.from === room && reaches(each.to));
  return edges.some((each) => each.from === from && each.to !== to && reaches(each.to));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const graph = readGraph();
  mkdirSync(join(ROOT, 'docs'), { recursive: true });
  writeFileSync(join(ROOT, 'docs', 'graph.mmd'), asMermaid(graph));
  writeFileSync(join(ROOT, 'docs', 'graph.svg'), asSvg(graph));
  console.log(
    `drew ${graph.rooms.length} rooms and ${graph.edges.length} imports into docs/graph.mmd and docs/graph.svg`,
  );
}
