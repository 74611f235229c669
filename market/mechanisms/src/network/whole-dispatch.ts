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
import { type Move, shortMoves } from './short-moves.ts';

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
/** More than any energy. */
const ALWAYS = 10n ** 30n;

/**
 * The mended rounding of `injections`, in millionths of a Wh, filled up; or `cut`, which the lines carry, filled up,
 * where the rounding cannot be mended or is worth less. By node, in Wh.
 */
export function wholeDispatch(
  part: Part,
  injections: readonly bigint[],
  cut: readonly bigint[],
): readonly bigint[] {
  const start = startOf(part, rounded(part.nodes, injections));
  const steps = stepsOf(part, start.flows);
  const mended = mend(part, start, steps);
  const first = mended && fill(part, mended, steps).injections;
  if (first !== undefined && worthOf(part, first) >= worthOf(part, cut)) return first;
  const second = fill(part, startOf(part, cut), steps).injections;
  if (first === undefined || worthOf(part, second) > worthOf(part, first)) return second;
  return first;
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

/** Injections and what they make flow on the lines, over the denominator. */
type State = { readonly injections: readonly bigint[]; readonly flows: readonly bigint[] };

/** A move with the places that it changes, and what it makes flow. */
type LineStep = { readonly line: number; readonly flow: bigint };
type NodeStep = { readonly node: number; readonly energy: bigint };
type Step = { readonly nodes: readonly NodeStep[]; readonly lines: readonly LineStep[] };

function startOf({ factors }: Part, injections: readonly bigint[]): State {
  return { injections, flows: flowsOf(factors, injections) };
}

function flowsOf(factors: Part['factors'], injections: readonly bigint[]): readonly bigint[] {
  return factors.map((factor) =>
    injections.reduce((sum, energy, node) => sum + energy * (factor[node] as bigint), 0n),
  );
}

function stepsOf(part: Part, flows: readonly bigint[]): readonly Step[] {
  const { nodes, factors, limits, denominator } = part;
  const near = factors.filter(
    (_, line) =>
      magnitude(flows[line] as bigint) >= ((limits[line] as bigint) - NEAR_WH) * denominator,
  );
  return shortMoves(nodes.length, near, denominator).map(
    (move: Move): Step => ({
      nodes: move.flatMap((energy, node) => (energy === 0n ? [] : [{ node, energy }])),
      lines: flowsOf(factors, move).flatMap((flow, line) => (flow === 0n ? [] : [{ line, flow }])),
    }),
  );
}

/**
 * Step by step the move that takes most from what lines carry above their limits, and of equal ones the one that is
 * worth most, then the first; undefined where none takes anything.
 */
function mend(part: Part, start: State, steps: readonly Step[]): State | undefined {
  let state = start;
  for (let mends = 0; mends <= MENDS_MAX; mends++) {
    const { flows } = state;
    if (flows.every((flow, line) => excessOf(part, line, flow) === 0n)) return state;
    let best: Step | undefined;
    let [relief, worth] = [0n, 0n];
    for (const step of steps) {
      let less = 0n;
      for (const { line, flow } of step.lines) {
        const before = flows[line] as bigint;
        less += excessOf(part, line, before) - excessOf(part, line, before + flow);
      }
      if (less <= 0n || less < relief || roomAtNodes(part, state, step) < 1n) continue;
      const gain = gainOf(part, state, step, 1n);
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
function fill(part: Part, start: State, steps: readonly Step[]): State {
  let state = start;
  for (let fills = 0; fills < FILLS_MAX; fills++) {
    let best: { readonly step: Step; readonly times: bigint } | undefined;
    let most = 0n;
    for (const step of steps) {
      const room = roomAtNodes(part, state, step);
      if (room < 1n || gainOf(part, state, step, 1n) <= 0n) continue;
      let times = lesser(room, roomOnLines(part, state, step));
      if (times < 1n) continue;
      let gain = gainOf(part, state, step, times);
      // Gains fall along a move: half of it may be worth more than all.
      while (times > 1n) {
        const half = gainOf(part, state, step, times / 2n);
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

function moved({ injections, flows }: State, { nodes, lines }: Step, times: bigint): State {
  const after = { injections: injections.slice(), flows: flows.slice() };
  for (const { node, energy } of nodes)
    after.injections[node] = (after.injections[node] ?? 0n) + times * energy;
  for (const { line, flow } of lines) after.flows[line] = (after.flows[line] ?? 0n) + times * flow;
  return after;
}

/** How much more flows than the line carries, over the denominator. */
function excessOf({ limits, denominator }: Part, line: number, flow: bigint): bigint {
  const excess = magnitude(flow) - (limits[line] as bigint) * denominator;
  return excess > 0n ? excess : 0n;
}

function gainOf({ nodes }: Part, { injections }: State, step: Step, times: bigint): bigint {
  return step.nodes.reduce((sum, { node, energy }) => {
    const [curve, before] = [nodes[node] as NodeWorth, injections[node] as bigint];
    return sum + worthAt(curve, before + times * energy) - worthAt(curve, before);
  }, 0n);
}

function worthOf({ nodes }: Part, injections: readonly bigint[]): bigint {
  return nodes.reduce((sum, curve, at) => sum + worthAt(curve, injections[at] as bigint), 0n);
}

/** How often a move can be made before orders run out. */
function roomAtNodes({ nodes }: Part, { injections }: State, step: Step): bigint {
  let room: bigint | undefined;
  for (const { node, energy } of step.nodes) {
    const { least, most } = nodes[node] as NodeWorth;
    const left =
      energy > 0n ? most - (injections[node] as bigint) : (injections[node] as bigint) - least;
    const times = left / magnitude(energy);
    if (room === undefined || times < room) room = times;
  }
  return room ?? 0n;
}

/** How often a move can be made before a line is full, when none carries too much; as good as always where no line feels it. */
function roomOnLines({ limits, denominator }: Part, { flows }: State, step: Step): bigint {
  let room = ALWAYS;
  for (const { line, flow } of step.lines) {
    const [most, before] = [(limits[line] as bigint) * denominator, flows[line] as bigint];
    room = lesser(room, (flow > 0n ? most - before : most + before) / magnitude(flow));
    if (room === 0n) return 0n;
  }
  return room;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
