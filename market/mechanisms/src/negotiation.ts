/**
 * SETM's negotiated price, its pure part. The paper gives every party a band of bids (Ko and Praça
 * 2021, Table 1) and leaves the bargaining itself open (Algorithm 2, line 32, Negotiation.Pr). The
 * rule here is ours:
 *
 * - A consumer opens at the least of its band and concedes to the most; generation opens at the
 *   most and concedes to the least. Both move in every round, in equal steps over N rounds: by
 *   round r each has conceded floor(width (r - 1) / (N - 1)), so the fraction of a unit stays with
 *   whoever concedes. Round 1 is the opening, round N the far end; with N = 1 nobody concedes.
 * - They agree in the first round in which the consumer's offer is not below generation's, at the
 *   midpoint of the two offers of that round, rounded down.
 * - If they have not agreed by round N, there is no agreement.
 */

import type { Price } from '@commonwatt/units';
import { divideDown, price } from '@commonwatt/units';
import type { Side } from './order.ts';

/** What a party may offer, both ends included. */
export type Band = { readonly min: Price; readonly max: Price };

/** The most rounds that one negotiation may have. */
export const ROUNDS_MAX = 1000;

export type Offers = { readonly round: number; readonly bid: Price; readonly ask: Price };

export type Negotiation =
  | {
      readonly agreed: true;
      readonly round: number;
      readonly price: Price;
      readonly offers: readonly Offers[];
    }
  | { readonly agreed: false; readonly offers: readonly Offers[] };

export type NegotiationRefusal =
  | { readonly code: 'band_inverted'; readonly side: Side; readonly band: Band }
  | { readonly code: 'rounds_out_of_range'; readonly rounds: number; readonly roundsMax: number };

export type NegotiationTerms = {
  readonly buyer: Band;
  readonly seller: Band;
  readonly rounds: number;
};

export function refuseNegotiation(terms: NegotiationTerms): NegotiationRefusal | undefined {
  const { buyer, seller, rounds } = terms;
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > ROUNDS_MAX) {
    return { code: 'rounds_out_of_range', rounds, roundsMax: ROUNDS_MAX };
  }
  if (buyer.min > buyer.max) return { code: 'band_inverted', side: 'buy', band: buyer };
  if (seller.min > seller.max) return { code: 'band_inverted', side: 'sell', band: seller };
  return undefined;
}

/** @throws RangeError when `refuseNegotiation` refuses: ask it first. */
export function negotiate(terms: NegotiationTerms): Negotiation {
  const refusal = refuseNegotiation(terms);
  if (refusal !== undefined) {
    throw new RangeError(`negotiation: expected terms that can be met, got ${refusal.code}`);
  }
  const { buyer, seller, rounds } = terms;
  const offers: Offers[] = [];
  for (let round = 1; round <= rounds; round++) {
    const bid = offerInRound({ side: 'buy', band: buyer, round, rounds });
    const ask = offerInRound({ side: 'sell', band: seller, round, rounds });
    offers.push({ round, bid, ask });
    const agreed = agreedPrice({ bid, ask });
    if (agreed !== null) return { agreed: true, round, price: agreed, offers };
  }
  return { agreed: false, offers };
}

export type RoundOfParty = {
  readonly side: Side;
  readonly band: Band;
  /** From 1. */
  readonly round: number;
  readonly rounds: number;
};

/** What a party offers in a round. @throws RangeError when the round is not one of 1 to `rounds`. */
export function offerInRound({ side, band, round, rounds }: RoundOfParty): Price {
  if (!Number.isInteger(rounds) || !Number.isInteger(round) || round < 1 || round > rounds) {
    throw new RangeError(`negotiation round: expected 1 to ${rounds}, got ${round}`);
  }
  if (round === 1) return side === 'buy' ? band.min : band.max;
  const conceded = divideDown((band.max - band.min) * BigInt(round - 1), BigInt(rounds - 1));
  return price(side === 'buy' ? band.min + conceded : band.max - conceded);
}

/** The midpoint of two offers that meet or cross, rounded down; null while they stand apart. */
export function agreedPrice({
  bid,
  ask,
}: {
  readonly bid: Price;
  readonly ask: Price;
}): Price | null {
  return bid < ask ? null : price(divideDown(bid + ask, 2n));
}
