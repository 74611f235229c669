/**
 * A solver's injections in whole Wh that the lines of a DC network carry, near the worth of the fractions.
 *
 * Injections are whole, flows are not: a line's flow is the exact fraction that the injections make, and no more than
 * the line's limit, with no tolerance. Rounding every injection by itself leaves lines a Wh or so above their limits;
 * they are mended by moves of few Wh between nodes, chosen by what the lines feel of them, and what the lines then
 * still carry is filled up.
 */

import { divideDown, lesser } from '@commonwatt/units';
import { CANDIDATE_MILLIONTHS } from '../solver.ts';
import { type NodeWorth, worthAt } from './node-worth.ts';
import { product } from './reduced-basis.ts';
import { shortBases, shortMoves, transfers } from './short-moves.ts';

/** A part of a network that hangs together: nodes and lines by their places in it. */
export type Part = {
  readonly nodes: readonly NodeWorth[];
  /** By line, then by node, over the denominator. */
  readonly factors: readonly (readonly bigint[])[];
  readonly denominator: bigint;
  /** By line, in Wh. */
  readonly limits: readonly bigint[];
};

/** Lines that come as near to their limits as this are kept in mind when moves are made, in Wh. */
const NEAR_WH = 16n;
/** Rounding is mended in a few moves; what takes more was no near optimum. */
const MENDS_MAX = 128;
/** Each takes what the lines still carry in the direction of one move. */
const FILLS_MAX = 128;

/**
 * `injections`, in millionths of a Wh, rounded each by itself, mended and filled up by transfers. Where transfers cannot
 * mend it, or what comes of it is worth less than `cut`, which the lines carry: the proposal, then a little less of it, rounded in bases of
 * moves that lines hardly feel, mended and filled up by those moves too; or else the cut one filled up. By node, in Wh.
 */
export function wholeDispatch(
  part: Part,
  injections: readonly bigint[],
  cut: readonly bigint[],
): readonly bigint[] {
  const { nodes, factors, limits, denominator } = part;
  const grid = { nodes, rows: rowsOf(part) };
  const worthLeast = worthOf(grid, cut);
  const tried = (proposal: readonly bigint[], steps: readonly Step[]) => {
    const mended = mend(grid, stateOf(grid, proposal), steps);
    const filled = mended && fill(grid, mended, steps).injections;
    return filled && worthOf(grid, filled) >= worthLeast ? filled : undefined;
  };
  const steps = transfers(nodes.length).map((move) => stepOf(grid, move));
  const first = rounded(nodes, injections);
  const simple = tried(first, steps);
  if (simple !== undefined) return simple;
  const lines = factors.map((factor, line) => ({ factor, limit: limits[line] ?? 0n }));
  const near = lines.filter(
    ({ factor, limit }) => magnitude(product(factor, first)) >= (limit - NEAR_WH) * denominator,
  );
  // A node with next to no orders is as stiff as a line that carries next to nothing.
  const ends = grid.rows
    .slice(lines.length)
    .map(({ factor, least, most }) => ({ factor, limit: (most - least) / denominator }))
    .filter(({ limit }) => limit <= NEAR_WH);
  const bases = shortBases(injections, [...near, ...ends], denominator);
  const all = [...steps, ...shortMoves(bases).map((move) => stepOf(grid, move))];
  const roundings = bases.flatMap(({ rounded: one, roundedInside }) => [one, roundedInside]);
  for (const proposal of [first, ...roundings]) {
    const dispatch = tried(proposal, all);
    if (dispatch !== undefined) return dispatch;
  }
  return fill(grid, stateOf(grid, cut), all).injections;
}

/**
 * Down to whole Wh, and then up by one where the remainder is largest until they sum to nothing; of equal remainders
 * the first. What still is missing of a proposal out of balance is taken where there is room.
 */
function rounded(nodes: readonly NodeWorth[], injections: readonly bigint[]): bigint[] {
  const whole = nodes.map(({ least, most }, at) => {
    const down = divideDown(injections[at] ?? 0n, CANDIDATE_MILLIONTHS);
    return down < least ? least : lesser(down, most);
  });
  const remainder = (at: number) =>
    (injections[at] ?? 0n) - (whole[at] as bigint) * CANDIDATE_MILLIONTHS;
  const remainders = nodes.map((_, at) => remainder(at));
  let missing = -whole.reduce((sum, one) => sum + one, 0n);
  const isUp = missing > 0n;
  const order = [...nodes.keys()].sort((a, b) => {
    const difference = (remainders[b] as bigint) - (remainders[a] as bigint);
    if (difference === 0n) return a - b;
    return difference > 0n === isUp ? 1 : -1;
  });
  for (const partMost of [1n, missing < 0n ? -missing : missing]) {
    for (const at of order) {
      const { least, most } = nodes[at] as NodeWorth;
      const before = whole[at] as bigint;
      const room = isUp ? most - before : before - least;
      const moved = lesser(lesser(partMost, room), isUp ? missing : -missing);
      whole[at] = before + (isUp ? moved : -moved);
      missing -= isUp ? moved : -moved;
    }
  }
  return whole;
}

/** What a line or a node takes at least and at most, over the denominator. */
type Row = { readonly factor: readonly bigint[]; readonly least: bigint; readonly most: bigint };
type Grid = { readonly nodes: readonly NodeWorth[]; readonly rows: readonly Row[] };

