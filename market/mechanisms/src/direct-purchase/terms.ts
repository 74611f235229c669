/** The terms of one pair and its prices (Tian et al., equations 2 to 6, as corrected). */

import type { Price } from '@commonwatt/units';
import type { Fraction } from '../price-rule.ts';
import { fraction } from './fraction.ts';
import type { GenerationType } from './round.ts';

export const MILLION = 1_000_000n;
/** Certificates are counted in fifths: thermal generation owes one fifth per MWh. */
const FIFTHS = 5n;

/** Prices in nano-token per Wh; limits are what each side declared. */
export interface DirectTerms {
  /** F_B, per Wh at the buyer's meter. */
  readonly buyerLimit: Price;
  /** F_S, per Wh at the seller's busbar. */
  readonly sellerLimit: Price;
  readonly type: GenerationType;
  readonly green: boolean;
  readonly environmentalPrice: Price;
  readonly crossSubsidy: Price;
  /** Parts per million. */
  readonly loss: bigint;
  readonly transmissionPrice: Price;
  readonly certificatePrice: Fraction;
}

/** T in fifths of a certificate owed per MWh produced. */
export function certificateFifths(type: GenerationType, green: boolean): bigint {
  if (type === 'thermal') return 1n;
  return type === 'wind' && !green ? -FIFTHS : 0n;
}

/** X = T P / 1000, nano-token per Wh at the busbar (equation 3). Below zero it is an income. */
export function certificateCost({ type, green, certificatePrice }: DirectTerms): Fraction {
  const { numerator, denominator } = certificatePrice;
  return fraction(certificateFifths(type, green) * numerator, FIFTHS * denominator);
}

/** df = F_B - (F_S / (1 - e) + S + W): equation 6 with the brackets that balance the money. */
export function priceDifference(terms: DirectTerms): Fraction {
  const { buyerLimit, sellerLimit, environmentalPrice, crossSubsidy, transmissionPrice } = terms;
  const kept = MILLION - terms.loss;
  const margin = buyerLimit - transmissionPrice - environmentalPrice - crossSubsidy;
  return fraction(margin * kept - sellerLimit * MILLION, kept);
}

/** q = df - X / (1 - e): equation 2 with every part per Wh at the buyer's meter. */
export function convertedValue(terms: DirectTerms): Fraction {
  const difference = priceDifference(terms);
  const cost = certificateCost(terms);
  const kept = difference.denominator;
  return fraction(
    difference.numerator * cost.denominator - cost.numerator * MILLION,
    kept * cost.denominator,
  );
}

/** L_i = F_B - df / 2 (equation 4), per Wh at the buyer's meter. */
export function buyerPrice(terms: DirectTerms): Fraction {
  const { numerator, denominator } = priceDifference(terms);
  return fraction(2n * denominator * terms.buyerLimit - numerator, 2n * denominator);
}

/** F_S + df (1 - e) / 2 (equation 5 without X), per Wh at the seller's busbar. */
export function sellerPrice(terms: DirectTerms): Fraction {
  const { numerator } = priceDifference(terms);
  return fraction(2n * MILLION * terms.sellerLimit + numerator, 2n * MILLION);
}
