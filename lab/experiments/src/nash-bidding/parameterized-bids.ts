/**
 * Each of N >= 3 firms bids one number w: it supplies demand - w / price (Johari and Tsitsiklis 2011). Demand is
 * fixed and met: price = sum w / ((N - 1) demand).
 */

import { square } from '../arithmetic.ts';

export interface ConvexCost {
  /** Cost of so much, EUR; convex and rising, 0 at 0. */
  readonly eurOf: (outputMwh: number) => number;
  /** Its derivative, EUR/MWh. */
  readonly marginalEurPerMwh: (outputMwh: number) => number;
}

export interface BidGame {
  readonly demandMwh: number;
  readonly costs: readonly ConvexCost[];
}

export function outputsOfBids({ demandMwh, costs }: BidGame, bidsEur: readonly number[]): number[] {
  const sum = bidsEur.reduce((total, bid) => total + bid, 0);
  return bidsEur.map((bid) => demandMwh - (bid * (costs.length - 1) * demandMwh) / sum);
}

export function bidProfitEur(game: BidGame, bidsEur: readonly number[], at: number): number {
  const sum = bidsEur.reduce((total, bid) => total + bid, 0);
  const outputMwh = outputsOfBids(game, bidsEur)[at] ?? 0;
  const price = sum / ((game.costs.length - 1) * game.demandMwh);
  return price * outputMwh - (game.costs[at]?.eurOf(outputMwh) ?? 0);
}

/** The most that a firm may bid without having to buy. */
export function greatestBidEur(bidsEur: readonly number[], at: number): number {
  const others = bidsEur.reduce((sum, bid, place) => (place === at ? sum : sum + bid), 0);
  return others / (bidsEur.length - 2);
}

/**
 * A firm's best bid against the others': where its profit, concave in the bid, no longer rises. Its derivative is
 * marginal cost x (N - 1) demand x others / sum^2 - (N - 2) / (N - 1), others and sum those of the bids.
 */
export function bestBidEur(game: BidGame, bidsEur: readonly number[], at: number): number {
  const count = game.costs.length;
  const others = bidsEur.reduce((sum, bid, place) => (place === at ? sum : sum + bid), 0);
  const falling = (bid: number) => {
    const outputMwh = outputsOfBids(game, bidsEur.with(at, bid))[at] ?? 0;
    const marginal = game.costs[at]?.marginalEurPerMwh(outputMwh) ?? 0;
    const weight = ((count - 1) * game.demandMwh * others) / square(others + bid);
    return (count - 2) / (count - 1) - marginal * weight;
  };
  return rootOf(falling, greatestBidEur(bidsEur, at));
}

const ROUNDS_MAX = 2_000;

/** @throws Error where best responses in turn have not settled after 2,000 rounds. */
export function bidsByBestResponse(
  game: BidGame,
  start: readonly number[],
  tolerance = 1e-9,
): number[] {
  const bids = [...start];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let moved = 0;
    for (const [at, before] of bids.entries()) {
      const bid = bestBidEur(game, bids, at);
      bids[at] = bid;
      moved = Math.max(moved, Math.abs(bid - before));
    }
    if (moved <= tolerance) return bids;
  }
  throw new Error(`bidsByBestResponse: expected to settle in ${ROUNDS_MAX} rounds`);
}

/**
 * Outputs of the equilibrium: a firm's marginal profit is 0 where marginal cost x (1 + output / ((N - 2)
 * demand)) = price, so that the equilibrium is the efficient split of costs so raised.
 */
export function equilibriumOutputs({ demandMwh, costs }: BidGame): number[] {
  const room = (costs.length - 2) * demandMwh;
  return splitByMarginal(
    demandMwh,
    costs.map(
      ({ marginalEurPerMwh }) =>
        (outputMwh) =>
          marginalEurPerMwh(outputMwh) * (1 + outputMwh / room),
    ),
  );
}

/** Outputs of the least total cost. */
export function efficientOutputs({ demandMwh, costs }: BidGame): number[] {
  return splitByMarginal(
    demandMwh,
    costs.map(({ marginalEurPerMwh }) => marginalEurPerMwh),
  );
}

export function totalCostEur({ costs }: BidGame, outputs: readonly number[]): number {
  return costs.reduce((sum, { eurOf }, at) => sum + eurOf(outputs[at] ?? 0), 0);
}

const BISECTIONS = 60;

/**
 * Splits demand so that rising marginal costs are equal where anything is supplied, the price and each output found
 * by halving. Where marginal costs jump or stay level, outputs just below and just above the price are mixed.
 */
function splitByMarginal(
  demandMwh: number,
  marginals: readonly ((outputMwh: number) => number)[],
): number[] {
  const outputsAt = (price: number) =>
    marginals.map((marginal) => rootOf((outputMwh) => marginal(outputMwh) - price, demandMwh));
  const totalAt = (price: number) => outputsAt(price).reduce((sum, one) => sum + one, 0);
  const dearest = Math.max(...marginals.map((marginal) => marginal(demandMwh)));
  const price = rootOf((tried) => totalAt(tried) - demandMwh, 2 * dearest);
  const width = 1e-9 * dearest;
  const below = outputsAt(price - width);
  const above = outputsAt(price + width);
  const missing = demandMwh - below.reduce((sum, one) => sum + one, 0);
  const room = above.reduce((sum, one, at) => sum + one - (below[at] ?? 0), 0);
  const share = room > 0 ? missing / room : 0;
  return below.map((one, at) => one + share * ((above[at] ?? 0) - one));
}

/** Where a rising function first is 0 or more, between 0 and `to`. */
function rootOf(rising: (at: number) => number, to: number): number {
  let low = 0;
  let high = to;
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return high;
}
