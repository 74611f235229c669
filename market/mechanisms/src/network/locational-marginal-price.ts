/**
 * Nodal pricing on a DC network: at every node the price of one more Wh there.
 *
 * Trades and prices are the two halves of a linear problem, which a solver answers. The candidate's energies are
 * rounded to whole Wh that the lines carry and settled by the merit order of each node. Prices stay within the limits
 * of what trades, and a candidate by which the market maker would lose money is refused.
 */

import type { Price } from '@commonwatt/units';
import { divideDown, formatPrice, lesser, PRICE_MAX, price } from '@commonwatt/units';
import { servedByMerit } from '../book.ts';
import { defineAuction } from '../define.ts';
import { textAt, wholeAt } from '../field.ts';
import type { Call, CallRefusal, Detail } from '../mechanism.ts';
import { type Level, levelsOf } from '../merit-order.ts';
import { clearingOf, openBook, tradesOf } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';
import { CANDIDATE_MILLIONTHS, type LinearProblem } from '../solver.ts';
import { dcNetwork, denominatorOf, flowOf } from './dc-network.ts';
import { balanced, type Dispatch, withinLines } from './dispatch.ts';
import { nodalProblem } from './nodal-problem.ts';
import { dispatchOf, mendedOf, proposalsOf } from './nodal-proposal.ts';
import { worthBound } from './worth-bound.ts';

const NODES_MAX = 32;
const LINES_MAX = 128;

export const locationalMarginalPrice = defineAuction({
  name: 'locational-marginal-price',
  version: 1,
  source:
    'Schweppe, Caramanis, Tabors and Bohn 1988 (spot prices over a network); DC power flow as in Stott, ' +
    'Jardim and Alsaç 2009',
  rule:
    'Own crossing orders out; a candidate of the trades of most value that the DC network carries; what each node gives ' +
    'to the network rounded to whole Wh that sum to nothing; while a line would carry more than its limit, the move of ' +
    'a Wh between nodes that takes most from that, or, where none does, the same after rounding by short vectors of all moves ' +
    '(Lenstra, Lenstra and Lovász 1982; Babai 1986) and with these too, or, where that fails, what lines do not carry cut; ' +
    'then the moves of most gain that lines still carry, among orders that the price suits; flows are the exact ' +
    'fractions that whole injections make, held to the limits without tolerance; at every node the dual of its balance, ' +
    'rounded down, within the limits that trade there; buyers pay the next price up where the lines would otherwise earn ' +
    'less than nothing',
  ties: 'A node shares its marginal limit pro rata to energy by largest remainder, equal remainders by lowest lot; between nodes as the candidate has it, of equal moves the first by node names',
  holds:
    'With an optimal candidate efficient within the network, less about a Wh of each node and line: of 10,000 random grids of 5 or 8 nodes, ' +
    'half of them with lines of 1 to 10 Wh, none lost more than 0.02 % or 2.5 Wh at the greatest gain (cutting alone lost more than 10 % ' +
    'on 78 of them and had no outcome on 15); an empty line of a loop lets only whole Wh pass of which nothing flows on it; ' +
    'individual rationality; what full lines earn is left with the market maker (congestion rent), never less than nothing; ' +
    'worth_at_most_nano bounds from above what any candidate could be worth, and is that with optimal duals. At most 32 nodes',
  settings: [],
  columns: [
    {
      name: 'zone',
      meaning: 'The node where the order is metered; a member has one.',
      form: 'name',
      required: true,
    },
  ],
  tables: [
    {
      name: 'network',
      meaning:
        'Lines between nodes, without those that are switched off; a node without a line trades by itself.',
      required: true,
      columns: [
        { name: 'from', meaning: 'One end.', form: 'name', required: true },
        { name: 'to', meaning: 'The other end.', form: 'name', required: true },
        {
          name: 'susceptance',
          meaning: 'Of the line, in any one unit: flows divide by it.',
          form: 'integer',
          least: 1n,
          most: 1_000_000n,
          required: true,
        },
        {
          name: 'limit_wh',
          meaning: 'What the line carries in the interval, either way.',
          form: 'energy',
          required: true,
        },
      ],
    },
  ],
  properties: ['weak_budget_balance', 'individual_rationality'],
  refuseMore: refuseNetwork,
  problem: (call): LinearProblem => {
    const { books, network } = gridOf(call);
    return nodalProblem(books, network);
  },
  refuseCandidate: (call) => {
    const outcome = outcomeOf(call);
    return 'code' in outcome ? outcome : undefined;
  },
  clear(call) {
    const outcome = outcomeOf(call);
    if ('code' in outcome)
      throw new RangeError(`candidate: expected a sound one, got ${outcome.code}`);
    const { grid, dispatch, prices, worthAtMost } = outcome;
    const { standing, nodes, books, network } = grid;
    const at = ({ order }: OwnedLine) => prices[nodes.indexOf(order.zone ?? '')];
    // Energy stays within its part of the network.
    const trades = [...new Set(network.components)].flatMap((component) => {
      const inside = [...books.keys()].filter((node) => network.components[node] === component);
      return tradesOf(
        inside.flatMap((node) =>
          servedByMerit(books[node]?.buying ?? [], dispatch.bought[node] ?? 0n),
        ),
        inside.flatMap((node) =>
          servedByMerit(books[node]?.selling ?? [], dispatch.sold[node] ?? 0n),
        ),
        (bid, ask) => ({
          buyerPrice: at(bid)?.buyer ?? null,
          sellerPrice: at(ask)?.seller ?? null,
        }),
      );
    });
    const clearing = clearingOf(standing, { trades });
    return {
      ...clearing,
      details: {
        ...detailsOf(call, outcome),
        worth_nano: clearing.welfare,
        worth_at_most_nano: worthAtMost,
      },
    };
  },
});

