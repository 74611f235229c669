/** What a candidate proposes for each node of a network, and the whole Wh that come nearest to it. */

import { divideDown, lesser } from '@commonwatt/units';
import { CANDIDATE_MILLIONTHS } from '../solver.ts';
import type { DcNetwork } from './dc-network.ts';
import type { Dispatch } from './dispatch.ts';
import { type NodeWorth, nodeWorth, tradedAt } from './node-worth.ts';
import { wholeDispatch } from './whole-dispatch.ts';
import type { ZoneLevels } from './zone-flow.ts';

type NodeProposal = {
  /** Each level's energy rounded down by itself, in Wh. */
  readonly whole: { readonly bought: bigint; readonly sold: bigint };
  /** In millionths of a Wh. */
  readonly injection: bigint;
  /** Of the orders that its price suits to a nano, and those that it serves. */
  readonly worth: NodeWorth;
};

/** `values` and `duals` are those of `nodalProblem`. */
export function proposalsOf(
  books: readonly ZoneLevels[],
  values: readonly bigint[],
  duals: readonly bigint[],
): readonly NodeProposal[] {
  let next = 0;
  const take = (levels: ZoneLevels['demand'], isSuited: (limit: bigint) => boolean) => {
    let [energy, whole, suited] = [0n, 0n, 0];
    for (const [at, { limit, energy: most }] of levels.entries()) {
      const value = lesser(atLeastNothing(values[next] ?? 0n), most * CANDIDATE_MILLIONTHS);
      next += 1;
      energy += value;
      whole += divideDown(value, CANDIDATE_MILLIONTHS);
      if (value >= CANDIDATE_MILLIONTHS || isSuited(limit)) suited = at + 1;
    }
    return { energy, whole, suited: levels.slice(0, suited) };
  };
  return books.map(({ demand, supply }, node): NodeProposal => {
    const dual = duals[node] ?? 0n;
    const buying = take(demand, (limit) => (limit + 1n) * CANDIDATE_MILLIONTHS >= dual);
    const selling = take(supply, (limit) => (limit - 1n) * CANDIDATE_MILLIONTHS <= dual);
    return {
      whole: { bought: buying.whole, sold: selling.whole },
      injection: selling.energy - buying.energy,
      worth: nodeWorth({ demand: buying.suited, supply: selling.suited }),
    };
  });
}

/** Component by component the injections near the proposal's that the lines carry, worth no less than the cut ones. */
export function mendedOf(
  { lines, components, factors, denominators }: DcNetwork,
  proposals: readonly NodeProposal[],
  cut: readonly bigint[],
): readonly bigint[] {
  const mended = cut.slice();
  for (const [component, denominator] of denominators.entries()) {
    const inside = [...components.keys()].filter((node) => components[node] === component);
    const between = [...lines.keys()].filter(
      (line) => components[lines[line]?.from ?? 0] === component,
    );
    const nodes = inside.map((node) => (proposals[node] as NodeProposal).worth);
    const injections = wholeDispatch(
      {
        nodes,
        factors: between.map((line) => inside.map((node) => factors[line]?.[node] ?? 0n)),
        denominator,
        limits: between.map((line) => lines[line]?.limit ?? 0n),
      },
      inside.map((node) => (proposals[node] as NodeProposal).injection),
      inside.map((node) => cut[node] ?? 0n),
    );
    for (const [place, node] of inside.entries()) mended[node] = injections[place] ?? 0n;
  }
  return mended;
}

/** What orders of each node make of its injection at the greatest worth. */
export function dispatchOf(
  proposals: readonly NodeProposal[],
  injections: readonly bigint[],
): Dispatch {
  const traded = proposals.map(({ worth }, node) => tradedAt(worth, injections[node] ?? 0n));
  return { bought: traded.map(({ bought }) => bought), sold: traded.map(({ sold }) => sold) };
}

function atLeastNothing(value: bigint): bigint {
  return value > 0n ? value : 0n;
}
