/** The continuous double auction: whoever comes meets the best that stands. */

import { defineAuction } from '../define.ts';
import type { Field } from '../field.ts';
import type { Call, CallRefusal } from '../mechanism.ts';
import { byMerit } from '../merit-order.ts';
import { clearingOf } from '../open-book.ts';
import { ownedLine } from '../self-trade.ts';
import { ENERGY_WH_MOST, tradeByTime } from './price-time.ts';

const TIME_LEAST = -9_007_199_254_740_991n;
const TIME_MOST = 9_007_199_254_740_991n;

export const TIME_COLUMNS: readonly Field[] = [
  { name: 'time', meaning: 'When the order comes.', form: 'integer', required: true },
  {
    name: 'expires',
    meaning: 'From this time on the order is gone.',
    form: 'integer',
    least: TIME_LEAST,
    most: TIME_MOST,
  },
  {
    name: 'withdrawn',
    meaning: 'When its owner takes the order back.',
    form: 'integer',
    least: TIME_LEAST,
    most: TIME_MOST,
  },
];

export function refuseTooMuchEnergy({ orders }: Call): CallRefusal | undefined {
  const large = orders.some((order) => order.energy > ENERGY_WH_MOST);
  return large ? { code: 'energy_too_large_for_book' } : undefined;
}

export const continuous = defineAuction({
  name: 'continuous',
  version: 1,
  source: 'Smith 1962 (continuous double auction); price-time priority as in exchanges',
  rule:
    'Orders by time; each meets the best standing orders of the other side, the earliest of equal price first, at their ' +
    'price; what is left stands until it is met, withdrawn or expired; energy that meets its own member leaves both orders',
  ties: 'Equal times by lowest lot; an order leaves before those that come at the same time',
  holds:
    'Budget balance and individual rationality in every trade; the outcome depends on time, as time priority is the rule',
  settings: [],
  columns: TIME_COLUMNS,
  properties: ['budget_balance', 'individual_rationality', 'shift'],
  refuseMore: refuseTooMuchEnergy,
  clear({ orders, lots }) {
    const lines = orders.map((order) => ownedLine(order, lots));
    const standing = [...byMerit(lines, 'buy'), ...byMerit(lines, 'sell')];
    return clearingOf(standing, { trades: tradeByTime(lines) });
  },
});