function refuseNetwork(call: Call): CallRefusal | undefined {
  const rows = call.tables?.network ?? [];
  if (rows.length > LINES_MAX) return { code: 'too_many_lines' };
  for (const [row, values] of rows.entries()) {
    if (textAt(values, 'from') === textAt(values, 'to')) {
      return { code: 'line_to_itself', row } as CallRefusal;
    }
  }
  if (nodesOf(call).length > NODES_MAX) return { code: 'too_many_nodes' };
  const homes = new Map<string, string>();
  for (const { member, zone = '' } of call.orders) {
    if ((homes.get(member) ?? zone) !== zone) {
      return { code: 'member_at_two_nodes', member } as CallRefusal;
    }
    homes.set(member, zone);
  }
  return undefined;
}

/** Every node of an order or a line, by name. */
function nodesOf({ orders, tables }: Call): readonly string[] {
  const names = new Set(orders.map(({ zone = '' }) => zone));
  for (const row of tables?.network ?? []) {
    for (const end of ['from', 'to']) names.add(textAt(row, end));
  }
  return [...names].sort();
}

type NodeBook = {
  readonly buying: readonly OwnedLine[];
  readonly selling: readonly OwnedLine[];
  readonly demand: readonly Level[];
  readonly supply: readonly Level[];
};

function gridOf(call: Call) {
  const { standing, bids, asks } = openBook(call);
  const nodes = nodesOf(call);
  const books = nodes.map((node): NodeBook => {
    const buying = bids.filter(({ order }) => order.zone === node);
    const selling = asks.filter(({ order }) => order.zone === node);
    return { buying, selling, demand: levelsOf(buying), supply: levelsOf(selling) };
  });
  const lines = (call.tables?.network ?? []).map((row) => ({
    from: nodes.indexOf(textAt(row, 'from')),
    to: nodes.indexOf(textAt(row, 'to')),
    susceptance: wholeAt(row, 'susceptance'),
    limit: wholeAt(row, 'limit_wh'),
  }));
  return { standing, nodes, books, network: dcNetwork(nodes.length, lines) };
}

type NodePrices = { readonly buyer: Price; readonly seller: Price };

