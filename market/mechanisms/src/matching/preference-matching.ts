/**
 * Trades between those who accept each other, in intervals that suit both, within what the feeders carry.
 *
 * The best ones are a linear problem, which a solver answers off the ledger. Its candidate is rounded down, what the
 * limits do not allow is cut, what they still leave is filled up, and the result is checked in integers and compared
 * with the greedy match: a candidate wins by being worth more, and by nothing else.
 */

import { divideDown, energy, price } from '@commonwatt/units';
import { defineAuction } from '../define.ts';
import { namesAt, wholeAt } from '../field.ts';
import type { Call, CallRefusal, Detail, Trade } from '../mechanism.ts';
import { clearingOf, openBook, tradeOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';
import {
  CANDIDATE_MILLIONTHS,
  type Constraint,
  infeasibility,
  type LinearProblem,
  objectiveOf,
} from '../solver.ts';
import { Admission, type Delivery, type Limits, type Party, type ZoneLimit } from './admission.ts';
import { cutToLimits } from './cut-to-limits.ts';

const INTERVALS_MAX = 96n;
const DELIVERIES_MAX = 20_000;

export const preferenceMatching = defineAuction({
  name: 'preference-matching',
  version: 1,
  source:
    'Laszka, Eisele, Dubey, Karsai and Kvaternik 2018 (TRANSAX), the trading problem with feeder limits, solved off chain and checked on chain',
  rule:
    'Only pairs that accept each other, whose limits meet and whose intervals overlap; within the limits of orders and ' +
    'feeders in every interval; the greedy match (most gain per Wh first) unless a candidate, rounded down, cut to the ' +
    'limits and filled up by the same rule, is worth more; a pair trades at the middle of its limits, rounded down',
  ties: 'Greedy: of equal gain the better bid, then the better ask, equal limits by lowest lot, then the earlier interval; of equal worth the greedy match',
  holds:
    'With an optimal candidate the most that trades can be worth within the limits, less than one Wh per delivery; without one the greedy match; not truthful',
  settings: [],
  columns: [
    { name: 'zone', meaning: 'The feeder that the order is metered on.', form: 'name' },
    { name: 'accepts', meaning: 'Members it trades with; empty for all.', form: 'names' },
    {
      name: 'from',
      meaning: 'First interval; 0 if empty.',
      form: 'integer',
      least: 0n,
      most: 10n ** 9n,
    },
    {
      name: 'until',
      meaning: 'Last interval; the first if empty.',
      form: 'integer',
      least: 0n,
      most: 10n ** 9n,
    },
    { name: 'interval_wh', meaning: 'Most energy in one interval.', form: 'energy' },
  ],
  tables: [
    {
      name: 'limits',
      meaning: 'What a feeder carries in each interval; one that is not listed has no limit.',
      columns: [
        { name: 'zone', meaning: 'The feeder.', form: 'name', required: true },
        { name: 'exchange_wh', meaning: 'Most net, in or out.', form: 'energy', required: true },
        { name: 'total_wh', meaning: 'Most given and most taken within.', form: 'energy' },
      ],
    },
  ],
  properties: ['budget_balance', 'individual_rationality', 'gap_shared'],
  refuseMore: refuseMatching,
  problem: (call) => problemOf(matchingOf(call)),
  clear(call) {
    const matching = matchingOf(call);
    const { standing, bids, asks, deliveries } = matching;
    const problem = problemOf(matching);
    const greedy = { by: 'greedy', values: filledUp(matching) };
    const proposed = call.candidate?.values.map((value) => divideDown(value, CANDIDATE_MILLIONTHS));
    const cut = proposed && cutToLimits(problem, proposed);
    const rivals = cut ? [greedy, { by: 'candidate', values: filledUp(matching, cut) }] : [greedy];
    let best = { by: 'nothing', values: deliveries.map(() => 0n), worth: 0n };
    const worths: { [by: string]: Detail } = {};
    for (const { by, values } of rivals) {
      if (infeasibility(problem, values) !== undefined) continue;
      const worth = objectiveOf(problem, values);
      worths[by] = worth;
      if (best.by === 'nothing' || worth > best.worth) best = { by, values, worth };
    }
    return clearingOf(standing, {
      trades: tradesOf(bids, asks, deliveries, best.values),
      details: {
        matched_by: best.by,
        worth_nano: worths,
        deliveries: deliveries.flatMap(({ bid, ask, interval }, at): Detail[] =>
          (best.values[at] ?? 0n) === 0n
            ? []
            : [
                {
                  bid: bids[bid]?.order.id ?? '',
                  ask: asks[ask]?.order.id ?? '',
                  interval,
                  energy_wh: best.values[at] ?? 0n,
                },
              ],
        ),
      },
    });
  },
});

type Matching = {
  readonly standing: readonly OwnedLine[];
  readonly bids: readonly OwnedLine[];
  readonly asks: readonly OwnedLine[];
  readonly deliveries: readonly Delivery[];
  readonly limits: Limits;
};

function refuseMatching(call: Call): CallRefusal | undefined {
  for (const order of call.orders) {
    const { from, until } = intervalsOf(order.extra);
    const fault = until < from ? 'interval_inverted' : 'too_many_intervals';
    if (until < from || until - from >= INTERVALS_MAX) {
      return { code: fault, id: order.id } as CallRefusal;
    }
  }
  const zones = (call.tables?.limits ?? []).map((row) => row.zone);
  if (new Set(zones).size !== zones.length) return { code: 'feeder_twice' };
  const { deliveries } = matchingOf(call);
  if (deliveries.length <= DELIVERIES_MAX) return undefined;
  const refusal = { code: 'too_many_deliveries', deliveriesMax: DELIVERIES_MAX };
  return refusal;
}

function intervalsOf(extra: OwnedLine['order']['extra']) {
  const from = extra?.from === undefined ? 0n : wholeAt(extra, 'from');
  return { from, until: extra?.until === undefined ? from : wholeAt(extra, 'until') };
}

/** Deliveries by merit of the bid, then of the ask, then by interval; one more than allowed is enough. */
function matchingOf(call: Call): Matching {
  const { standing, bids, asks } = openBook(call);
  const zones = new Map<string, ZoneLimit>();
  for (const row of call.tables?.limits ?? []) {
    zones.set(String(row.zone), {
      exchange: wholeAt(row, 'exchange_wh'),
      total: row.total_wh === undefined ? undefined : wholeAt(row, 'total_wh'),
    });
  }
  const deliveries: Delivery[] = [];
  for (const [bid, buyer] of bids.entries()) {
    for (const [ask, seller] of asks.entries()) {
      if (deliveries.length > DELIVERIES_MAX) break;
      if (!suit(buyer, seller)) continue;
      const [one, other] = [intervalsOf(buyer.order.extra), intervalsOf(seller.order.extra)];
      const last = earlier(one.until, other.until);
      for (let at = one.from + other.from - earlier(one.from, other.from); at <= last; at++) {
        deliveries.push({ bid, ask, interval: Number(at) });
      }
    }
  }
  const limits = { bids: bids.map(partyOf), asks: asks.map(partyOf), zones };
  return { standing, bids, asks, deliveries, limits };
}

function earlier(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function suit(bid: OwnedLine, ask: OwnedLine): boolean {
  if (bid.limit < ask.limit || bid.order.member === ask.order.member) return false;
  return accepts(bid, ask) && accepts(ask, bid);
}

function accepts({ order: { extra } }: OwnedLine, { order }: OwnedLine): boolean {
  return extra?.accepts === undefined || namesAt(extra, 'accepts').includes(order.member);
}

function partyOf({ energy: whole, order: { zone, extra } }: OwnedLine): Party {
  const most = extra?.interval_wh === undefined ? undefined : wholeAt(extra, 'interval_wh');
  return { energy: whole, intervalMost: most, zone };
}

/** What keeps the limits as a whole, and of everything else by gain as far as they go. */
function filledUp(
  { bids, asks, deliveries, limits }: Matching,
  kept: readonly bigint[] = deliveries.map(() => 0n),
): bigint[] {
  const admission = new Admission(limits);
  admission.take(deliveries, kept);
  const byGain = [...deliveries.keys()].sort((a, b) => {
    const difference = gainOf(bids, asks, deliveries[b]) - gainOf(bids, asks, deliveries[a]);
    if (difference !== 0n) return difference > 0n ? 1 : -1;
    return a - b;
  });
  const more = admission.admit(
    byGain.map((at) => deliveries[at] as Delivery),
    byGain.map((at) => bids[(deliveries[at] as Delivery).bid]?.energy ?? 0n),
  );
  const values = kept.slice();
  for (const [place, at] of byGain.entries()) {
    values[at] = (values[at] as bigint) + (more[place] as bigint);
  }
  return values;
}

function gainOf(
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
  delivery: Delivery | undefined,
): bigint {
  const { bid = 0, ask = 0 } = delivery ?? {};
  return (bids[bid]?.limit ?? 0n) - (asks[ask]?.limit ?? 0n);
}

/** One variable per delivery; a row for each limit that deliveries count against. */
function problemOf({ bids, asks, deliveries, limits }: Matching): LinearProblem {
  const rows = new Map<string, Constraint & { terms: Constraint['terms'][number][] }>();
  const count = (
    name: string,
    most: bigint | undefined,
    variable: number,
    coefficient = 1n,
    least?: bigint,
  ) => {
    if (most === undefined) return;
    const row = rows.get(name) ?? { name, terms: [], least, most };
    row.terms.push({ variable, coefficient });
    rows.set(name, row);
  };
  for (const [variable, { bid, ask, interval }] of deliveries.entries()) {
    const [buyer, seller] = [limits.bids[bid] as Party, limits.asks[ask] as Party];
    for (const [side, at, party, sign] of [
      ['bid', bid, buyer, -1n],
      ['ask', ask, seller, 1n],
    ] as const) {
      count(`${side} ${at}`, party.energy, variable);
      count(`${side} ${at} in interval ${interval}`, party.intervalMost, variable);
      const zone = limits.zones.get(party.zone ?? '');
      if (zone === undefined) continue;
      const place = `of ${party.zone} in interval ${interval}`;
      count(`${side}s ${place}`, zone.total, variable);
      if (buyer.zone === seller.zone) continue;
      count(`exchange ${place}`, zone.exchange, variable, sign, -zone.exchange);
    }
  }
  return {
    variables: deliveries.map((delivery) => ({
      name: `${delivery.bid} from ${delivery.ask} in ${delivery.interval}`,
      gain: gainOf(bids, asks, delivery),
      least: 0n,
      most: undefined,
    })),
    constraints: [...rows.values()],
  };
}

/** One trade per pair, whatever the intervals. */
function tradesOf(
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
  deliveries: readonly Delivery[],
  values: readonly bigint[],
): Trade[] {
  const trades = new Map<string, Trade>();
  for (const [at, { bid, ask }] of deliveries.entries()) {
    const part = values[at] ?? 0n;
    const [buyer, seller] = [bids[bid], asks[ask]];
    if (part === 0n || buyer === undefined || seller === undefined) continue;
    const key = `${bid} ${ask}`;
    const whole = energy((trades.get(key)?.energy ?? 0n) + part);
    const middle = price(divideDown(buyer.limit + seller.limit, 2n));
    trades.set(key, tradeOf(buyer, seller, whole, { buyerPrice: middle, sellerPrice: middle }));
  }
  return [...trades.values()];
}
