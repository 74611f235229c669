/** How one price is chosen among all prices that clear the same trades. */

import type { Price } from '@commonwatt/units';
import { divideDown, price } from '@commonwatt/units';

export type Fraction = { readonly numerator: bigint; readonly denominator: bigint };

/** The least and the dearest price that the market allows, both included. */
export type Collar = { readonly floor: Price; readonly ceiling: Price };

export type PriceInterval = { readonly low: Price; readonly high: Price };

/** `k` is how far up the interval the price stands: 0 its low end, 1 its high end. */
export type PriceRule = { readonly k?: Fraction; readonly collar?: Collar | undefined };

/** Half way: buyers and sellers share the gap. */
export const MIDPOINT: Fraction = { numerator: 1n, denominator: 2n };

export type PriceRuleRefusal =
  | { readonly code: 'k_out_of_range'; readonly k: Fraction }
  | { readonly code: 'collar_inverted'; readonly collar: Collar };

export function refusePriceRule({ k, collar }: PriceRule): PriceRuleRefusal | undefined {
  if (k !== undefined && (k.denominator <= 0n || k.numerator < 0n || k.numerator > k.denominator)) {
    return { code: 'k_out_of_range', k };
  }
  if (collar !== undefined && collar.floor > collar.ceiling) {
    return { code: 'collar_inverted', collar };
  }
  return undefined;
}

/**
 * low + k (high - low), rounded towards minus infinity: the fraction of a unit stays with the
 * buyers, and since k is not negative the price stays within the interval.
 *
 * Source: the k-double auction of Chatterjee and Samuelson 1983, with many traders as in Rustichini,
 * Satterthwaite and Williams 1994; here for divisible energy.
 */
export function priceWithin({ low, high }: PriceInterval, k: Fraction): Price {
  return price(low + divideDown((high - low) * k.numerator, k.denominator));
}
