/** Prices of matched pairs and what they sum to, in exact fractions until they are printed. */

import type { Fraction } from '../price-rule.ts';
import { fraction, multiplyFractions, sumOfFractions } from './fraction.ts';
import type { DirectMatching, DirectPair } from './matching.ts';
import { printedPrices } from './printed.ts';
import type { DirectRound } from './round.ts';
import { corridorName } from './security-check.ts';
import {
  buyerPrice,
  certificateCost,
  convertedValue,
  type DirectTerms,
  sellerPrice,
} from './terms.ts';

export const READINGS = ['stated', 'printed'] as const;
export type Reading = (typeof READINGS)[number];

/** Nano-token per Wh; energies in Wh. */
export interface PricedPair extends DirectPair<Fraction> {
  readonly convertedValue: Fraction | null;
  /** At the buyer's meter. */
  readonly buyerPrice: Fraction;
  /** For energy alone, at the seller's busbar. */
  readonly sellerPrice: Fraction;
  /** At the seller's busbar. */
  readonly certificateCost: Fraction | null;
  readonly terms: DirectTerms;
}

/** In nano-token. As stated, buyersPay = sellersGet + transmission + fees. */
export interface MatchTotals {
  readonly buyersPay: Fraction;
  readonly sellersGet: Fraction;
  readonly transmission: Fraction;
  readonly fees: Fraction;
  readonly certificates: Fraction;
}

/** The terms of any pair of a round, by the ids of its two parties. */
export function directTerms({
  buyers,
  sellers,
  corridors,
  certificatePrice,
}: DirectRound): (pair: Pick<DirectPair<unknown>, 'buyer' | 'seller' | 'green'>) => DirectTerms {
  const buyerOf = new Map(buyers.map((one) => [one.id, one]));
  const sellerOf = new Map(sellers.map((one) => [one.id, one]));
  const corridorOf = new Map(corridors.map((one) => [corridorName(one), one]));
  return ({ buyer: buyerId, seller: sellerId, green }) => {
    const [buyer, seller] = [buyerOf.get(buyerId), sellerOf.get(sellerId)];
    if (buyer === undefined || seller === undefined) {
      throw new RangeError(`terms: expected a pair of the round, got ${buyerId} and ${sellerId}`);
    }
    const corridor = corridorOf.get(corridorName({ from: seller.region, to: buyer.region }));
    if (corridor === undefined) {
      throw new RangeError(`terms: expected a corridor ${seller.region} to ${buyer.region}`);
    }
    return {
      buyerLimit: buyer.price,
      sellerLimit: seller.price,
      type: seller.type,
      green,
      environmentalPrice: seller.environmentalPrice,
      crossSubsidy: seller.crossSubsidy,
      loss: corridor.loss,
      transmissionPrice: corridor.transmissionPrice,
      certificatePrice,
    };
  };
}

export function pricedPairs(
  round: DirectRound,
  { pairs }: DirectMatching<Fraction>,
  reading: Reading,
): readonly PricedPair[] {
  const termsOf = directTerms(round);
  return pairs.map((pair) => {
    const terms = termsOf(pair);
    if (reading === 'printed') {
      const prices = printedPrices(terms.buyerLimit, terms.sellerLimit);
      return { ...pair, ...prices, terms, convertedValue: null, certificateCost: null };
    }
    return {
      ...pair,
      terms,
      convertedValue: convertedValue(terms),
      buyerPrice: buyerPrice(terms),
      sellerPrice: sellerPrice(terms),
      certificateCost: certificateCost(terms),
    };
  });
}

export function matchTotals(pairs: readonly PricedPair[]): MatchTotals {
  const total = (of: (pair: PricedPair) => Fraction): Fraction => sumOfFractions(pairs.map(of));
  return {
    buyersPay: total((pair) => multiplyFractions(pair.energy, pair.buyerPrice)),
    sellersGet: total((pair) => multiplyFractions(pair.injected, pair.sellerPrice)),
    transmission: total(({ energy, terms }) =>
      multiplyFractions(energy, fraction(terms.transmissionPrice)),
    ),
    fees: total(({ energy, terms }) =>
      multiplyFractions(energy, fraction(terms.environmentalPrice + terms.crossSubsidy)),
    ),
    certificates: total(({ injected, certificateCost: cost }) =>
      multiplyFractions(injected, cost ?? fraction(0n)),
    ),
  };
}
