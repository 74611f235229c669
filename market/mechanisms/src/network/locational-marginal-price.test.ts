import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from '../mechanism.ts';
import type { Order } from '../order.ts';
import { ask, bid, lotsLikeIds } from '../testing/book.ts';
import { solveWithHighs } from '../testing/highs.ts';
import { locationalMarginalPrice } from './locational-marginal-price.ts';
import { zonal } from './zonal.ts';

const at = (zone: string, order: Order): Order => ({ ...order, zone });
const line = (from: string, to: string, limit: bigint, susceptance = 1n) => ({
  from,
  to,
  susceptance,
  limit_wh: limit,
});
const call = (orders: readonly Order[], ...network: ReturnType<typeof line>[]): Call => ({
  orders,
  lots: lotsLikeIds,
  settings: {},
  tables: { network },
});
function solved(given: Call): Call {
  const problem = locationalMarginalPrice.problem?.(given);
  return { ...given, candidate: problem && solveWithHighs(problem) };
}

/** Cheap at a, dear at b, demand at c; the line from a to c is the bottleneck. */
const TRIANGLE = call(
  [
    at('a', ask('cheap', 10_000n, 900n)),
    at('b', ask('dear', 30_000n, 900n)),
    at('c', bid('load', 90_000n, 300n)),
  ],
  line('a', 'b', 1000n),
  line('b', 'c', 1000n),
  line('a', 'c', 150n),
);

describe('locational-marginal-price', () => {
  test('in a triangle a full line makes three prices: one more Wh at c is two from b less one from a', () => {
    const { price, trades, welfare, surplus, details } = locationalMarginalPrice.clear(
      solved(TRIANGLE),
    );
    expect(price).toBeNull();
    // Two thirds of what a sends and one third of what b sends flow over a-c: x = 150, y = 150.
    expect(trades.map((one) => [one.bid, one.ask, one.energy])).toEqual([
      ['load', 'cheap', 150n],
      ['load', 'dear', 150n],
    ]);
    expect(details?.node_prices).toEqual({ a: '10', b: '30', c: '50' });
    expect(details?.lines).toEqual([
      { from: 'a', to: 'b', flow_wh: 0n, limit_wh: 1000n, binding: false },
      { from: 'b', to: 'c', flow_wh: 150n, limit_wh: 1000n, binding: false },
      { from: 'a', to: 'c', flow_wh: 150n, limit_wh: 150n, binding: true },
    ]);
    expect(surplus).toBe(300n * 50_000n - 150n * 10_000n - 150n * 30_000n);
    expect(details?.worth_nano).toBe(welfare);
    expect((details?.worth_at_most_nano as bigint) >= welfare).toBe(true);
  });

  test('a line of more susceptance draws the flow to itself', () => {
    const { orders } = TRIANGLE;
    const { details } = locationalMarginalPrice.clear(
      solved(call(orders, line('a', 'b', 1000n), line('b', 'c', 1000n), line('a', 'c', 150n, 4n))),
    );
    // Of a Wh from a to c 8/9 go straight, of one from b to c 4/9: 37.5 from a, 262.5 from b, or 37 and 263 in whole Wh.
    expect(((details?.lines ?? []) as { flow_wh: bigint }[]).map((one) => one.flow_wh)).toEqual([
      -112n,
      150n,
      149n,
    ]);
  });

  test('on one line it is worth what zonal is, at most what its own bound says', () => {
    const given = call(
      [
        at('n', ask('x', 10_000n, 10n)),
        at('n', bid('b', 14_000n, 2n)),
        at('s', bid('c', 30_000n, 8n)),
        at('s', ask('y', 26_000n, 8n)),
      ],
      line('s', 'n', 3n),
    );
    const { details, welfare, surplus } = locationalMarginalPrice.clear(solved(given));
    const tables = { network: [{ from: 's', to: 'n', limit_wh: 3n }] };
    expect(welfare).toBe(zonal.clear({ ...given, tables }).welfare);
    expect(details).toMatchObject({
      node_prices: { n: '10', s: '26' },
      worth_nano: welfare,
      worth_at_most_nano: welfare,
    });
    expect(surplus).toBe(3n * 16_000n);
  });

  test('two lines of a few Wh in a loop leave the trades of the others whole', () => {
    // Cut to whole Wh pair of nodes by pair of nodes, 99 % of the worth was lost.
    const { details, welfare } = locationalMarginalPrice.clear(
      solved(
        call(
          [
            at('a', ask('sa', 31_000n, 602n)),
            at('b', bid('bb', 70_000n, 1302n)),
            at('c', ask('sc', 27_000n, 1102n)),
            at('d', bid('bd', 77_000n, 1900n)),
            at('e', ask('se', 35_000n, 1401n)),
          ],
          line('d', 'c', 1901n, 6n),
          line('a', 'c', 1025n, 9n),
          line('e', 'b', 745n, 4n),
          line('d', 'e', 1065n, 6n),
          line('d', 'b', 7n, 5n),
          line('e', 'a', 8n, 9n),
        ),
      ),
    );
    // A Wh of the best pair at most.
    expect((details?.worth_at_most_nano as bigint) - welfare).toBeLessThan(50_000n);
    expect(details?.lines).toMatchObject([{}, {}, {}, {}, { binding: true }, { binding: true }]);
  });

  test('parts of the network that are not joined trade apart', () => {
    const { trades } = locationalMarginalPrice.clear(
      solved(
        call([at('n', ask('x', 10n, 5n)), at('n', bid('b', 20n, 2n)), at('s', bid('c', 30n, 3n))]),
      ),
    );
    expect(trades.map((one) => [one.bid, one.ask, one.energy])).toEqual([['b', 'x', 2n]]);
  });
});

