/** The m x n matrix of a round (Tian et al., equation 1) with every part of each converted price. */

import {
  buyerPrice,
  certificateCost,
  convertedValue,
  corridorName,
  type DirectBuyer,
  type DirectRound,
  type DirectSeller,
  type DirectTerms,
  directTerms,
  MILLION,
  priceDifference,
  sellerPrice,
} from '@commonwatt/mechanisms';
import { divideHalfEven } from '@commonwatt/units';

interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Rows of buyers by rising member after one, at most so many. */
export function matrixRows(round: DirectRound, after: number, limit: number) {
  const buyers = round.buyers.filter(({ id }) => Number(id) > after);
  const page = buyers.slice(0, limit);
  const termsOf = directTerms(round);
  const corridors = new Set(round.corridors.map(corridorName));
  const rows = page.map((buyer) => ({
    buyer: Number(buyer.id),
    cells: round.sellers.map((seller) => {
      const joined = corridors.has(corridorName({ from: seller.region, to: buyer.region }));
      const pair = { buyer: buyer.id, seller: seller.id, green: false };
      const parts = joined ? partsOf(termsOf(pair), wantsGreen(buyer, seller)) : null;
      return { seller: Number(seller.id), parts };
    }),
  }));
  const last = page.at(-1);
  return { rows, next: last !== undefined && buyers.length > limit ? Number(last.id) : null };
}

function wantsGreen({ greenEnergy }: DirectBuyer, { type }: DirectSeller): boolean {
  return greenEnergy > 0n && type === 'wind';
}

function partsOf(terms: DirectTerms, isGreen: boolean) {
  const { loss, transmissionPrice, environmentalPrice, crossSubsidy, sellerLimit } = terms;
  const kept = MILLION - loss;
  return {
    lossMillionths: Number(loss),
    transmissionPrice: `${transmissionPrice}`,
    fees: `${environmentalPrice + crossSubsidy}`,
    sellerAtMeter: roundedPrice({ numerator: sellerLimit * MILLION, denominator: kept }),
    difference: roundedPrice(priceDifference(terms)),
    buyerPrice: roundedPrice(buyerPrice(terms)),
    sellerPrice: roundedPrice(sellerPrice(terms)),
    ordinary: phaseOf(terms),
    green: isGreen ? phaseOf({ ...terms, green: true }) : null,
  };
}

/** X at either end of the corridor, Z and q of a pair in one phase. */
function phaseOf(terms: DirectTerms) {
  const cost = certificateCost(terms);
  const value = convertedValue(terms);
  const kept = MILLION - terms.loss;
  const { sellerLimit, transmissionPrice, environmentalPrice, crossSubsidy } = terms;
  // Z = S + W + (F_S + X) e / (1 - e).
  const atBusbar = sellerLimit * cost.denominator + cost.numerator;
  const perMeter = (transmissionPrice + environmentalPrice + crossSubsidy) * cost.denominator;
  const otherCosts = {
    numerator: perMeter * kept + atBusbar * terms.loss,
    denominator: cost.denominator * kept,
  };
  return {
    certificateCost: roundedPrice(cost),
    certificateAtMeter: roundedPrice({
      numerator: cost.numerator * MILLION,
      denominator: cost.denominator * kept,
    }),
    otherCosts: roundedPrice(otherCosts),
    value: roundedPrice(value),
    mayTrade: priceDifference(terms).numerator >= 0n && value.numerator >= 0n,
  };
}

/** Nano-token per Wh, half-even. */
export const roundedPrice = ({ numerator, denominator }: Fraction): string =>
  `${divideHalfEven(numerator, denominator)}`;
