/**
 * What a node's orders are worth by how much energy the node gives to the network: a concave curve with corners at
 * whole Wh, along which the cheapest Wh comes next, whether it is sold or no longer bought.
 */

import { lesser } from '@commonwatt/units';
import type { ZoneLevels } from './zone-flow.ts';

export type NodeWorth = {
  /** Below nothing: all that is asked for is bought from the network. */
  readonly least: bigint;
  readonly most: bigint;
  readonly steps: readonly Step[];
};

type Step = {
  readonly limit: bigint;
  readonly isAsk: boolean;
  readonly energy: bigint;
  /** At its start. */
  readonly injection: bigint;
  readonly worth: bigint;
};

/** Of equal limits what is sold comes first, so that as much trades inside the node as can. */
export function nodeWorth({ demand, supply }: ZoneLevels): NodeWorth {
  const steps = [
    ...supply.map((level) => ({ ...level, isAsk: true })),
    ...demand.map((level) => ({ ...level, isAsk: false })),
  ].sort((a, b) => {
    if (a.limit !== b.limit) return a.limit < b.limit ? -1 : 1;
    return Number(b.isAsk) - Number(a.isAsk);
  });
  let injection = -demand.reduce((sum, { energy }) => sum + energy, 0n);
  let worth = demand.reduce((sum, { limit, energy }) => sum + limit * energy, 0n);
  const least = injection;
  const starts = steps.map(({ limit, isAsk, energy }): Step => {
    const step = { limit, isAsk, energy, injection, worth };
    injection += energy;
    worth -= limit * energy;
    return step;
  });
  return { least, most: injection, steps: starts };
}

/** In nano, for an injection between the node's least and most. */
export function worthAt({ steps }: NodeWorth, injection: bigint): bigint {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((steps[middle] as Step).injection <= injection) low = middle;
    else high = middle - 1;
  }
  const step = steps[low];
  return step === undefined ? 0n : step.worth - step.limit * (injection - step.injection);
}

/** What is bought and sold at the node when its orders give so much to the network at the greatest worth. */
export function tradedAt({ least, steps }: NodeWorth, injection: bigint) {
  let [bought, sold, left] = [-least, 0n, injection - least];
  for (const { isAsk, energy } of steps) {
    const part = lesser(energy, left);
    if (isAsk) sold += part;
    else bought -= part;
    left -= part;
  }
  return { bought, sold };
}
