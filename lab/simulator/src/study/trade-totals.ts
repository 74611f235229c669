/** What the trades of a slot come to, order by order. */

import type { SlotClearing, SlotTrade } from './book.ts';
import { MarketError } from './market-error.ts';

/**
 * Of so many orders, by their rows.
 * @throws MarketError for a trade without prices, of which no part can be priced
 */
export function tradeTotals(
  orders: number,
  trades: readonly SlotTrade[],
): Pick<SlotClearing, 'filledWh' | 'payments'> {
  const filledWh = Array.from({ length: orders }, () => 0);
  const payments = Array.from({ length: orders }, () => 0);
  for (const { bid, ask, energyWh, buyerPrice, sellerPrice } of trades) {
    if (buyerPrice === null || sellerPrice === null) {
      throw new MarketError('forecast.error_percent', '0 where trades have no price', 'more');
    }
    filledWh[bid] = (filledWh[bid] as number) + energyWh;
    filledWh[ask] = (filledWh[ask] as number) + energyWh;
    payments[bid] = (payments[bid] as number) + energyWh * buyerPrice;
    payments[ask] = (payments[ask] as number) - energyWh * sellerPrice;
  }
  return { filledWh, payments };
}
