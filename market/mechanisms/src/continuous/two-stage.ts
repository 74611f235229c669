/** A call for each type of energy, which also tells what it is worth; then one market for what is left. */

import { divideDown, formatPrice, price } from '@commonwatt/units';
import { clearBook } from '../book.ts';
import { defineAuction } from '../define.ts';
import { textAt } from '../field.ts';
import type { Call, Trade } from '../mechanism.ts';
import { byMerit } from '../merit-order.ts';
import { clearingOf, grouped, leftAfter, tradesOf } from '../open-book.ts';
import { type OwnedLine, ownedLine, removeSelfTrades } from '../self-trade.ts';
import { refuseTooMuchEnergy, TIME_COLUMNS } from './continuous.ts';
import { timeOf, tradeByTime } from './price-time.ts';

export const twoStage = defineAuction({
  name: 'two-stage',
  version: 1,
  source:
    'Zhao, Wang, Li and Li 2018 (a call that gives guide prices, then a double auction), as told in Wang, ' +
    'Zhou, Lu et al. 2019, section 5.2.2; rules of each stage ours',
  rule:
    'First a uniform call of every type by itself, whose price, or else the middle of best bid and best ask, is the ' +
    'guide price of the type; then all that is left, of every type, in a second double auction: continuous, or one call',
  ties: 'First stage as uniform; second stage as continuous, or as uniform',
  holds:
    'Budget balance and individual rationality in both stages; the second stage joins the types, so it gains what separate calls leave',
  settings: [
    {
      name: 'gate',
      meaning: 'Orders of this time or earlier stand in the first stage; without it all do.',
      form: 'integer',
    },
    {
      name: 'second',
      meaning: 'How the second stage trades.',
      form: 'choice',
      choices: ['continuous', 'uniform'],
      fallback: 'continuous',
    },
  ],
  columns: [
    ...TIME_COLUMNS,
    { name: 'type', meaning: 'The type of energy; orders without one are a type.', form: 'name' },
  ],
  properties: ['budget_balance', 'individual_rationality', 'gap_shared'],
  refuseMore: refuseTooMuchEnergy,
  clear(call) {
    const lines = call.orders.map((order) => ownedLine(order, call.lots));
    const standing = [...byMerit(lines, 'buy'), ...byMerit(lines, 'sell')];
    const { trades, guides } = firstStage(standing, call);
    const left = leftAfter(standing, trades);
    const second =
      textAt(call.settings, 'second') === 'continuous' ? tradeByTime(left) : callOf(left).trades;
    return clearingOf(standing, {
      trades: [...trades, ...second],
      details: { guide_prices: guides, first_stage_trades: trades.length },
    });
  },
});

function firstStage(standing: readonly OwnedLine[], { settings }: Call) {
  const gate = settings.gate;
  const trades: Trade[] = [];
  const guides: [type: string, price: string | null][] = [];
  for (const [type, all] of grouped(standing, typeOf)) {
    const own = all.filter((line) => typeof gate !== 'bigint' || BigInt(timeOf(line)) <= gate);
    const stage = callOf(own);
    for (const trade of stage.trades) trades.push(trade);
    const guide = stage.price ?? middle(own);
    guides.push([type, guide === null ? null : formatPrice(price(guide), 'EUR/MWh')]);
  }
  return { trades, guides: Object.fromEntries(guides) };
}

/** One uniform call, own crossing orders out. */
function callOf(lines: readonly OwnedLine[]): { trades: Trade[]; price: bigint | null } {
  const cleared = clearBook(removeSelfTrades(lines).lines, {});
  const at = cleared.price;
  if (at === null) return { trades: [], price: null };
  return {
    trades: tradesOf(cleared.bids, cleared.asks, () => ({ buyerPrice: at, sellerPrice: at })),
    price: at,
  };
}

/** Between best bid and best ask, rounded down; null where a side is empty. */
function middle(lines: readonly OwnedLine[]): bigint | null {
  const [bid] = byMerit(lines, 'buy');
  const [ask] = byMerit(lines, 'sell');
  return bid === undefined || ask === undefined ? null : divideDown(bid.limit + ask.limit, 2n);
}

function typeOf({ order }: OwnedLine): string {
  const type = order.extra?.type;
  return typeof type === 'string' ? type : '';
}
