/** Matchings against trying every matching, and against HiGHS where there are too many. */

import { energy, lesser } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call } from '../mechanism.ts';
import { openBook } from '../open-book.ts';
import type { OwnedLine } from '../self-trade.ts';
import { lotsLikeIds as lots } from '../testing/book.ts';
import { largeBooks, smallBooks } from '../testing/books.ts';
import { callsOf } from '../testing/calls.ts';
import { solveWithHighs } from '../testing/highs.ts';
import { mostWorthByTrying, optimumOf } from '../testing/optimum.ts';
import { equalIncrementPool } from './equal-increment-pool.ts';
import { naiveAuction } from './naive-auction.ts';
import { preferenceMatching } from './preference-matching.ts';
import { preferenceOf, stableMatching } from './stable-matching.ts';

type Pair = readonly [OwnedLine, OwnedLine];

/** Every way to pair some of the first with some of the second. */
function matchings(first: readonly OwnedLine[], second: readonly OwnedLine[]): Pair[][] {
  const [one, ...others] = first;
  if (one === undefined) return [[]];
  const alone = matchings(others, second);
  const paired = second.flatMap((other) =>
    matchings(
      others,
      second.filter((left) => left !== other),
    ).map((rest): Pair[] => [[one, other], ...rest]),
  );
  return [...alone, ...paired];
}

