/** What the trades of a slot cost their buyers and bring their sellers, where a rule has more than one price. */

import { priceOf, type Side, type Trade } from '@commonwatt/contracts';
import { divideHalfEven, type Price, price } from '@commonwatt/units';
import { priceWords, roundedPriceWords } from './wording.ts';

export type Terms = Pick<Trade, 'seller' | 'buyer' | 'energy' | 'price' | 'sellerPrice'>;

/** Whether a buyer pays more than its seller gets. */
export function hasTwoPrices(trades: readonly Terms[]): boolean {
  return trades.some((terms) => priceOf(terms, 'sell') !== priceOf(terms, 'buy'));
}

/** `20 ct/kWh` where all have it, `18 to 22 ct/kWh, 19.74 on average` where not. */
export function pricesWords(trades: readonly Terms[], side: Side): string {
  const first = trades[0];
  if (first === undefined) return 'nothing';
  let [least, most] = [priceOf(first, side), priceOf(first, side)];
  for (const terms of trades) {
    const at = priceOf(terms, side);
    if (at < least) least = at;
    if (at > most) most = at;
  }
  if (least === most) return priceWords(least);
  const mean = roundedPriceWords(meanOf(trades, side));
  return `${roundedPriceWords(least)} to ${roundedPriceWords(most)} ct/kWh, ${mean} on average`;
}

/** By energy. */
export function meanOf(trades: readonly Terms[], side: Side): Price {
  const energy = trades.reduce((sum, terms) => sum + terms.energy, 0n);
  const value = trades.reduce((sum, terms) => sum + terms.energy * priceOf(terms, side), 0n);
  return price(energy === 0n ? 0n : divideHalfEven(value, energy));
}