type Outcome = {
  readonly grid: ReturnType<typeof gridOf>;
  readonly dispatch: Dispatch;
  readonly prices: readonly NodePrices[];
  readonly worthAtMost: bigint;
};

/** What the candidate comes to in integers, or why it cannot be. */
function outcomeOf(call: Call): Outcome | CallRefusal {
  const grid = gridOf(call);
  const { books, network } = grid;
  const { values = [], duals } = call.candidate ?? {};
  if (duals === undefined) return { code: 'candidate_prices_missing' };
  const proposals = proposalsOf(books, values, duals);
  const wholes = proposals.map(({ whole }) => whole);
  const proposed = {
    bought: wholes.map(({ bought }) => bought),
    sold: wholes.map(({ sold }) => sold),
  };
  const carried = withinLines(balanced(proposed, network.components), network);
  if (carried === undefined) return { code: 'candidate_not_carried' };
  const cut = carried.sold.map((energy, node) => energy - (carried.bought[node] ?? 0n));
  const worthAtMost = divideDown(worthBound(books, network, duals), CANDIDATE_MILLIONTHS);
  for (const injections of [mendedOf(network, proposals, cut), cut]) {
    const dispatch = dispatchOf(proposals, injections);
    for (const isUp of [false, true]) {
      const prices = pricesOf(books, dispatch, duals, isUp);
      let rent = 0n;
      for (const [node, { buyer, seller }] of prices.entries()) {
        rent += buyer * (dispatch.bought[node] ?? 0n) - seller * (dispatch.sold[node] ?? 0n);
      }
      if (rent >= 0n) return { grid, dispatch, prices, worthAtMost };
    }
  }
  return { code: 'candidate_loses_money' };
}

/** Of a dispatch in which no ask that is served at a node is above a bid that is. */
function pricesOf(
  books: readonly NodeBook[],
  { bought, sold }: Dispatch,
  duals: readonly bigint[],
  isUp: boolean,
): readonly NodePrices[] {
  const prices: NodePrices[] = [];
  for (const [node, { demand, supply }] of books.entries()) {
    const high = lastServed(demand, bought[node] ?? 0n) ?? PRICE_MAX;
    const low = lastServed(supply, sold[node] ?? 0n) ?? -PRICE_MAX;
    const dual = duals[node] ?? 0n;
    const within = (value: bigint) => price(value < low ? low : lesser(value, high));
    const seller = within(divideDown(dual, CANDIDATE_MILLIONTHS));
    const buyer = isUp ? within(-divideDown(-dual, CANDIDATE_MILLIONTHS)) : seller;
    prices.push({ buyer, seller });
  }
  return prices;
}

/** The limit of the last level that gets anything. */
function lastServed(levels: readonly Level[], whole: bigint): bigint | undefined {
  let left = whole;
  let last: bigint | undefined;
  for (const { limit, energy: most } of levels) {
    if (left <= 0n) break;
    last = limit;
    left -= most;
  }
  return last;
}

function detailsOf({ tables }: Call, { grid, dispatch, prices }: Outcome) {
  const { nodes, network } = grid;
  const nodePrices = nodes.map((node, at): [string, string] => [
    node,
    formatPrice(prices[at]?.seller ?? price(0n), 'EUR/MWh'),
  ]);
  const injections = nodes.map((_, at) => (dispatch.sold[at] ?? 0n) - (dispatch.bought[at] ?? 0n));
  const lines = (tables?.network ?? []).map((row, at): Detail => {
    const flow = flowOf(network, at, injections);
    const denominator = denominatorOf(network, at);
    const limit = wholeAt(row, 'limit_wh');
    return {
      from: textAt(row, 'from'),
      to: textAt(row, 'to'),
      flow_wh: flow / denominator,
      limit_wh: limit,
      // Less than one Wh is left.
      binding: (flow < 0n ? -flow : flow) > (limit - 1n) * denominator && flow !== 0n,
    };
  });
  return { node_prices: Object.fromEntries(nodePrices), lines };
}