describe('stable-matching', () => {
  test.each(['buyers', 'sellers'])(
    'is the best of all stable matchings for the %s',
    (proposing) => {
      let matched = 0;
      fc.assert(
        fc.property(callsOf(stableMatching), (given) => {
          const call: Call = { ...given, settings: { proposing } };
          const { bids, asks } = openBook(call);
          fc.pre(bids.length <= 4 && asks.length <= 4);
          const { trades } = stableMatching.clear(call);
          const lists = new Map([
            ...bids.map((one) => [one, preferenceOf(one, asks)] as const),
            ...asks.map((one) => [one, preferenceOf(one, bids)] as const),
          ]);
          /** Less is better; whoever is not on the list is worse than nobody. */
          const rank = (one: OwnedLine, other: OwnedLine | undefined) => {
            const list = lists.get(one) ?? [];
            if (other === undefined) return list.length;
            const at = list.indexOf(other);
            return at < 0 ? list.length + 1 : at;
          };
          const partners = (pairs: readonly Pair[]) =>
            new Map(pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
          const isStable = (pairs: readonly Pair[]) => {
            const of = partners(pairs);
            const prefers = (one: OwnedLine, other: OwnedLine) =>
              rank(one, other) < rank(one, of.get(one));
            if ([...of].some(([one, other]) => rank(one, other) > rank(one, undefined)))
              return false;
            return !bids.some((bid) => asks.some((ask) => prefers(bid, ask) && prefers(ask, bid)));
          };
          const lines = new Map([...bids, ...asks].map((line) => [line.order.id, line]));
          const ours = trades.map(
            ({ bid, ask }): Pair => [lines.get(bid) as OwnedLine, lines.get(ask) as OwnedLine],
          );
          expect(isStable(ours)).toBe(true);
          const own = partners(ours);
          for (const pairs of matchings(bids, asks).filter(isStable)) {
            const others = partners(pairs);
            for (const one of proposing === 'buyers' ? bids : asks) {
              expect(rank(one, own.get(one))).toBeLessThanOrEqual(rank(one, others.get(one)));
            }
          }
          matched += trades.length;
        }),
        { numRuns: 150 },
      );
      expect(matched).toBeGreaterThan(5);
    },
  );
});

describe('naive-auction', () => {
  test('no assignment of a large book is worth more', () => {
    fc.assert(
      fc.property(largeBooks, (orders) => {
        const { bids, asks } = openBook({ orders, lots });
        const worths = bids.map((bid) =>
          asks.map((ask) =>
            bid.order.member === ask.order.member
              ? -1n
              : (bid.limit - ask.limit) * lesser(bid.energy, ask.energy),
          ),
        );
        const row = (name: string, isIn: (bid: number, ask: number) => boolean) => ({
          name,
          terms: worths.flatMap((list, bid) =>
            list.flatMap((_, ask) =>
              isIn(bid, ask) ? [{ variable: bid * asks.length + ask, coefficient: 1n }] : [],
            ),
          ),
          least: undefined,
          most: 1n,
        });
        const most = optimumOf({
          variables: worths
            .flat()
            .map((gain, at) => ({ name: `${at}`, gain, least: 0n, most: 1n })),
          constraints: [
            ...bids.map((_, at) => row(`bid ${at}`, (bid) => bid === at)),
            ...asks.map((_, at) => row(`ask ${at}`, (_bid, ask) => ask === at)),
          ],
        });
        expect(naiveAuction.clear({ orders, lots, settings: {} }).welfare).toBe(most);
      }),
      { numRuns: 6 },
    );
  });
});

describe('equal-increment-pool', () => {
  test('is what handing out one Wh after another in turns comes to', () => {
    let shared = 0;
    const prices = fc.bigInt({ min: -2n, max: 8n });
    const energies = fc.array(fc.bigInt({ min: 1n, max: 15n }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(smallBooks, energies, prices, (book, amounts, poolPrice) => {
        const orders = book.map((order, at) => ({ ...order, energy: energy(amounts[at] ?? 1n) }));
        const call = { orders, lots, settings: { pool_price: poolPrice } };
        const { bids, asks } = openBook(call);
        const taking = bids.filter(({ limit }) => limit >= poolPrice);
        const giving = asks.filter(({ limit }) => limit <= poolPrice);
        const total = (side: readonly OwnedLine[]) =>
          side.reduce((sum, line) => sum + line.energy, 0n);
        const volume = lesser(total(taking), total(giving));
        const expected = new Map<string, bigint>();
        for (const side of [taking, giving]) {
          const turns = [...side].sort((a, b) => (a.lot < b.lot ? -1 : 1));
          for (let left = volume; left > 0n; ) {
            for (const { order, energy: most } of turns) {
              const got = expected.get(order.id) ?? 0n;
              if (left === 0n || got === most) continue;
              expected.set(order.id, got + 1n);
              left -= 1n;
            }
          }
        }
        if (total(taking) !== total(giving) && volume > 0n) shared += 1;
        const { fills } = equalIncrementPool.clear(call);
        expect(new Map([...fills].sort())).toEqual(new Map([...expected].sort()));
      }),
      { numRuns: 400 },
    );
    expect(shared).toBeGreaterThan(20);
  });
});

describe('preference-matching', () => {
  const solved = (call: Call): Call => {
    const problem = preferenceMatching.problem?.({ ...call, candidate: undefined });
    return { ...call, candidate: problem && solveWithHighs(problem) };
  };

  /** Sixty orders that accept some members, on two feeders of which one is small. */
  const choosy = largeBooks.chain((orders) =>
    fc
      .tuple(
        ...orders.map(() =>
          fc.subarray(
            Array.from({ length: 25 }, (_, at) => `m${at}`),
            { minLength: 8, maxLength: 18 },
          ),
        ),
      )
      .map(
        (accepted): Call => ({
          orders: orders.map((order, at) => ({
            ...order,
            zone: at % 3 === 0 ? 'north' : 'south',
            extra: { accepts: accepted[at] ?? [] },
          })),
          lots,
          settings: {},
          tables: { limits: [{ zone: 'north', exchange_wh: 5000n, total_wh: 20_000n }] },
        }),
      ),
  );

  test('in a large book with preferences and a small feeder it beats greed and meets the optimum', () => {
    let better = 0;
    fc.assert(
      fc.property(choosy, (call) => {
        const problem = preferenceMatching.problem?.(call);
        if (problem === undefined) throw new Error('expected a problem');
        const greedy = preferenceMatching.clear(call).welfare;
        const { welfare } = preferenceMatching.clear(solved(call));
        const most = optimumOf(problem);
        const gains = problem.variables.reduce((sum, { gain }) => sum + gain, 0n);
        expect(greedy).toBeLessThanOrEqual(welfare);
        expect(welfare).toBeLessThanOrEqual(most);
        expect(welfare).toBeGreaterThanOrEqual(most - gains);
        if (welfare > greedy) better += 1;
      }),
      { numRuns: 8 },
    );
    expect(better).toBeGreaterThan(0);
  });

  test('the best verified candidate wins: never worse than greedy, never beyond the optimum', () => {
    fc.assert(
      fc.property(callsOf(preferenceMatching), (given) => {
        const call = { ...given, candidate: undefined };
        const problem = preferenceMatching.problem?.(call);
        if (problem === undefined) throw new Error('expected a problem');
        const greedy = preferenceMatching.clear(call).welfare;
        const any = preferenceMatching.clear(given).welfare;
        const best = preferenceMatching.clear(solved(call)).welfare;
        expect(any).toBeGreaterThanOrEqual(greedy);
        expect(best).toBeGreaterThanOrEqual(greedy);
        const most = problem.variables.length === 0 ? 0n : optimumOf(problem);
        // In a country's energies HiGHS is right to a millionth.
        const near = most / 1_000_000n;
        expect(any).toBeLessThanOrEqual(most + near);
        expect(best).toBeLessThanOrEqual(most + near);
        const gains = problem.variables.reduce((sum, { gain }) => sum + gain, 0n);
        expect(best).toBeGreaterThanOrEqual(most - near - gains);
      }),
      { numRuns: 100 },
    );
  });

  test('without preferences and limits it is worth the most that trades can be', () => {
    fc.assert(
      fc.property(smallBooks, (orders) => {
        const call = solved({ orders, lots, settings: {}, tables: { limits: [] } });
        const { bids, asks } = openBook(call);
        expect(preferenceMatching.clear(call).welfare).toBe(mostWorthByTrying(bids, asks));
      }),
      { numRuns: 100 },
    );
  });
});
