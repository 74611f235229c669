/**
 * An ascending clock: the auctioneer raises the price by a fixed increment until what is offered at
 * it covers what is asked for. The increment is the auctioneer's one lever: small steps lose little
 * trade, large ones end soon.
 */

import { price } from '@commonwatt/units';
import { clearBook } from '../book.ts';
import { defineAuction } from '../define.ts';
import { wholeAt } from '../field.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';
import { acceptedBy, totalOf } from './trading-levels.ts';

export const ascendingIncrement = defineAuction({
  name: 'ascending-increment',
  version: 1,
  source:
    'Kim, Lee, Park and Choi 2018 (the auctioneer controls the bidding increment), as told in Wang, Zhou, ' +
    'Lu et al. 2019, section 5.2.2; an ascending clock as in Ausubel, Cramton and Milgrom 2006, on both ' +
    'sides',
  rule:
    'Own crossing orders out first; the price starts at the lowest ask, or where the setting says, ' +
    'and rises by the increment until the asks at or below it cover the bids at or above it; all ' +
    'trade at that price, by merit',
  ties:
    'Equal limits at the margin share pro rata to energy by largest remainder, equal remainders ' +
    'by lowest lot',
  holds: 'Loses trades whose limits lie within the last increment; not truthful for sellers',
  settings: [
    {
      name: 'increment',
      meaning: 'By how much the price rises in each round.',
      form: 'price',
      isDifference: true,
      least: 1n,
      fallback: 1000n,
    },
    { name: 'start', meaning: 'The first price; the lowest ask when absent.', form: 'price' },
  ],
  properties: [
    'budget_balance',
    'strong_budget_balance',
    'individual_rationality',
    'merit_order',
    'one_price',
  ],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const { start } = call.settings;
    const [cheapest] = asks;
    if (cheapest === undefined) return clearingOf(standing, { trades: [] });
    const from = typeof start === 'bigint' ? start : cheapest.limit;
    const { at, rounds } = clockAt(bids, asks, from, wholeAt(call.settings, 'increment'));
    const active = clearBook([...willingToBuy(bids, at), ...willingToSell(asks, at)], {});
    if (active.volume === 0n) return clearingOf(standing, { trades: [], details: { rounds } });
    const agreed = price(at);
    const trades = tradesOf(active.bids, active.asks, () => ({
      buyerPrice: agreed,
      sellerPrice: agreed,
    }));
    const priceInterval = acceptedBy(active.bids, active.asks);
    return clearingOf(standing, { trades, price: agreed, priceInterval, details: { rounds } });
  },
});

function willingToBuy(bids: readonly OwnedLine[], at: bigint): OwnedLine[] {
  return bids.filter(({ limit }) => limit >= at);
}

function willingToSell(asks: readonly OwnedLine[], at: bigint): OwnedLine[] {
  return asks.filter(({ limit }) => limit <= at);
}

/**
 * The first price of the clock that is covered. More is offered and less is asked for with every
 * round, so the round is found by halving; above the dearest bid nothing is asked for.
 */
function clockAt(
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
  from: bigint,
  increment: bigint,
): { readonly at: bigint; readonly rounds: bigint } {
  const dearest = bids[0]?.limit ?? from;
  const isCovered = (round: bigint) => {
    const at = from + round * increment;
    return totalOf(willingToSell(asks, at)) >= totalOf(willingToBuy(bids, at));
  };
  let low = 0n;
  let high = dearest >= from ? (dearest - from) / increment + 1n : 0n;
  while (low < high) {
    const middle = (low + high) / 2n;
    if (isCovered(middle)) high = middle;
    else low = middle + 1n;
  }
  return { at: from + low * increment, rounds: low + 1n };
}
