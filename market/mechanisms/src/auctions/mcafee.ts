/**
 * The double auction with trade reduction, on price levels: k counts the levels that trade. If the
 * mean of the next bid and the next ask suits the marginal levels, everybody trades at it;
 * otherwise the marginal levels drop out and set the prices of the others.
 */

import { divideDown, price } from '@commonwatt/units';
import { clearBook } from '../book.ts';
import { defineAuction } from '../define.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import { rationed, type TradingSide, tradingLevels } from './trading-levels.ts';

export const mcafee = defineAuction({
  name: 'mcafee',
  version: 1,
  source: 'McAfee 1992, price (b_(k+1) + s_(k+1)) / 2, with price levels in the place of traders',
  rule:
    'Own crossing orders out first; where there are a next bid and a next ask and their mean lies ' +
    'within the marginal limits, all trade at it, rounded down; otherwise the marginal levels drop ' +
    'out, buyers pay the dropped bid, sellers get the dropped ask',
  ties:
    'At the mean, the marginal level shares pro rata to energy by largest remainder; after a ' +
    'reduction the whole longer side does; equal remainders by lowest lot',
  holds:
    'Truthful where every level is one order of the same energy (the theorem); with other energies ' +
    'an order at the margin can gain. Loses no more energy than the marginal levels trade; on the longer side ' +
    'some of it goes to worse limits than the best',
  settings: [],
  properties: ['weak_budget_balance', 'individual_rationality', 'shift'],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const levels = tradingLevels(bids, asks);
    if (levels === undefined) return clearingOf(standing, { trades: [] });
    const { buying, selling } = levels;
    const mean = meanOfNext(buying, selling);
    if (mean !== undefined) {
      const at = price(mean);
      const all = clearBook([...bids, ...asks], {});
      const trades = tradesOf(all.bids, all.asks, () => ({ buyerPrice: at, sellerPrice: at }));
      return clearingOf(standing, { trades, price: at, priceInterval: between(buying, selling) });
    }
    const rest = rationed(buying.inner, selling.inner);
    const trades = tradesOf(rest.bids, rest.asks, () => ({
      buyerPrice: buying.marginal,
      sellerPrice: selling.marginal,
    }));
    return clearingOf(standing, { trades });
  },
});

/** Compared before it is rounded: twice the mean against twice the limits. */
function meanOfNext(buying: TradingSide, selling: TradingSide): bigint | undefined {
  if (buying.next === undefined || selling.next === undefined) return undefined;
  const twice = buying.next + selling.next;
  const isWithin = 2n * selling.marginal <= twice && twice <= 2n * buying.marginal;
  return isWithin ? divideDown(twice, 2n) : undefined;
}

/** Prices that suit every level that trades and no level that does not. */
function between(buying: TradingSide, selling: TradingSide) {
  const low =
    buying.next !== undefined && buying.next > selling.marginal ? buying.next : selling.marginal;
  const high =
    selling.next !== undefined && selling.next < buying.marginal ? selling.next : buying.marginal;
  return { low, high };
}
