/** Mechanisms of the network against linear programmes written another way, and small days against trying all. */

import { greater, lesser, PRICE_MAX } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from '../mechanism.ts';
import { openBook } from '../open-book.ts';
import type { Order } from '../order.ts';
import type { OwnedLine } from '../self-trade.ts';
import type { LinearProblem } from '../solver.ts';
import { lotsLikeIds as lots } from '../testing/book.ts';
import { largeBooks, smallBooks, smallBooksOfStrangers } from '../testing/books.ts';
import { callsOf } from '../testing/calls.ts';
import { solveWithHighs } from '../testing/highs.ts';
import { mostWorthByTrying, optimumOf, wattHours } from '../testing/optimum.ts';
import { locationalMarginalPrice } from './locational-marginal-price.ts';
import { microgridExchange } from './microgrid-exchange.ts';
import { socialWelfare } from './social-welfare.ts';
import { zonal } from './zonal.ts';

const ZONES = ['a', 'b', 'c', 'd', 'e'];

/** Members at home in five zones, joined by seven lines at most. */
const gridsOf = (limits: fc.Arbitrary<bigint>) =>
  largeBooks.chain((orders) =>
    fc
      .array(
        fc.record({
          ends: fc.shuffledSubarray(ZONES, { minLength: 2, maxLength: 2 }),
          limit_wh: limits,
          susceptance: fc.bigInt({ min: 1n, max: 9n }),
        }),
        { minLength: 3, maxLength: 7 },
      )
      .map((rows) => ({
        orders: orders.map((order): Order => {
          const zone = ZONES[Number(order.member.slice(1)) % ZONES.length] as string;
          return { ...order, zone };
        }),
        network: rows.map(({ ends: [from = '', to = ''], ...row }) => ({ from, to, ...row })),
      })),
  );

const sturdy = fc.bigInt({ min: 100n, max: 20_000n });
const grids = gridsOf(fc.bigInt({ min: 0n, max: 20_000n }));
const sturdyGrids = gridsOf(sturdy);
/** Some lines carry next to nothing, which in a loop is felt by all of its lines. */
const frailGrids = gridsOf(fc.oneof(sturdy, fc.bigInt({ min: 1n, max: 10n })));

type Grid = {
  readonly orders: readonly Order[];
  readonly network: readonly { from: string; to: string; limit_wh: bigint; susceptance: bigint }[];
};

/** What lines bring to a zone: by line, how much of its flow arrives there. */
const arrives = (zone: string, { from, to }: { from: string; to: string }) =>
  (to === zone ? 1n : 0n) - (from === zone ? 1n : 0n);

/** A variable for each order, then the flow of each line; a balance for each zone. */
function transport(lines: readonly OwnedLine[], { network }: Grid): LinearProblem {
  return {
    variables: [
      ...lines.map(({ side, limit, energy }, at) => ({
        name: `order ${at}`,
        gain: side === 'buy' ? limit : -limit,
        least: 0n,
        most: energy,
      })),
      ...network.map(({ limit_wh: limit }, at) => ({
        name: `line ${at}`,
        gain: 0n,
        least: -limit,
        most: limit,
      })),
    ],
    constraints: ZONES.map((zone) => ({
      name: `balance of ${zone}`,
      terms: [
        ...lines.flatMap(({ side, order }, variable) =>
          order.zone === zone ? [{ variable, coefficient: side === 'sell' ? 1n : -1n }] : [],
        ),
        ...network.flatMap((line, at) => {
          const coefficient = arrives(zone, line);
          return coefficient === 0n ? [] : [{ variable: lines.length + at, coefficient }];
        }),
      ],
      least: 0n,
      most: 0n,
    })),
  };
}

/**
 * The same with Kirchhoff's second law instead of angles: around every loop the flows over their susceptances sum to
 * nothing. Loops are those that each line closes over a spanning forest.
 */
