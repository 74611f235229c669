/**
 * The most that a day of trades can be worth where batteries carry energy from one interval to another.
 *
 * What to carry is a linear problem, which a solver answers for the whole day. Its candidate is rounded to whole Wh and
 * checked in integers: balance of every interval, every battery, prices within limits, nothing added by the market
 * maker, worth. Where it fails, or is worth no more, each interval is cleared by itself.
 */

import type { Price } from '@commonwatt/units';
import { divideDown, formatPrice, greater, lesser, PRICE_MAX, price } from '@commonwatt/units';
import { type BookClearing, clearBook, servedByMerit } from '../book.ts';
import { defineAuction } from '../define.ts';
import { textAt, wholeAt } from '../field.ts';
import type { Call, CallRefusal, Detail, Trade } from '../mechanism.ts';
import { levelsOf } from '../merit-order.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';
import { CANDIDATE_MILLIONTHS, infeasibility, type LinearProblem, objectiveOf } from '../solver.ts';
import { type Battery, dayProblem } from './day-problem.ts';
import { withoutSelfTrades } from './swapped-trades.ts';

const INTERVALS_MAX = 400;
const BATTERY_INTERVALS_MAX = 200_000;

export const socialWelfare = defineAuction({
  name: 'social-welfare',
  version: 1,
  source:
    'Kang, Yu, Huang, Maharjan, Zhang and Hossain 2017 (social welfare under constraints), as told in ' +
    'Wang, Zhou, Lu et al. 2019, section 7.3; duals as prices: Schweppe, Caramanis, Tabors and Bohn 1988',
  rule:
    'Own crossing orders of an interval out; a candidate of the trades of most value over all intervals, rounded to whole ' +
    'Wh, if it keeps every balance, battery and limit and is worth more than a uniform call in every interval, which it ' +
    'is otherwise; everyone pays or gets the price of the own interval: the dual of its balance, rounded down, within ' +
    'the limits that trade in it',
  ties: 'An interval shares its marginal limit pro rata to energy by largest remainder, equal remainders by lowest lot; between intervals as the candidate has it; of equal worth the calls of the intervals',
  holds:
    'With an optimal candidate the most that trades can be worth; individual rationality; what batteries earn is left with the market maker, never less than nothing. Batteries start and end empty and lose nothing',
  settings: [],
  columns: [
    { name: 'time', meaning: 'The interval, by its number.', form: 'integer', required: true },
  ],
  tables: [
    {
      name: 'batteries',
      meaning: 'Storage that all share; without it every interval trades by itself.',
      columns: [
        { name: 'battery', meaning: 'Its name.', form: 'name', required: true },
        { name: 'capacity_wh', meaning: 'Most stored.', form: 'energy', required: true },
        {
          name: 'power_wh',
          meaning: 'Most charged, and most discharged, in one interval.',
          form: 'energy',
          required: true,
        },
      ],
    },
  ],
  properties: ['weak_budget_balance', 'individual_rationality', 'gap_shared'],
  refuseMore: refuseDay,
  problem: (call): LinearProblem => {
    const { books, batteries } = dayOf(call);
    return dayProblem(books, batteries);
  },
  clear(call) {
    const day = dayOf(call);
    const apart = intervalsApart(day);
    const proposal = proposalOf(day, call);
    const isBetter = 'trades' in proposal && proposal.worth > apart.worth;
    const { trades, prices } = isBetter ? proposal : apart;
    return clearingOf(
      day.books.flatMap(({ standing }) => standing),
      {
        trades,
        details: {
          cleared_by: isBetter ? 'candidate' : 'intervals',
          candidate: 'trades' in proposal ? proposal.worth : proposal.code,
          interval_prices: Object.fromEntries(
            day.times.map((time, at) => {
              const own = prices[at] ?? null;
              return [`${time}`, own === null ? null : formatPrice(own, 'EUR/MWh')];
            }),
          ),
          batteries: isBetter ? proposal.carried : [],
        },
      },
    );
  },
});

type Book = {
  readonly standing: readonly OwnedLine[];
  readonly bids: readonly OwnedLine[];
  readonly asks: readonly OwnedLine[];
  readonly demand: ReturnType<typeof levelsOf>;
  readonly supply: ReturnType<typeof levelsOf>;
};

type Day = {
  readonly times: readonly number[];
  readonly books: readonly Book[];
  readonly batteries: readonly Battery[];
};

type DayOutcome = {
  readonly trades: readonly Trade[];
  readonly prices: readonly (Price | null)[];
  readonly worth: bigint;
};

