/**
 * The double auction that a controller runs in rounds without knowing limits: it names a price,
 * everybody answers with an amount, and the price moves until the amounts meet. Nothing but the
 * answers leaves the members; here the answers are read off the limits.
 */

import type { Price } from '@commonwatt/units';
import { divideDown, PRICE_MAX, price } from '@commonwatt/units';
import { clearBook } from '../book.ts';
import { defineAuction } from '../define.ts';
import { wholeAt } from '../field.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';
import { totalOf } from './trading-levels.ts';

/** Enough to double a step across all prices and to halve the bracket to one. */
const ROUNDS_MAX = 256;

export const iterativeDoubleAuction = defineAuction({
  name: 'iterative-double-auction',
  version: 1,
  source:
    'Majumder, Faqiry, Das and Pahwa 2014 (iterative double auction by a controller), as told in Wang, ' +
    'Zhou, Lu et al. 2019, section 5.2.2; steps of the price ours: doubled until the price is bracketed, ' +
    'then halved',
  rule:
    'Own crossing orders out first; the price starts in the middle of best bid and best ask and ' +
    'rises while surely more is asked for than is offered, falls while surely more is offered, until ' +
    'amounts can meet; all trade at that price, by merit',
  ties:
    'Equal limits at the margin share pro rata to energy by largest remainder, equal remainders ' +
    'by lowest lot',
  holds: 'Efficient, without limits being told; not truthful: answers that shade move the price',
  settings: [
    {
      name: 'step',
      meaning: 'By how much the price moves in the first round.',
      form: 'price',
      isDifference: true,
      least: 1n,
      fallback: 1000n,
    },
  ],
  properties: [
    'budget_balance',
    'strong_budget_balance',
    'individual_rationality',
    'merit_order',
    'gap_shared',
    'efficient',
    'one_price',
    'scale',
    'shift',
  ],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const cleared = clearBook([...bids, ...asks], {});
    const [best, cheapest] = [bids[0], asks[0]];
    if (best === undefined || cheapest === undefined || cleared.volume === 0n) {
      return clearingOf(standing, { trades: [], details: { rounds: 0 } });
    }
    const start = divideDown(best.limit + cheapest.limit, 2n);
    const { at, rounds } = agreement(bids, asks, start, wholeAt(call.settings, 'step'));
    const trades = tradesOf(cleared.bids, cleared.asks, () => ({
      buyerPrice: at,
      sellerPrice: at,
    }));
    return clearingOf(standing, {
      trades,
      price: at,
      priceInterval: cleared.priceInterval,
      details: { rounds },
    });
  },
});

function agreement(
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
  start: bigint,
  first: bigint,
): { readonly at: Price; readonly rounds: number } {
  let [low, high]: [bigint | undefined, bigint | undefined] = [undefined, undefined];
  let at = start;
  let step = first;
  for (let rounds = 1; rounds <= ROUNDS_MAX; rounds++) {
    const excess = sureExcess(bids, asks, at);
    if (excess === 0) return { at: price(at), rounds };
    if (excess > 0) low = at;
    else high = at;
    if (low !== undefined && high !== undefined) at = divideDown(low + high, 2n);
    else {
      at = clamped(excess > 0 ? at + step : at - step);
      step *= 2n;
    }
  }
  throw new Error(`iterative double auction: no agreement in ${ROUNDS_MAX} rounds`);
}

/**
 * Above zero when more is asked for than is offered however those act whose limit is the price,
 * below zero when more is offered, zero when the amounts can meet.
 */
function sureExcess(bids: readonly OwnedLine[], asks: readonly OwnedLine[], at: bigint): number {
  const demand = totalOf(bids.filter(({ limit }) => limit > at));
  if (demand > totalOf(asks.filter(({ limit }) => limit <= at))) return 1;
  const supply = totalOf(asks.filter(({ limit }) => limit < at));
  return supply > totalOf(bids.filter(({ limit }) => limit >= at)) ? -1 : 0;
}

function clamped(at: bigint): bigint {
  if (at > PRICE_MAX) return PRICE_MAX;
  return at < -PRICE_MAX ? -PRICE_MAX : at;
}
