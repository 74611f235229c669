/**
 * The average mechanism: the price is the mean of the last bid and the last ask that trade. Unlike
 * the uniform price it does not look at the orders that are left out.
 */

import { divideDown, price } from '@commonwatt/units';
import { clearBook } from '../book.ts';
import { defineAuction } from '../define.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import { acceptedBy } from './trading-levels.ts';

export const average = defineAuction({
  name: 'average',
  version: 1,
  source:
    'Khorasany, Mishra and Ledwich 2017 (average mechanism with greedy allocation), as told in Wang, ' +
    'Zhou, Lu et al. 2019, section 5.2.2',
  rule:
    'Own crossing orders out first; lower asks meet higher bids greedily; the price is the mean of ' +
    'the last bid and the last ask that trade, rounded down, and at least the reserve price, below ' +
    'which bids stand aside',
  ties:
    'Equal limits at the margin share pro rata to energy by largest remainder, equal remainders ' +
    'by lowest lot',
  holds: 'Efficient by stated limits without a reserve price; not truthful at the margin',
  settings: [
    {
      name: 'reserve',
      meaning: 'The least price at which anything is sold; none when absent.',
      form: 'price',
    },
  ],
  properties: [
    'budget_balance',
    'individual_rationality',
    'merit_order',
    'gap_shared',
    'one_price',
    'scale',
  ],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const { reserve } = call.settings;
    const floor = typeof reserve === 'bigint' ? reserve : undefined;
    const admitted = bids.filter(({ limit }) => floor === undefined || limit >= floor);
    const cleared = clearBook([...admitted, ...asks], {});
    const interval = acceptedBy(cleared.bids, cleared.asks);
    if (interval === null) return clearingOf(standing, { trades: [] });
    const mean = divideDown(interval.low + interval.high, 2n);
    const low = floor !== undefined && floor > interval.low ? price(floor) : interval.low;
    const at = mean > low ? price(mean) : low;
    const trades = tradesOf(cleared.bids, cleared.asks, () => ({
      buyerPrice: at,
      sellerPrice: at,
    }));
    return clearingOf(standing, { trades, price: at, priceInterval: { ...interval, low } });
  },
});
