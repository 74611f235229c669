/**
 * The most valuable trades between zones that are joined by lines of limited capacity.
 *
 * Step by step the cheapest energy left that can still reach a zone goes to the dearest demand left there, over
 * lines with room or by taking back what flows the other way: successive best paths, whose sum is the optimum
 * (Ahuja, Magnanti and Orlin 1993, section 9.7). What a zone sells and buys follows its own merit order.
 */

import { lesser } from '@commonwatt/units';

/** Limits of a zone, the best first, each with its energy. */
export type ZoneLevels = {
  readonly demand: readonly { readonly limit: bigint; readonly energy: bigint }[];
  readonly supply: readonly { readonly limit: bigint; readonly energy: bigint }[];
};

/** A line carries up to `capacity` Wh of the interval in either direction. */
export type ZoneLine = { readonly from: number; readonly to: number; readonly capacity: bigint };

export type ZoneFlow = {
  /** By zone: what is bought and sold in it, in Wh. */
  readonly bought: readonly bigint[];
  readonly sold: readonly bigint[];
  /** By line: Wh from `from` to `to`; below zero the other way. */
  readonly flows: readonly bigint[];
  /** `reaches[a][b]`: whether more could flow from a to b. */
  readonly reaches: readonly (readonly boolean[])[];
};

export function flowBetweenZones(
  zones: readonly ZoneLevels[],
  lines: readonly ZoneLine[],
): ZoneFlow {
  const flows = lines.map(() => 0n);
  const demand = zones.map(({ demand: levels }) => new Merit(levels));
  const supply = zones.map(({ supply: levels }) => new Merit(levels));
  for (;;) {
    const best = bestPath(demand, supply, lines, flows);
    if (best === undefined) break;
    const { seller, buyer, path } = best;
    let energy = lesser(seller.left, buyer.left);
    for (const { line, forward } of path)
      energy = lesser(energy, roomOf(lines, flows, line, forward));
    for (const { line, forward } of path) {
      flows[line] = (flows[line] as bigint) + (forward ? energy : -energy);
    }
    seller.take(energy);
    buyer.take(energy);
  }
  return {
    bought: demand.map(({ taken }) => taken),
    sold: supply.map(({ taken }) => taken),
    flows,
    reaches: zones.map((_, zone) =>
      pathsFrom(zone, zones.length, lines, flows).map((one) => one !== undefined),
    ),
  };
}

/** A list of levels that is used up from the best on. */
class Merit {
  taken = 0n;
  readonly #levels: ZoneLevels['demand'];
  #at = 0;
  #left: bigint;

  constructor(levels: ZoneLevels['demand']) {
    this.#levels = levels;
    this.#left = levels[0]?.energy ?? 0n;
  }

  /** The best limit with energy left. */
  get limit(): bigint | undefined {
    return this.#levels[this.#at]?.limit;
  }

  get left(): bigint {
    return this.#left;
  }

  take(energy: bigint): void {
    this.taken += energy;
    this.#left -= energy;
    if (this.#left > 0n) return;
    this.#at += 1;
    this.#left = this.#levels[this.#at]?.energy ?? 0n;
  }
}

type Step = { readonly line: number; readonly forward: boolean };

/** The path of most gain that is not below zero; of equal ones the fewest lines, then the first zones. */
function bestPath(
  demand: readonly Merit[],
  supply: readonly Merit[],
  lines: readonly ZoneLine[],
  flows: readonly bigint[],
): { seller: Merit; buyer: Merit; path: readonly Step[] } | undefined {
  let found: { seller: Merit; buyer: Merit; path: readonly Step[] } | undefined;
  let most = 0n;
  for (const [from, seller] of supply.entries()) {
    if (seller.limit === undefined) continue;
    const paths = pathsFrom(from, supply.length, lines, flows);
    for (const [to, buyer] of demand.entries()) {
      const path = paths[to];
      if (path === undefined || buyer.limit === undefined) continue;
      const gain = buyer.limit - seller.limit;
      if (gain < most) continue;
      if (found !== undefined && gain === most && path.length >= found.path.length) continue;
      most = gain;
      found = { seller, buyer, path };
    }
  }
  return found;
}

/** The shortest paths with room from a zone to every zone; undefined where there is none. */
function pathsFrom(
  zone: number,
  zones: number,
  lines: readonly ZoneLine[],
  flows: readonly bigint[],
): readonly (readonly Step[] | undefined)[] {
  const paths: (readonly Step[] | undefined)[] = Array.from({ length: zones }, () => undefined);
  paths[zone] = [];
  const queue = [zone];
  for (const at of queue) {
    for (const [line, { from, to }] of lines.entries()) {
      for (const forward of [true, false]) {
        const [start, end] = forward ? [from, to] : [to, from];
        if (start !== at || paths[end] !== undefined) continue;
        if (roomOf(lines, flows, line, forward) === 0n) continue;
        paths[end] = [...(paths[at] ?? []), { line, forward }];
        queue.push(end);
      }
    }
  }
  return paths;
}

function roomOf(
  lines: readonly ZoneLine[],
  flows: readonly bigint[],
  line: number,
  forward: boolean,
): bigint {
  const capacity = lines[line]?.capacity ?? 0n;
  const flow = flows[line] ?? 0n;
  return forward ? capacity - flow : capacity + flow;
}