function refuseDay(call: Call): CallRefusal | undefined {
  const names = (call.tables?.batteries ?? []).map((row) => row.battery);
  if (new Set(names).size !== names.length) return { code: 'battery_twice' };
  const times = timesOf(call);
  if (times.length > INTERVALS_MAX) return { code: 'too_many_intervals' };
  return times.length * names.length > BATTERY_INTERVALS_MAX
    ? { code: 'too_many_batteries' }
    : undefined;
}

function timesOf({ orders }: Call): readonly number[] {
  return [...new Set(orders.map(({ time = 0 }) => time))].sort((a, b) => a - b);
}

function dayOf(call: Call): Day {
  const times = timesOf(call);
  const books = times.map((time): Book => {
    const { standing, bids, asks } = openBook({
      orders: call.orders.filter((order) => order.time === time),
      lots: call.lots,
    });
    return { standing, bids, asks, demand: levelsOf(bids), supply: levelsOf(asks) };
  });
  const batteries = (call.tables?.batteries ?? []).map((row) => ({
    name: textAt(row, 'battery'),
    capacity: wholeAt(row, 'capacity_wh'),
    power: wholeAt(row, 'power_wh'),
  }));
  return { times, books, batteries };
}

/** A uniform call in every interval. */
function intervalsApart({ books }: Day): DayOutcome {
  const calls = books.map(
    ({ bids, asks }): BookClearing<OwnedLine> => clearBook([...bids, ...asks], {}),
  );
  return {
    trades: calls.flatMap(({ bids, asks, price: at }) =>
      tradesOf(bids, asks, () => ({ buyerPrice: at, sellerPrice: at })),
    ),
    prices: calls.map((one) => one.price),
    worth: calls.reduce((sum, { welfare }) => sum + welfare, 0n),
  };
}

/** What the candidate comes to in integers, or what is wrong with it. */
function proposalOf(
  day: Day,
  { candidate }: Call,
): (DayOutcome & { readonly carried: readonly Detail[] }) | CallRefusal {
  const { books, batteries } = day;
  if (candidate === undefined) return { code: 'candidate_missing' };
  const problem = dayProblem(books, batteries);
  const values = candidate.values.map((value) =>
    divideDown(2n * value + CANDIDATE_MILLIONTHS, 2n * CANDIDATE_MILLIONTHS),
  );
  const fault = infeasibility(problem, values);
  if (fault !== undefined) return fault;
  let next = 0;
  const taken = (levels: readonly unknown[]): bigint => {
    const from = next;
    next += levels.length;
    return values.slice(from, next).reduce((sum, value) => sum + value, 0n);
  };
  const filled = books.map(({ bids, asks, demand, supply }) => ({
    bids: servedByMerit(bids, taken(demand)),
    asks: servedByMerit(asks, taken(supply)),
  }));
  const prices: (Price | null)[] = [];
  let surplus = 0n;
  for (const [at, { bids, asks }] of filled.entries()) {
    const high = bids.at(-1)?.line.limit;
    const low = asks.at(-1)?.line.limit;
    if (high !== undefined && low !== undefined && low > high) {
      return { code: 'candidate_prices_beyond_limits' };
    }
    const dual = divideDown(candidate.duals?.[at] ?? 0n, CANDIDATE_MILLIONTHS);
    const own = price(greater(lesser(dual, high ?? PRICE_MAX), low ?? -PRICE_MAX));
    prices.push(high === undefined && low === undefined ? null : own);
    for (const { energy } of bids) surplus += own * energy;
    for (const { energy } of asks) surplus -= own * energy;
  }
  if (surplus < 0n) return { code: 'candidate_loses_money' };
  const priceOf = ({ order: { time = 0 } }: OwnedLine) => prices[day.times.indexOf(time)] ?? null;
  const trades = withoutSelfTrades(
    tradesOf(
      filled.flatMap(({ bids }) => bids),
      filled.flatMap(({ asks }) => asks),
      (bid, ask) => ({ buyerPrice: priceOf(bid), sellerPrice: priceOf(ask) }),
    ),
  );
  if (trades === undefined) return { code: 'candidate_trades_with_itself' };
  return { trades, prices, worth: objectiveOf(problem, values), carried: carriedBy(day, values) };
}

/** When each battery is charged and discharged. */
function carriedBy({ times, books, batteries }: Day, values: readonly bigint[]): Detail[] {
  const levels = books.reduce((sum, { demand, supply }) => sum + demand.length + supply.length, 0);
  return batteries.flatMap(({ name }, battery) =>
    times.flatMap((time, interval): Detail[] => {
      const at = levels + 2 * (battery * times.length + interval);
      const charged = values[at] ?? 0n;
      if (charged === 0n) return [];
      return [{ battery: name, time, charged_wh: charged, stored_wh: values[at + 1] ?? 0n }];
    }),
  );
}
