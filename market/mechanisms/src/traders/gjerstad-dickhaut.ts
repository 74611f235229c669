/**
 * A trader that believes what the recent shouts say of its chance at each price, and shouts the price at
 * which chance times gain is greatest.
 *
 * Between two observed prices the paper's belief is the cubic that is level at both; it is evaluated here
 * in exact fractions at evenly spaced prices.
 */

import { greater, lesser, type Price, price } from '@commonwatt/units';
import type { Shout, Trader, TradingSituation } from './trader.ts';
import { withoutLoss } from './trader.ts';

export type GjerstadDickhautMemory = {
  /** The shouts remembered, the latest last. */
  readonly shouts: readonly Shout[];
};

/** How many of the latest shouts are remembered. */
export const SHOUTS_REMEMBERED_MAX = 64;

const STEPS_BETWEEN_PRICES = 16n;

/** A chance as a fraction; the denominator is above zero. */
type Chance = { readonly numerator: bigint; readonly denominator: bigint };

export const gjerstadDickhaut: Trader<GjerstadDickhautMemory> = {
  name: 'gjerstad-dickhaut',
  source: 'Gjerstad and Dickhaut 1998, sections 3.2 and 3.3',
  rule: 'Shouts the price of the greatest expected gain by a belief from the shouts taken and left',
  begin: () => ({ shouts: [] }),
  quote(memory, situation) {
    const { side, limit } = situation;
    const knots = knotsOf(memory.shouts, situation);
    let best: Price | null = null;
    let most: Chance = { numerator: 0n, denominator: 1n };
    for (let at = 1; at < knots.length; at++) {
      for (const candidate of between(knots[at - 1], knots[at])) {
        const gain = side === 'sell' ? candidate.price - limit : limit - candidate.price;
        if (gain < 0n) continue;
        const numerator = gain * candidate.chance.numerator;
        const better = numerator * most.denominator > most.numerator * candidate.chance.denominator;
        if (best !== null && !better) continue;
        if (best === null && numerator === 0n) continue;
        best = price(candidate.price);
        most = { numerator, denominator: candidate.chance.denominator };
      }
    }
    return best ?? limit;
  },
  observe: ({ shouts }, shout) => ({ shouts: [...shouts, shout].slice(-SHOUTS_REMEMBERED_MAX) }),
};

type Knot = { readonly price: bigint; readonly chance: Chance };

/**
 * The chance at each observed price, from cheap to dear. For a seller (equation 1): asks taken and bids at or
 * above the price speak for it, asks left at or below it against. For a buyer (equation 2) the mirror of it.
 */
function knotsOf(shouts: readonly Shout[], situation: TradingSituation): readonly Knot[] {
  const { side, floor, ceiling, bestAsk, bestBid } = situation;
  const { least, most } = withoutLoss(situation);
  const low = lesser(least, floor);
  const high = greater(most, ceiling);
  const sure: Chance = { numerator: 1n, denominator: 1n };
  const never: Chance = { numerator: 0n, denominator: 1n };
  const prices = [...new Set(shouts.map((shout) => shout.price as bigint))]
    .filter((value) => value > low && value < high)
    .sort((a, b) => (a < b ? -1 : 1));
  const middle = prices.map((at): Knot => {
    // Nobody takes a worse shout than the best that stands.
    const hopeless =
      side === 'sell' ? bestAsk !== null && at > bestAsk : bestBid !== null && at < bestBid;
    return { price: at, chance: hopeless ? never : chanceAt(at, shouts, side) };
  });
  const ends = side === 'sell' ? [sure, never] : [never, sure];
  return [
    { price: low, chance: ends[0] as Chance },
    ...middle,
    { price: high, chance: ends[1] as Chance },
  ];
}

function chanceAt(at: bigint, shouts: readonly Shout[], side: 'buy' | 'sell'): Chance {
  let against = 0n;
  let forIt = 0n;
  for (const shout of shouts) {
    const better = side === 'sell' ? shout.price >= at : shout.price <= at;
    const worse = side === 'sell' ? shout.price <= at : shout.price >= at;
    if (shout.side !== side) {
      if (better) forIt += 1n;
    } else if (shout.accepted) {
      if (better) forIt += 1n;
    } else if (worse) {
      against += 1n;
    }
  }
  if (forIt + against === 0n) return { numerator: 1n, denominator: 2n };
  return { numerator: forIt, denominator: forIt + against };
}

/** Evenly spaced prices from one knot to the next, with the chance on the level cubic between them. */
function* between(from: Knot | undefined, to: Knot | undefined): Iterable<Knot> {
  if (from === undefined || to === undefined) return;
  const width = to.price - from.price;
  if (width <= 0n) return;
  for (let step = 0n; step <= STEPS_BETWEEN_PRICES; step++) {
    const at = from.price + (width * step) / STEPS_BETWEEN_PRICES;
    yield { price: at, chance: cubic(from, to, at - from.price, width) };
  }
}

/** from + (to - from) (3 t^2 - 2 t^3) with t = done / width. */
function cubic(from: Knot, to: Knot, done: bigint, width: bigint): Chance {
  const cube = width * width * width;
  const weight = 3n * done * done * width - 2n * done * done * done;
  const rest = cube - weight;
  return {
    numerator:
      from.chance.numerator * to.chance.denominator * rest +
      to.chance.numerator * from.chance.denominator * weight,
    denominator: from.chance.denominator * to.chance.denominator * cube,
  };
}