describe('a candidate', () => {
  const good = solved(TRIANGLE).candidate;
  const values = good?.values ?? [];
  const duals = good?.duals ?? [];
  const million = 1_000_000n;

  test.each<[string, Call['candidate'], string]>([
    ['that is missing', undefined, 'candidate_missing'],
    ['without prices', { values }, 'candidate_prices_missing'],
    [
      'that pays the seller more than the buyer pays',
      { values, duals: [90_000n * million, 90_000n * million, 10_000n * million] },
      'candidate_loses_money',
    ],
  ])('%s is refused', (_name, candidate, code) => {
    const given = { ...TRIANGLE, candidate };
    expect(locationalMarginalPrice.refuse(given)?.code).toBe(code);
    expect(() => locationalMarginalPrice.clear(given)).toThrow(code);
  });

  test('that no price supports comes to what its prices suit', () => {
    const given = call([at('n', ask('x', 20n, 5n)), at('n', bid('b', 10n, 5n))]);
    const candidate = { values: [5n * million, 5n * million], duals: [15n * million] };
    expect(locationalMarginalPrice.clear({ ...given, candidate }).trades).toEqual([]);
  });

  test('of any numbers is refused, or carried at prices that suit all who trade', () => {
    const count = locationalMarginalPrice.problem?.(TRIANGLE).variables.length ?? 0;
    const value = fc.bigInt({ min: -10n * million, max: 1000n * million });
    const dual = fc.bigInt({ min: 0n, max: 100_000n * million });
    let cleared = 0;
    fc.assert(
      fc.property(
        fc.array(value, { minLength: count, maxLength: count }),
        fc.array(dual, { minLength: 3, maxLength: 6 }),
        (proposed, prices) => {
          const given = { ...TRIANGLE, candidate: { values: proposed, duals: prices } };
          if (locationalMarginalPrice.refuse(given) !== undefined) return;
          cleared += 1;
          const { trades, surplus, welfare, details } = locationalMarginalPrice.clear(given);
          expect(surplus >= 0n && welfare <= (details?.worth_at_most_nano as bigint)).toBe(true);
          const limitOf = new Map(TRIANGLE.orders.map(({ id, limit }) => [id, limit]));
          for (const { bid, ask, buyerPrice, sellerPrice } of trades) {
            expect((limitOf.get(bid) ?? 0n) >= (buyerPrice ?? 0n)).toBe(true);
            expect((limitOf.get(ask) ?? 0n) <= (sellerPrice ?? 0n)).toBe(true);
          }
          for (const { flow_wh: flow, limit_wh: limit } of (details?.lines ?? []) as {
            flow_wh: bigint;
            limit_wh: bigint;
          }[]) {
            expect(flow <= limit && -flow <= limit).toBe(true);
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(cleared).toBeGreaterThan(20);
  });

  test('that overloads a line is cut to what the line carries', () => {
    // 300 from a would need 200 on the line of 150.
    const proposed = locationalMarginalPrice
      .problem?.(TRIANGLE)
      .variables.map(({ name }) =>
        /supply at node 0|demand at node 2/.test(name) ? 300n * million : 0n,
      );
    const { trades, details } = locationalMarginalPrice.clear({
      ...TRIANGLE,
      candidate: { values: proposed ?? [], duals },
    });
    expect(trades.map((one) => [one.bid, one.ask, one.energy])).toEqual([['load', 'cheap', 225n]]);
    expect(details?.lines).toMatchObject([{}, {}, { flow_wh: 150n, binding: true }]);
  });
});

test.each<[string, Call, string]>([
  ['a line to itself', call([], line('a', 'a', 1n)), 'line_to_itself'],
  ['a line without susceptance', call([], line('a', 'b', 1n, 0n)), 'table_refused'],
  [
    'a member at two nodes',
    call([at('a', bid('b', 1n, 1n, 'm')), at('b', bid('c', 1n, 1n, 'm'))]),
    'member_at_two_nodes',
  ],
  [
    'more nodes than can be inverted in time',
    call(Array.from({ length: 33 }, (_, node) => at(`n${node}`, bid(`b${node}`, 1n, 1n)))),
    'too_many_nodes',
  ],
])('%s is refused', (_name, given, code) => {
  expect(locationalMarginalPrice.refuse(given)?.code).toBe(code);
});
