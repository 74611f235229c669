/**
 * The merit order: bids dearest first, asks cheapest first, equal limits by lot. Everything that
 * follows (price, fills, trades, the curve on a screen) reads this order and never the arrival.
 */

import type { Energy, Price } from '@commonwatt/units';
import { energy } from '@commonwatt/units';
import { northWestCorner } from './north-west.ts';
import type { Line, Side } from './order.ts';

export function compareLots(a: { readonly lot: string }, b: { readonly lot: string }): number {
  if (a.lot === b.lot) return 0;
  return a.lot < b.lot ? -1 : 1;
}

export function compareBids(a: Line, b: Line): number {
  if (a.limit !== b.limit) return a.limit > b.limit ? -1 : 1;
  return compareLots(a, b);
}

export function compareAsks(a: Line, b: Line): number {
  if (a.limit !== b.limit) return a.limit < b.limit ? -1 : 1;
  return compareLots(a, b);
}

/**
 * The lines of one side by merit. A line without energy asks for nothing and is left out, so that
 * it can neither set nor bound a price.
 */
export function byMerit<L extends Line>(lines: readonly L[], side: Side): L[] {
  const standing = lines.filter((line) => line.side === side && line.energy > 0n);
  return standing.sort(side === 'buy' ? compareBids : compareAsks);
}

/** The lines of one side that share a limit, by lot. */
export type Level<L extends Line = Line> = {
  readonly limit: Price;
  readonly energy: bigint;
  readonly lines: readonly L[];
};

/** Groups lines that already stand by merit. */
export function levelsOf<L extends Line>(sorted: readonly L[]): Level<L>[] {
  const levels: { limit: Price; energy: bigint; lines: L[] }[] = [];
  for (const line of sorted) {
    const last = levels.at(-1);
    if (last !== undefined && last.limit === line.limit) {
      last.energy += line.energy;
      last.lines.push(line);
    } else {
      levels.push({ limit: line.limit, energy: line.energy, lines: [line] });
    }
  }
  return levels;
}

/** A step of the curve: between `from` and `to` of cumulative energy the limit is `limit`. */
export type Step = {
  readonly limit: Price;
  readonly from: Energy;
  readonly to: Energy;
  /** How many lines share the step. */
  readonly lines: number;
};

/** Both curves, for screens and receipts. They cross at the volume of `clearLines`. */
export type MeritOrder = {
  readonly bids: readonly Step[];
  readonly asks: readonly Step[];
};

export function meritOrder(lines: readonly Line[]): MeritOrder {
  return {
    bids: stepsOf(levelsOf(byMerit(lines, 'buy'))),
    asks: stepsOf(levelsOf(byMerit(lines, 'sell'))),
  };
}

function stepsOf(levels: readonly Level[]): Step[] {
  let reached = 0n;
  return levels.map((level) => {
    const from = reached;
    reached += level.energy;
    const { limit, lines } = level;
    return { limit, from: energy(from), to: energy(reached), lines: lines.length };
  });
}

/**
 * The volume at which the curves cross: the most that can trade at one price. Best bid meets best
 * ask, level by level, while the bid's limit is not below the ask's.
 */
export function crossingVolume(bids: readonly Level[], asks: readonly Level[]): Energy {
  let volume = 0n;
  for (const pair of northWestCorner(bids, asks, (bid, ask) => bid.limit >= ask.limit)) {
    volume += pair.energy;
  }
  return energy(volume);
}
