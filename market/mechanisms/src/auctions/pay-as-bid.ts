/**
 * The discriminatory call: the trades of the uniform price, but every buyer pays its bid and every
 * seller gets its ask. The whole gap between the curves is left with the market maker.
 */

import { clearBook } from '../book.ts';
import { defineAuction } from '../define.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';

export const payAsBid = defineAuction({
  name: 'pay-as-bid',
  version: 1,
  source: 'Krishna 2010, section 12.1 (discriminatory auction), on both sides',
  rule:
    'Own crossing orders out first; most volume by merit; buyers pay their bid, sellers get their ' +
    'ask, the difference stays with the market maker',
  ties:
    'Equal limits at the margin share pro rata to energy by largest remainder, equal remainders ' +
    'by lowest lot',
  holds: 'Efficient by stated limits; not truthful: everybody gains by shading',
  settings: [],
  properties: [
    'weak_budget_balance',
    'individual_rationality',
    'merit_order',
    'efficient',
    'scale',
    'shift',
  ],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const cleared = clearBook([...bids, ...asks], {});
    const trades = tradesOf(cleared.bids, cleared.asks, (bid, ask) => ({
      buyerPrice: bid.limit,
      sellerPrice: ask.limit,
    }));
    return clearingOf(standing, { trades, priceInterval: cleared.priceInterval });
  },
});