function rowsOf({ nodes, factors, denominator, limits }: Part): readonly Row[] {
  const lines = factors.map((factor, line) => {
    const most = (limits[line] ?? 0n) * denominator;
    return { factor, least: -most, most };
  });
  const ends = nodes.map(({ least, most }, node) => ({
    factor: nodes.map((_, at) => (at === node ? denominator : 0n)),
    least: least * denominator,
    most: most * denominator,
  }));
  return [...lines, ...ends];
}

/** Injections and what they make of the rows. */
type State = { readonly injections: readonly bigint[]; readonly loads: readonly bigint[] };

function stateOf({ rows }: Grid, injections: readonly bigint[]): State {
  return { injections, loads: rows.map(({ factor }) => product(factor, injections)) };
}

/** A move by the nodes and rows that it changes. */
type Change = { readonly at: number; readonly by: bigint };
type Step = {
  readonly nodes: readonly Change[];
  readonly rows: readonly Change[];
  readonly loads: readonly bigint[];
};

function stepOf({ rows }: Grid, move: readonly bigint[]): Step {
  const nodes = changesOf(move);
  const loads = rows.map(({ factor }) =>
    nodes.reduce((sum, { at, by }) => sum + by * (factor[at] as bigint), 0n),
  );
  return { nodes, rows: changesOf(loads), loads };
}

function changesOf(values: readonly bigint[]): readonly Change[] {
  return values.flatMap((by, at) => (by === 0n ? [] : [{ at, by }]));
}

/**
 * Step by step the move that takes most from what lines carry above their limits and nodes give beyond their orders,
 * and of equal ones the one that is worth most, then the first; undefined where none takes anything.
 */
function mend(grid: Grid, start: State, steps: readonly Step[]): State | undefined {
  let state = start;
  for (let mends = 0; mends <= MENDS_MAX; mends++) {
    const { injections, loads } = state;
    const beyond = grid.rows.flatMap((row, at) => {
      const excess = excessOf(row, loads[at] as bigint);
      return excess > 0n ? [{ at, row, excess }] : [];
    });
    if (beyond.length === 0) return state;
    let best: Step | undefined;
    let [relief, worth] = [0n, 0n];
    for (const step of steps) {
      // What other rows feel can only be against it.
      let less = 0n;
      for (const { at, row, excess } of beyond) {
        const by = step.loads[at] as bigint;
        if (by !== 0n) less += excess - excessOf(row, (loads[at] as bigint) + by);
      }
      if (less <= 0n || less < relief) continue;
      for (const { at, by } of step.rows) {
        const [row, load] = [grid.rows[at] as Row, loads[at] as bigint];
        if (excessOf(row, load) === 0n) less -= excessOf(row, load + by);
      }
      if (less <= 0n || less < relief) continue;
      const gain = gainOf(grid, injections, step, 1n);
      if (less === relief && gain <= worth) continue;
      best = step;
      [relief, worth] = [less, gain];
    }
    if (best === undefined) return undefined;
    state = moved(state, best, 1n);
  }
  return undefined;
}

/** Step by step the move that gains most, as far as it gains and the lines carry it; of equal ones the first. */
function fill(grid: Grid, start: State, steps: readonly Step[]): State {
  let state = start;
  for (let fills = 0; fills < FILLS_MAX; fills++) {
    let best: { readonly step: Step; readonly times: bigint } | undefined;
    let most = 0n;
    for (const step of steps) {
      const gainBy = (times: bigint) => gainOf(grid, state.injections, step, times);
      if (gainBy(1n) <= 0n) continue;
      let times = roomFor(grid, state, step);
      if (times < 1n) continue;
      let gain = gainBy(times);
      // Gains fall along a move: half of it may be worth more than all.
      while (times > 1n) {
        const half = gainBy(times / 2n);
        if (half < gain) break;
        times /= 2n;
        gain = half;
      }
      if (gain <= most) continue;
      most = gain;
      best = { step, times };
    }
    if (best === undefined) return state;
    state = moved(state, best.step, best.times);
  }
  return state;
}

function moved({ injections, loads }: State, step: Step, times: bigint): State {
  const after = { injections: injections.slice(), loads: loads.slice() };
  for (const { at, by } of step.nodes)
    after.injections[at] = (after.injections[at] ?? 0n) + times * by;
  for (const { at, by } of step.rows) after.loads[at] = (after.loads[at] ?? 0n) + times * by;
  return after;
}

/** How much a load is beyond what the row takes. */
function excessOf({ least, most }: Row, load: bigint): bigint {
  if (load > most) return load - most;
  return load < least ? least - load : 0n;
}

/** How often a move can be made before a line is full or orders run out, from a state in which all is carried. */
function roomFor({ rows }: Grid, { loads }: State, step: Step): bigint {
  let room: bigint | undefined;
  for (const { at, by } of step.rows) {
    const [{ least, most }, load] = [rows[at] as Row, loads[at] as bigint];
    const times = by > 0n ? (most - load) / by : (load - least) / -by;
    if (times === 0n) return 0n;
    if (room === undefined || times < room) room = times;
  }
  return room ?? 0n;
}

function gainOf({ nodes }: Grid, injections: readonly bigint[], step: Step, times: bigint): bigint {
  let gain = 0n;
  for (const { at, by } of step.nodes) {
    const [curve, before] = [nodes[at] as NodeWorth, injections[at] as bigint];
    gain += worthAt(curve, before + times * by) - worthAt(curve, before);
  }
  return gain;
}

function worthOf({ nodes }: Grid, injections: readonly bigint[]): bigint {
  return nodes.reduce((sum, curve, at) => sum + worthAt(curve, injections[at] as bigint), 0n);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
