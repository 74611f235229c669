/**
 * The strongly budget-balanced variant of trade reduction, on price levels: one price for all, set
 * by a level that does not trade, so that nothing is left with the market maker.
 */

import { defineAuction } from '../define.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import { acceptedBy, rationed, tradingLevels } from './trading-levels.ts';

export const sbba = defineAuction({
  name: 'sbba',
  version: 1,
  source:
    'Segal-Halevi, Hassidim and Aumann 2016, SBBA, price min(s_(k+1), b_k), with price levels in the place of ' +
    'traders and shares in the place of the lottery',
  rule:
    'Own crossing orders out first; the price is the lower of the next ask and the marginal bid; at ' +
    'the next ask all levels that cross trade, at the marginal bid that level drops out',
  ties:
    'The whole longer side shares pro rata to energy by largest remainder, equal remainders by ' +
    'lowest lot',
  holds:
    'Truthful where every level is one order of the same energy (the theorem); loses no more energy than the ' +
    'marginal bid level trades; on the longer side some of it goes to worse limits than the best',
  settings: [],
  properties: [
    'budget_balance',
    'strong_budget_balance',
    'individual_rationality',
    'one_price',
    'shift',
  ],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const levels = tradingLevels(bids, asks);
    if (levels === undefined) return clearingOf(standing, { trades: [] });
    const { buying, selling } = levels;
    const isNextAsk = selling.next !== undefined && selling.next <= buying.marginal;
    const price = isNextAsk ? selling.next : buying.marginal;
    const rest = rationed(isNextAsk ? [...buying.inner, ...buying.marginalLines] : buying.inner, [
      ...selling.inner,
      ...selling.marginalLines,
    ]);
    const trades = tradesOf(rest.bids, rest.asks, () => ({
      buyerPrice: price,
      sellerPrice: price,
    }));
    if (trades.length === 0) return clearingOf(standing, { trades });
    return clearingOf(standing, { trades, price, priceInterval: acceptedBy(rest.bids, rest.asks) });
  },
});
