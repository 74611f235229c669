/** What a pair's energy comes to on the ledger: whole Wh and nano-token, balanced to the unit. */

import {
  divideHalfEven,
  divideUp,
  type Energy,
  energy as energyOf,
  type Money,
  money,
  type Price,
} from '@commonwatt/units';
import { buyerPrice, certificateCost, type DirectTerms, MILLION } from './terms.ts';

export interface DirectAmounts {
  readonly energy: Energy;
  readonly injected: Energy;
  readonly buyerPays: Money;
  /** For energy alone, without certificates. */
  readonly sellerGets: Money;
  readonly transmission: Money;
  /** Environmental price and cross-subsidy. */
  readonly fees: Money;
  /** The seller's certificate cost; below zero it is an income. */
  readonly certificate: Money;
}

/** What `energy` at the buyer's meter takes at the busbar, rounded up to a Wh. */
export function injectedFor(energy: Energy, loss: bigint): Energy {
  return energyOf(divideUp(energy * MILLION, MILLION - loss));
}

/**
 * What the buyer pays, transmission and fees, and the certificate posting are each rounded half to
 * even; the seller's energy payment is the difference: buyerPays = sellerGets + transmission + fees.
 * @param agreed the price at the buyer's meter where a market has set it already
 */
export function directAmounts(terms: DirectTerms, energy: Energy, agreed?: Price): DirectAmounts {
  const { environmentalPrice, crossSubsidy, transmissionPrice } = terms;
  const injected = injectedFor(energy, terms.loss);
  const perWh = buyerPrice(terms);
  const cost = certificateCost(terms);
  const buyerPays =
    agreed === undefined
      ? divideHalfEven(energy * perWh.numerator, perWh.denominator)
      : energy * agreed;
  // Whole prices times whole Wh: nothing to round.
  const transmission = energy * transmissionPrice;
  const fees = energy * (environmentalPrice + crossSubsidy);
  return {
    energy,
    injected,
    buyerPays: money(buyerPays),
    sellerGets: money(buyerPays - transmission - fees),
    transmission: money(transmission),
    fees: money(fees),
    certificate: money(divideHalfEven(injected * cost.numerator, cost.denominator)),
  };
}
