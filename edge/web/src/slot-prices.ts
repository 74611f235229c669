/** The price of a slot, or the two that it has where buyers pay more than sellers get. */

import { cents, centsPerKilowattHour } from './figures.ts';
import { en } from './words/en.ts';

export interface SlotPrices {
  /** What buyers pay; a mean where each trade has its own. */
  readonly price: string | null;
  readonly sellerPrice: string | null;
}

export interface TwoPrices {
  readonly price: string;
  readonly sellerPrice: string;
}

/** Both, where they differ; nothing where there is one price, or none. */
export function twoPrices({ price, sellerPrice }: SlotPrices): TwoPrices | undefined {
  if (price === null || sellerPrice === null || price === sellerPrice) return undefined;
  return { price, sellerPrice };
}

/** In a sentence: one price, or who has which. */
export function pricesWords(prices: SlotPrices, decimals = 1): string {
  const two = twoPrices(prices);
  if (two !== undefined) {
    return en.slot.twoPrices(cents(two.price, decimals), cents(two.sellerPrice, decimals));
  }
  return prices.price === null ? en.slot.noPrice : centsPerKilowattHour(prices.price, decimals);
}
