/** A call over zones with lines of limited capacity between them: one price until a line is full. */

import { type Energy, energy, formatPrice, price } from '@commonwatt/units';
import type { Filled } from '../book.ts';
import { clearBook, servedByMerit } from '../book.ts';
import { defineAuction } from '../define.ts';
import { textAt, type Values, wholeAt } from '../field.ts';
import type { Call, CallRefusal, Trade } from '../mechanism.ts';
import { type Level, levelsOf } from '../merit-order.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import type { PriceInterval } from '../price-rule.ts';
import { MIDPOINT, priceWithin } from '../price-rule.ts';
import type { OwnedLine } from '../self-trade.ts';
import { flowBetweenZones, type ZoneFlow, type ZoneLine } from './zone-flow.ts';

const ZONES_MAX = 64;
const LINES_MAX = 256;

export const zonal = defineAuction({
  name: 'zonal',
  version: 1,
  source:
    'Zonal pricing with transfer capacities, as discussed in Ehrenmann and Smeers 2005; the flow by ' +
    'successive best paths (Ahuja, Magnanti and Orlin 1993, section 9.7)',
  rule:
    'Own crossing orders out; where the uniform call fits the lines it is the outcome; otherwise the trades of most ' +
    'value that the lines carry, one price for all zones between which more could flow both ways, at the middle of ' +
    'what clears them, rounded down; who meters in a dearer zone pays and gets its price; buyers and sellers ' +
    'meet from the cheapest zone on, so that no buyer pays less than the seller gets',
  ties: 'A zone shares its marginal limit pro rata to energy by largest remainder, equal remainders by lowest lot; between zones the shorter way, then zone names',
  holds:
    'Efficient within the lines; individual rationality; what full lines earn is left with the market maker (congestion rent), never less than nothing',
  settings: [],
  columns: [
    {
      name: 'zone',
      meaning: 'Where the order is metered; a member has one zone.',
      form: 'name',
      required: true,
    },
  ],
  tables: [
    {
      name: 'network',
      meaning:
        'Lines between zones; a zone without a line trades by itself. A feeder is a line to the rest.',
      required: true,
      columns: [
        { name: 'from', meaning: 'One end.', form: 'name', required: true },
        { name: 'to', meaning: 'The other end.', form: 'name', required: true },
        {
          name: 'limit_wh',
          meaning: 'What the line carries in the interval, either way.',
          form: 'energy',
          required: true,
        },
      ],
    },
  ],
  properties: ['weak_budget_balance', 'individual_rationality', 'gap_shared'],
  refuseMore: refuseNetwork,
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const zones = zonesOf(call);
    const network = networkOf(call, zones);
    const uniform = clearBook([...bids, ...asks], {});
    const within = fitting(uniform, zones, network);
    if (within !== undefined && uniform.price !== null) {
      const at = uniform.price;
      const trades = tradesOf(uniform.bids, uniform.asks, () => ({
        buyerPrice: at,
        sellerPrice: at,
      }));
      return clearingOf(standing, {
        trades,
        price: at,
        priceInterval: uniform.priceInterval,
        details: detailsOf(
          call,
          zones,
          zones.map(() => at),
          within,
        ),
      });
    }
    const books = zones.map((zone) => {
      const buying = bids.filter(({ order }) => order.zone === zone);
      const selling = asks.filter(({ order }) => order.zone === zone);
      return { buying, selling, demand: levelsOf(buying), supply: levelsOf(selling) };
    });
    const flow = flowBetweenZones(books, network);
    const prices = zonePrices(books, flow);
    // Energy goes from cheap to dear: met from the cheapest zone on, no buyer pays less than its seller gets.
    const cheapestFirst = [...books.entries()].sort(([a], [b]) => byPrice(prices[a], prices[b]));
    const served = cheapestFirst.flatMap(([zone, { buying }]) =>
      servedByMerit(buying, flow.bought[zone] ?? 0n),
    );
    const sold = cheapestFirst.flatMap(([zone, { selling }]) =>
      servedByMerit(selling, flow.sold[zone] ?? 0n),
    );
    const priceOf = ({ order }: OwnedLine) => prices[zones.indexOf(order.zone ?? '')] ?? null;
    const trades: Trade[] = tradesOf(served, sold, (bid, ask) => ({
      buyerPrice: priceOf(bid),
      sellerPrice: priceOf(ask),
    }));
    return clearingOf(standing, { trades, details: detailsOf(call, zones, prices, flow.flows) });
  },
});

function refuseNetwork(call: Call): CallRefusal | undefined {
  const rows = call.tables?.network ?? [];
  if (rows.length > LINES_MAX) return { code: 'too_many_lines' };
  for (const [row, values] of rows.entries()) {
    if (textAt(values, 'from') === textAt(values, 'to'))
      return { code: 'line_to_itself', row } as CallRefusal;
  }
  if (zonesOf(call).length > ZONES_MAX) return { code: 'too_many_zones' };
  const homes = new Map<string, string>();
  for (const { member, zone = '' } of call.orders) {
    if ((homes.get(member) ?? zone) !== zone) {
      return { code: 'member_in_two_zones', member } as CallRefusal;
    }
    homes.set(member, zone);
  }
  return undefined;
}