function direct(lines: readonly OwnedLine[], grid: Grid): LinearProblem {
  const { variables, constraints } = transport(lines, grid);
  const tree = new Map<string, { readonly up: string; readonly line: number }>();
  const rootOf = (zone: string): string => {
    const above = tree.get(zone);
    return above === undefined ? zone : rootOf(above.up);
  };
  const pathOf = (zone: string): { line: number; from: string }[] => {
    const above = tree.get(zone);
    return above === undefined ? [] : [{ line: above.line, from: zone }, ...pathOf(above.up)];
  };
  const reroot = (zone: string) => {
    const path = pathOf(zone);
    const ends = path.map(({ line, from }) => ({ line, from, up: tree.get(from)?.up ?? '' }));
    tree.delete(zone);
    for (const { line, from, up } of ends) tree.set(up, { up: from, line });
  };
  const loops: { line: number; sign: bigint }[][] = [];
  for (const [at, { from, to }] of grid.network.entries()) {
    if (rootOf(from) !== rootOf(to)) {
      reroot(from);
      tree.set(from, { up: to, line: at });
      continue;
    }
    const walk = (zone: string, sign: bigint) =>
      pathOf(zone).map(({ line, from: start }) => ({
        line,
        sign: grid.network[line]?.from === start ? sign : -sign,
      }));
    loops.push([{ line: at, sign: -1n }, ...walk(from, 1n), ...walk(to, -1n)]);
  }
  // Over all susceptances at once the coefficients are whole.
  const product = grid.network.reduce((whole, { susceptance }) => whole * susceptance, 1n);
  const rows = loops.map((loop, at) => {
    const sums = new Map<number, bigint>();
    for (const { line, sign } of loop) {
      const drop = product / (grid.network[line]?.susceptance ?? 1n);
      sums.set(line, (sums.get(line) ?? 0n) + sign * drop);
    }
    const terms = [...sums].flatMap(([line, coefficient]) =>
      coefficient === 0n ? [] : [{ variable: lines.length + line, coefficient }],
    );
    return { name: `loop ${at}`, terms, least: 0n, most: 0n };
  });
  return { variables, constraints: [...constraints, ...rows.filter(({ terms }) => terms.length)] };
}

const callOf = ({ orders, network }: Grid, isDirect: boolean): Call => ({
  orders,
  lots,
  settings: {},
  tables: {
    network: network.map(({ susceptance, ...row }) => (isDirect ? { ...row, susceptance } : row)),
  },
});

