/**
 * Microgrids that trade among themselves first and then with each other. Between them, only what each would take
 * and give at a price that is called out is told, never its book: the price follows the excess demand in steps
 * that shrink.
 */

import { divideDown, formatPrice, lesser, price } from '@commonwatt/units';
import { clearBook, servedByMerit } from '../book.ts';
import { defineAuction } from '../define.ts';
import { textAt, wholeAt } from '../field.ts';
import type { Call, Trade } from '../mechanism.ts';
import { byMerit } from '../merit-order.ts';
import { clearingOf, grouped, leftAfter, openBook, tradesOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';

export const microgridExchange = defineAuction({
  name: 'microgrid-exchange',
  version: 1,
  source:
    'Gregoratti and Matamoros 2015 (sub-gradient exchange between islanded microgrids), over books ' +
    'instead of cost functions',
  rule:
    'Own crossing orders out; a uniform call in every zone; what is left meets between the zones at one price: called out ' +
    'and moved by excess demand in steps of one half, one third and so on of the gap, the round of most energy counts; or by a ' +
    'uniform call',
  ties: 'Marginal limits share pro rata to energy by largest remainder, equal remainders by lowest lot; of equal rounds the first',
  holds:
    'Budget balance and individual rationality at every price called out; comes near the efficient exchange with the rounds, without books being shown',
  settings: [
    {
      name: 'exchange',
      meaning: 'How microgrids trade with each other.',
      form: 'choice',
      choices: ['sub-gradient', 'auction'],
      fallback: 'sub-gradient',
    },
    {
      name: 'rounds',
      meaning: 'How many prices are called out.',
      form: 'integer',
      least: 1n,
      most: 1000n,
      fallback: 50n,
    },
  ],
  columns: [
    {
      name: 'zone',
      meaning: 'The microgrid of the order; orders without one share one.',
      form: 'name',
    },
  ],
  properties: ['budget_balance', 'individual_rationality', 'gap_shared'],
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const lines = [...bids, ...asks];
    const inside: Trade[] = [];
    const insidePrices: [zone: string, price: string | null][] = [];
    for (const [zone, local] of grouped(lines, zoneOf)) {
      const { price: at, bids: buying, asks: selling } = clearBook(local, {});
      insidePrices.push([zone, at === null ? null : formatPrice(at, 'EUR/MWh')]);
      if (at === null) continue;
      const trades = tradesOf(buying, selling, () => ({ buyerPrice: at, sellerPrice: at }));
      for (const trade of trades) inside.push(trade);
    }
    const left = leftAfter(lines, inside);
    const between = exchange(left, call);
    return clearingOf(standing, {
      trades: [...inside, ...between.trades],
      details: {
        microgrid_prices: Object.fromEntries(insidePrices),
        exchange_price:
          between.price === null ? null : formatPrice(price(between.price), 'EUR/MWh'),
        exchange_rounds: between.rounds,
      },
    });
  },
});

type Exchange = {
  readonly trades: readonly Trade[];
  readonly price: bigint | null;
  readonly rounds: number;
};

function exchange(lines: readonly OwnedLine[], { settings }: Call): Exchange {
  if (textAt(settings, 'exchange') === 'auction') {
    const { price: at } = clearBook(lines, {});
    return at === null
      ? { trades: [], price: null, rounds: 1 }
      : { ...tradesAt(lines, at), price: at, rounds: 1 };
  }
  return calledOut(lines, Number(wholeAt(settings, 'rounds')));
}

function calledOut(lines: readonly OwnedLine[], rounds: number): Exchange {
  const [bid] = byMerit(lines, 'buy');
  const [ask] = byMerit(lines, 'sell');
  if (bid === undefined || ask === undefined || bid.limit < ask.limit) {
    return { trades: [], price: null, rounds: 0 };
  }
  const gap = bid.limit - ask.limit;
  let at = divideDown(bid.limit + ask.limit, 2n);
  let best = at;
  let most = -1n;
  let called = 0;
  while (called < rounds) {
    called += 1;
    const { demand, supply } = interestAt(lines, at);
    const traded = lesser(demand, supply);
    if (traded > most) {
      most = traded;
      best = at;
    }
    const excess = demand - supply;
    if (excess === 0n) break;
    at += divideDown(gap * excess, (demand + supply) * BigInt(called + 1));
    if (at > bid.limit) at = bid.limit;
    else if (at < ask.limit) at = ask.limit;
  }
  return { ...tradesAt(lines, best), price: best, rounds: called };
}

/** All that would be taken and given at a price. */
function interestAt(lines: readonly OwnedLine[], at: bigint) {
  let demand = 0n;
  let supply = 0n;
  for (const { side, limit, energy: left } of lines) {
    if (side === 'buy' && limit >= at) demand += left;
    if (side === 'sell' && limit <= at) supply += left;
  }
  return { demand, supply };
}

/** The lesser of both interests trades; on the longer side by merit, the marginal limit shared. */
function tradesAt(lines: readonly OwnedLine[], at: bigint): { readonly trades: readonly Trade[] } {
  const { demand, supply } = interestAt(lines, at);
  const volume = lesser(demand, supply);
  const agreed = price(at);
  const buying = byMerit(lines, 'buy').filter(({ limit }) => limit >= at);
  const selling = byMerit(lines, 'sell').filter(({ limit }) => limit <= at);
  return {
    trades: tradesOf(servedByMerit(buying, volume), servedByMerit(selling, volume), () => ({
      buyerPrice: agreed,
      sellerPrice: agreed,
    })),
  };
}

const zoneOf = ({ order }: OwnedLine): string => order.zone ?? '';
