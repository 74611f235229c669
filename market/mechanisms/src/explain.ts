/**
 * Why this price, as data: which limit bounds it on either side, who had to share, and the name of
 * the sentence with its parameters. The words are the business of a screen and its language.
 */

import type { Energy, Price } from '@commonwatt/units';
import type { Margins, Rationing } from './book.ts';
import type { Collar, Fraction, PriceInterval, PriceRule } from './price-rule.ts';
import { MIDPOINT } from './price-rule.ts';

/** What keeps the price from going further. */
export type Bound = {
  readonly by:
    | 'accepted_ask'
    | 'rejected_bid'
    | 'accepted_bid'
    | 'rejected_ask'
    | 'collar_floor'
    | 'collar_ceiling';
  readonly limit: Price;
};

/**
 * - `demand_rationed`: more was wanted at the price than offered; the last buyers share.
 * - `supply_rationed`: more was offered at the price than wanted; the last sellers share.
 * - `one_price`: nobody shares, and only one price clears these trades.
 * - `gap_shared`: nobody shares, and the price stands at k between the bounds.
 * - `collar_ceiling`, `collar_floor`: the price would lie beyond the collar and is held at its end.
 */
export type PriceSentence =
  | 'demand_rationed'
  | 'supply_rationed'
  | 'one_price'
  | 'gap_shared'
  | 'collar_ceiling'
  | 'collar_floor';

export type NoTradeSentence = 'no_orders' | 'no_bids' | 'no_asks' | 'limits_apart';

export type Explanation =
  | {
      readonly traded: true;
      readonly sentence: PriceSentence;
      readonly price: Price;
      readonly priceInterval: PriceInterval;
      readonly k: Fraction;
      readonly volume: Energy;
      /** The limits of the last bid and the last ask that trade. */
      readonly marginal: { readonly bid: Price; readonly ask: Price };
      readonly lower: Bound;
      readonly upper: Bound;
      readonly rationed: Rationing | null;
    }
  | {
      readonly traded: false;
      readonly sentence: NoTradeSentence;
      /** The dearest bid and the cheapest ask, among those that the collar admits. */
      readonly bestBid: Price | null;
      readonly bestAsk: Price | null;
    };

/** The part of a clearing that an explanation reads; `clearLines` and the call itself both give it. */
export type Explainable = {
  readonly price: Price | null;
  readonly priceInterval: PriceInterval | null;
  readonly volume: Energy;
  readonly margins: Margins;
  readonly rationed: Rationing | null;
};

/** `rule` is the rule of that clearing. */
export function explain(clearing: Explainable, rule: PriceRule = {}): Explanation {
  const { price, priceInterval, volume, margins, rationed } = clearing;
  const { acceptedBid: bid, acceptedAsk: ask } = margins;
  if (price === null || priceInterval === null || bid === null || ask === null) {
    return explainNoTrade(margins);
  }
  const lower = within(lowerBound(ask, margins.rejectedBid), rule.collar);
  const upper = within(upperBound(bid, margins.rejectedAsk), rule.collar);
  return {
    traded: true,
    sentence: sentenceOf(lower, upper, rationed),
    price,
    priceInterval,
    k: rule.k ?? MIDPOINT,
    volume,
    marginal: { bid, ask },
    lower,
    upper,
    rationed,
  };
}

function explainNoTrade({ rejectedBid: bestBid, rejectedAsk: bestAsk }: Margins): Explanation {
  let sentence: NoTradeSentence = 'limits_apart';
  if (bestBid === null) sentence = bestAsk === null ? 'no_orders' : 'no_bids';
  else if (bestAsk === null) sentence = 'no_asks';
  return { traded: false, sentence, bestBid, bestAsk };
}

function lowerBound(acceptedAsk: Price, rejectedBid: Price | null): Bound {
  if (rejectedBid === null || rejectedBid <= acceptedAsk) {
    return { by: 'accepted_ask', limit: acceptedAsk };
  }
  return { by: 'rejected_bid', limit: rejectedBid };
}

function upperBound(acceptedBid: Price, rejectedAsk: Price | null): Bound {
  if (rejectedAsk === null || rejectedAsk >= acceptedBid) {
    return { by: 'accepted_bid', limit: acceptedBid };
  }
  return { by: 'rejected_ask', limit: rejectedAsk };
}

function within(bound: Bound, collar: Collar | undefined): Bound {
  if (collar === undefined) return bound;
  if (bound.limit < collar.floor) return { by: 'collar_floor', limit: collar.floor };
  if (bound.limit > collar.ceiling) return { by: 'collar_ceiling', limit: collar.ceiling };
  return bound;
}

function sentenceOf(lower: Bound, upper: Bound, rationed: Rationing | null): PriceSentence {
  if (lower.by === 'collar_ceiling') return 'collar_ceiling';
  if (upper.by === 'collar_floor') return 'collar_floor';
  if (rationed !== null) return rationed.side === 'buy' ? 'demand_rationed' : 'supply_rationed';
  return lower.limit === upper.limit ? 'one_price' : 'gap_shared';
}