describe('zonal', () => {
  test('no trades that the lines carry are worth more', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const call = callOf(grid, false);
        const { bids, asks } = openBook(call);
        const { welfare } = zonal.clear(call);
        expect(welfare).toBe(optimumOf(transport([...bids, ...asks], grid)));
      }),
      { numRuns: 12 },
    );
  });

  test('at the price of its zone nobody is left who would rather trade, or trades who would rather not', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const call = callOf(grid, false);
        const { bids, asks } = openBook(call);
        const { fills, details, price } = zonal.clear(call);
        const zonePrices = details?.zone_prices as Record<string, string | null>;
        for (const { order, limit, energy } of [...bids, ...asks]) {
          const written = zonePrices[order.zone ?? ''];
          if (written === null || written === undefined) continue;
          const at = price ?? BigInt(Math.round(Number(written) * 1000));
          const got = fills.get(order.id) ?? 0n;
          const gain = order.side === 'buy' ? limit - at : at - limit;
          if (gain > 0n) expect([order.id, got]).toEqual([order.id, energy]);
          if (gain < 0n) expect([order.id, got]).toEqual([order.id, 0n]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('locational-marginal-price', () => {
  const solved = (call: Call): Call => {
    const problem = locationalMarginalPrice.problem?.(call);
    return { ...call, candidate: problem && solveWithHighs(problem) };
  };

  test.each([
    ['sturdy lines', sturdyGrids],
    ['lines of a few Wh', frailGrids],
  ])(
    'with %s: worth what loops instead of angles are worth, but for a Wh of each node and line',
    (_, drawn) => {
      fc.assert(
        fc.property(drawn, (grid) => {
          const call = solved(callOf(grid, true));
          const { bids, asks } = openBook(call);
          const lines = [...bids, ...asks];
          const most = optimumOf(direct(lines, grid));
          const { welfare, details } = locationalMarginalPrice.clear(call);
          const bound = details?.worth_at_most_nano as bigint;
          // A Wh of every node and line, at what the best pair of orders gains.
          const of = (side: Order['side']) => lines.filter((one) => one.side === side);
          const dearest = of('buy').reduce((one, { limit }) => greater(one, limit), -PRICE_MAX);
          const cheapest = of('sell').reduce((one, { limit }) => lesser(one, limit), PRICE_MAX);
          const gain = greater(0n, dearest - cheapest);
          const rounding = gain * BigInt(ZONES.length + grid.network.length);
          expect(welfare).toBeLessThanOrEqual(most + 1n);
          expect(welfare).toBeGreaterThanOrEqual(most - rounding);
          expect(bound).toBeGreaterThanOrEqual(most - 1n);
          // Scaled as the test's solver is, its duals are right to a nano per Wh.
          const energies = lines.reduce((sum, { energy }) => sum + energy, 0n);
          const limits = grid.network.reduce((sum, one) => sum + one.limit_wh, 0n);
          expect(bound).toBeLessThanOrEqual(most + energies + limits);
        }),
        { numRuns: 12 },
      );
    },
  );

  test('any network has an outcome, and its own bound is no less than it', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const { welfare, details } = locationalMarginalPrice.clear(solved(callOf(grid, true)));
        expect(welfare).toBeLessThanOrEqual(details?.worth_at_most_nano as bigint);
      }),
      { numRuns: 60 },
    );
  });

  test('at the price of its node nobody is left with much who would rather trade', () => {
    fc.assert(
      fc.property(sturdyGrids, (grid) => {
        const call = solved(callOf(grid, true));
        const { bids, asks } = openBook(call);
        const { fills, details } = locationalMarginalPrice.clear(call);
        const nodePrices = details?.node_prices as Record<string, string>;
        const slack = BigInt(bids.length + asks.length + grid.network.length);
        for (const { order, limit, energy } of [...bids, ...asks]) {
          const at = BigInt(Math.round(Number(nodePrices[order.zone ?? '']) * 1000));
          const got = fills.get(order.id) ?? 0n;
          const gain = order.side === 'buy' ? limit - at : at - limit;
          if (gain > 1n) expect(got + slack).toBeGreaterThanOrEqual(energy);
          if (gain < -1n) expect(got).toBe(0n);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('social-welfare', () => {
  const times = (orders: readonly Order[], intervals: number) =>
    orders.map((order, at): Order => ({ ...order, time: at % intervals }));
  const solved = (given: Call): Call => {
    const problem = socialWelfare.problem?.(given);
    return { ...given, candidate: problem && solveWithHighs(problem) };
  };

  test('a battery between two intervals: no charge is worth more, tried one after another', () => {
    let carried = 0;
    const sizes = fc.bigInt({ min: 0n, max: 5n });
    fc.assert(
      fc.property(smallBooksOfStrangers, sizes, sizes, (book, capacity, power) => {
        const orders = times(book, 2);
        fc.pre(new Set(orders.map(({ time }) => time)).size === 2);
        const call = solved({
          orders,
          lots,
          settings: {},
          tables: { batteries: [{ battery: 'shed', capacity_wh: capacity, power_wh: power }] },
        });
        const worthOf = (time: number, takenOut: number) => {
          const of = (side: Order['side']) =>
            wattHours(
              openBook({ orders: orders.filter((one) => one.time === time), lots })[
                side === 'buy' ? 'bids' : 'asks'
              ],
              side,
            );
          const [wanted, offered] = [of('buy'), of('sell')];
          let best: bigint | undefined;
          for (let bought = 0; bought <= wanted.length; bought++) {
            const sold = bought + takenOut;
            if (sold < 0 || sold > offered.length) continue;
            const value = wanted.slice(0, bought).reduce((sum, one) => sum + one, 0n);
            const cost = offered.slice(0, sold).reduce((sum, one) => sum + one, 0n);
            if (best === undefined || value - cost > best) best = value - cost;
          }
          return best;
        };
        let most = 0n;
        let least = 0;
        for (let charge = 0; charge <= Number(lesser(capacity, power)); charge++) {
          const [before, after] = [worthOf(0, charge), worthOf(1, -charge)];
          if (before === undefined || after === undefined || before + after <= most) continue;
          most = before + after;
          least = charge;
        }
        if (least > 0) carried += 1;
        expect(socialWelfare.clear(call).welfare).toBe(most);
      }),
      { numRuns: 200 },
    );
    expect(carried).toBeGreaterThan(10);
  });

  test('six intervals and two batteries: worth what a programme of pairs of intervals says', () => {
    fc.assert(
      fc.property(largeBooks, fc.bigInt({ min: 0n, max: 9000n }), (book, power) => {
        // Every order its own member's: nobody has to be kept from trading with itself.
        const orders = times(book, 6).map((order) => ({ ...order, member: order.id }));
        const sizes = [
          { capacity: 2n * power, power },
          { capacity: 6000n, power: 3000n },
        ];
        const call = solved({
          orders,
          lots,
          settings: {},
          tables: {
            batteries: sizes.map((one, at) => ({
              battery: `b${at}`,
              capacity_wh: one.capacity,
              power_wh: one.power,
            })),
          },
        });
        expect(socialWelfare.clear(call).welfare).toBe(optimumOf(carrying(orders, sizes)));
      }),
      { numRuns: 8 },
    );
  });
});

/** Orders, then for each battery what it carries from each interval to each later one. */
function carrying(
  orders: readonly Order[],
  batteries: readonly { readonly capacity: bigint; readonly power: bigint }[],
): LinearProblem {
  const intervals = [...Array(6).keys()];
  const carries = batteries.flatMap((battery, which) =>
    intervals.flatMap((from) =>
      intervals.flatMap((to) => (to > from ? [{ ...battery, which, from, to }] : [])),
    ),
  );
  const first = orders.length;
  const row = (name: string, most: bigint, isIn: (one: (typeof carries)[number]) => boolean) => ({
    name,
    terms: carries.flatMap((one, at) =>
      isIn(one) ? [{ variable: first + at, coefficient: 1n }] : [],
    ),
    least: undefined,
    most,
  });
  return {
    variables: [
      ...orders.map(({ id, side, limit, energy }) => ({
        name: id,
        gain: side === 'buy' ? limit : -limit,
        least: 0n,
        most: energy,
      })),
      ...carries.map((_, at) => ({ name: `carried ${at}`, gain: 0n, least: 0n, most: undefined })),
    ],
    constraints: [
      ...intervals.map((interval) => ({
        name: `balance of ${interval}`,
        terms: [
          ...orders.flatMap(({ time, side }, variable) =>
            time === interval ? [{ variable, coefficient: side === 'sell' ? 1n : -1n }] : [],
          ),
          ...carries.flatMap(({ from, to }, at) => {
            const coefficient = to === interval ? 1n : from === interval ? -1n : 0n;
            return coefficient === 0n ? [] : [{ variable: first + at, coefficient }];
          }),
        ],
        least: 0n,
        most: 0n,
      })),
      ...batteries.flatMap(({ capacity, power }, which) =>
        intervals.flatMap((interval) => [
          row(`charge of ${which}`, power, (one) => one.which === which && one.from === interval),
          row(`discharge of ${which}`, power, (one) => one.which === which && one.to === interval),
          row(
            `stored in ${which}`,
            capacity,
            (one) => one.which === which && one.from <= interval && one.to > interval,
          ),
        ]),
      ),
    ],
  };
}

describe('microgrid-exchange', () => {
  const inZones = (orders: readonly Order[]) =>
    orders.map((order, at): Order => ({ ...order, zone: ['north', 'south'][at % 2] as string }));
  const clear = (orders: readonly Order[], settings: Call['settings']) =>
    microgridExchange.clear({ orders, lots, settings });

  test('by auction: the most that trades inside can be worth, and then that of what is left', () => {
    fc.assert(
      fc.property(smallBooks, (book) => {
        const orders = inZones(book);
        const { bids, asks } = openBook({ orders, lots });
        const { welfare, trades } = clear(orders, { exchange: 'auction' });
        const inside = ['north', 'south'].map((zone) => {
          const of = (lines: readonly OwnedLine[]) => lines.filter((l) => l.order.zone === zone);
          return mostWorthByTrying(of(bids), of(asks));
        });
        const zoneOf = new Map(orders.map(({ id, zone }) => [id, zone]));
        const limitOf = new Map(orders.map(({ id, limit }) => [id, limit]));
        const gain = (isInside: boolean) =>
          trades.reduce((sum, { bid, ask, energy }) => {
            const isSame = zoneOf.get(bid) === zoneOf.get(ask);
            const worth = (limitOf.get(bid) ?? 0n) - (limitOf.get(ask) ?? 0n);
            return isSame === isInside ? sum + worth * energy : sum;
          }, 0n);
        expect(gain(true)).toBe((inside[0] ?? 0n) + (inside[1] ?? 0n));
        expect(gain(false)).toBe(welfare - gain(true));
        expect(welfare).toBeLessThanOrEqual(mostWorthByTrying(bids, asks));
      }),
      { numRuns: 150 },
    );
  });

  test('called out: more rounds never trade less, and many come near the auction', () => {
    let [auction, called] = [0n, 0n];
    fc.assert(
      fc.property(largeBooks, (book) => {
        const orders = inZones(book);
        const volumes = [1n, 5n, 40n, 400n].map((rounds) => clear(orders, { rounds }).volume);
        expect(volumes).toEqual([...volumes].sort((a, b) => Number(a - b)));
        auction += clear(orders, { exchange: 'auction' }).welfare;
        called += clear(orders, { rounds: 400n }).welfare;
      }),
      { numRuns: 30 },
    );
    expect(called).toBeLessThanOrEqual(auction);
    expect(100n * called).toBeGreaterThan(99n * auction);
  });

  test('no rounds trade more than an auction would', () => {
    fc.assert(
      fc.property(callsOf(microgridExchange), (call) => {
        const { volume } = microgridExchange.clear(call);
        const settings = { exchange: 'auction' };
        expect(volume).toBeLessThanOrEqual(microgridExchange.clear({ ...call, settings }).volume);
      }),
      { numRuns: 100 },
    );
  });
});