/** Every zone of an order or a line, by name. */
function zonesOf({ orders, tables }: Call): readonly string[] {
  const names = new Set(orders.map(({ zone = '' }) => zone));
  for (const row of tables?.network ?? [])
    for (const end of ['from', 'to']) names.add(textAt(row, end));
  return [...names].sort();
}

function networkOf({ tables }: Call, zones: readonly string[]): readonly ZoneLine[] {
  return (tables?.network ?? []).map((row) => ({
    from: zones.indexOf(textAt(row, 'from')),
    to: zones.indexOf(textAt(row, 'to')),
    capacity: wholeAt(row, 'limit_wh'),
  }));
}

/** The flows that carry what the zones of a call have over to those that lack it; undefined where lines are too small. */
function fitting(
  {
    bids,
    asks,
  }: { readonly bids: readonly Filled<OwnedLine>[]; readonly asks: readonly Filled<OwnedLine>[] },
  zones: readonly string[],
  network: readonly ZoneLine[],
): readonly bigint[] | undefined {
  const books = zones.map((zone) => {
    const sum = (side: readonly Filled<OwnedLine>[]) =>
      side.reduce((all, { line, energy: got }) => (line.order.zone === zone ? all + got : all), 0n);
    const level = (whole: bigint) => (whole > 0n ? [{ limit: 0n, energy: whole }] : []);
    return { demand: level(sum(bids)), supply: level(sum(asks)) };
  });
  const { bought, flows } = flowBetweenZones(books, network);
  const carried = bought.every((got, zone) => got === (books[zone]?.demand[0]?.energy ?? 0n));
  return carried ? flows : undefined;
}

type ZoneBook = { readonly demand: readonly Level[]; readonly supply: readonly Level[] };

/**
 * Zones between which more could flow both ways have one interval of prices; where more could flow one way only, the
 * price must not be lower where it comes from. Both ends of the intervals are raised and lowered to that, so their
 * middles keep it too, and no line earns less than nothing.
 */
function zonePrices(books: readonly ZoneBook[], { bought, sold, reaches }: ZoneFlow) {
  const low: (bigint | undefined)[] = [];
  const high: (bigint | undefined)[] = [];
  for (const [zone, { demand, supply }] of books.entries()) {
    const buying = edges(demand, bought[zone] ?? 0n);
    const selling = edges(supply, sold[zone] ?? 0n);
    low.push(highest(selling.accepted, buying.rejected));
    high.push(lowest(buying.accepted, selling.rejected));
  }
  return books.map((_, zone) => {
    let least: bigint | undefined;
    let most: bigint | undefined;
    for (const other of books.keys()) {
      // More could come from here to the other: it must not be dearer there than here.
      if (reaches[zone]?.[other] === true) least = highest(least, low[other]);
      if (reaches[other]?.[zone] === true) most = lowest(most, high[other]);
    }
    if (least === undefined || most === undefined) return null;
    const interval: PriceInterval = { low: price(least), high: price(most) };
    return priceWithin(interval, MIDPOINT);
  });
}

/** Zones without a price trade nothing: wherever they come. */
function byPrice(a: bigint | null | undefined, b: bigint | null | undefined): number {
  const difference = (a ?? 0n) - (b ?? 0n);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** The last limit that trades and the first that is left with energy. */
function edges(levels: readonly Level[], whole: bigint) {
  let left = whole;
  let accepted: bigint | undefined;
  for (const level of levels) {
    if (left === 0n) return { accepted, rejected: level.limit as bigint };
    accepted = level.limit;
    if (left < level.energy) return { accepted, rejected: level.limit as bigint };
    left -= level.energy;
  }
  return { accepted, rejected: undefined };
}

function highest(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

function lowest(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

/** What an outcome says beyond its trades. */
export type ZonalDetails = {
  /** In EUR/MWh; null where nothing is traded and nothing could come. */
  readonly zone_prices: Readonly<Record<string, string | null>>;
  readonly lines: readonly {
    readonly from: string;
    readonly to: string;
    /** Negative where it flows the other way. */
    readonly flow_wh: bigint;
    readonly limit_wh: Energy;
    /** Full, and energy costs more on one side than on the other. */
    readonly binding: boolean;
  }[];
};

function detailsOf(
  { tables }: Call,
  zones: readonly string[],
  prices: readonly (bigint | null)[],
  flows: readonly bigint[],
): ZonalDetails {
  const ownPrice = new Map(
    zones.map((zone, at) => {
      const own = prices[at] ?? null;
      return [zone, own === null ? null : formatPrice(price(own), 'EUR/MWh')];
    }),
  );
  const hasTwoPrices = (row: Values) => {
    const [one, other] = [ownPrice.get(textAt(row, 'from')), ownPrice.get(textAt(row, 'to'))];
    return one !== other && one !== null && other !== null;
  };
  const lines = (tables?.network ?? []).map((row, at) => {
    const flow = flows[at] ?? 0n;
    const limit = energy(wholeAt(row, 'limit_wh'));
    return {
      from: textAt(row, 'from'),
      to: textAt(row, 'to'),
      flow_wh: flow,
      limit_wh: limit,
      binding: (flow < 0n ? -flow : flow) === limit && hasTwoPrices(row),
    };
  });
  return { zone_prices: Object.fromEntries(ownPrice), lines };
}
