/**
 * A call at one price in which whoever accepts the price takes part alike. What one side has too
 * much of is shared so as to be proportionally fair: with every order weighed by the energy that it
 * asked for, no other shares have a larger sum of relative changes, so all get the same part.
 */

import { clearBook } from '../book.ts';
import { defineAuction } from '../define.ts';
import { fractionAt } from '../field.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import { acceptedBy, rationed } from './trading-levels.ts';

export const proportionalTwoSided = defineAuction({
  name: 'proportional-two-sided',
  version: 1,
  source:
    'Faqiry and Das 2016 (proportionally fair double-sided auction); shares by Kelly, Maulloo and ' +
    'Tan 1998 (weighted proportional fairness), weights and the choice of the price ours',
  rule:
    'Own crossing orders out first; the price is low + k (high - low) of the uniform interval, ' +
    'rounded down; everybody who accepts it takes part, and of the longer side each gets the same ' +
    'part of its energy, whatever its limit',
  ties:
    'The whole longer side shares pro rata to energy by largest remainder, equal remainders by ' +
    'lowest lot',
  holds:
    'The shares maximise the sum of energy asked x log(energy got); not efficient, as better limits ' +
    'have no precedence; not truthful',
  settings: [
    {
      name: 'k',
      meaning: 'How far up the price interval the price stands: 0 its low end, 1 its high end.',
      form: 'decimal',
      least: 0n,
      most: 1n,
      fallback: { numerator: 1n, denominator: 2n },
    },
  ],
  properties: [
    'budget_balance',
    'strong_budget_balance',
    'individual_rationality',
    'gap_shared',
    'one_price',
    'scale',
    'shift',
  ],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const k = fractionAt(call.settings, 'k');
    const { price } = clearBook([...bids, ...asks], { k });
    if (price === null) return clearingOf(standing, { trades: [] });
    const filled = rationed(
      bids.filter(({ limit }) => limit >= price),
      asks.filter(({ limit }) => limit <= price),
    );
    const trades = tradesOf(filled.bids, filled.asks, () => ({
      buyerPrice: price,
      sellerPrice: price,
    }));
    const priceInterval = acceptedBy(filled.bids, filled.asks);
    return clearingOf(standing, { trades, price, priceInterval });
  },
});
