/**
 * Twelve faults measured in other clearing engines, tried on every auction of the registry. Who is exempt from one is
 * so by what its line declares, never by its name: a new mechanism is tried by being listed.
 */

import { createHash } from 'node:crypto';
import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { lotsBySeed } from './lot.ts';
import type { AuctionMechanism, Call, Clearing, Property } from './mechanism.ts';
import { LAWS, printClearing } from './properties.ts';
import { MECHANISMS } from './registry.ts';
import { ask, bid, order } from './testing/book.ts';
import { solveWithHighs } from './testing/highs.ts';

type Orders = Call['orders'];

const auctions = MECHANISMS.filter((line) => line.kind === 'auction');

/** Lots drawn like those of the ledger. */
const lots = lotsBySeed((bytes) => createHash('sha256').update(bytes).digest(), 'defects');

/** Steps as small as the prices of these books, one place and one time for all, tables without rows. */
function callOf(mechanism: AuctionMechanism, given: Orders): Call {
  const { settings, tables = [], problem, refuse } = mechanism;
  const call: Call = {
    orders: given.map((one) => ({ time: 0, zone: 'home', ...one })),
    lots,
    settings: Object.fromEntries(
      settings.filter(({ isDifference }) => isDifference).map(({ name }) => [name, 1n]),
    ),
    tables: Object.fromEntries(tables.map(({ name }) => [name, []])),
  };
  const code = refuse(call)?.code;
  const isAsked = problem !== undefined && (code === undefined || code === 'candidate_missing');
  return isAsked ? { ...call, candidate: solveWithHighs(problem(call)) } : call;
}

function clear(mechanism: AuctionMechanism, given: Orders): Clearing {
  return mechanism.clear(callOf(mechanism, given));
}

/** Orders on few price levels: bids from 3 to 12, asks from 1 to 10. */
const tied = (count: number): Orders =>
  Array.from({ length: count }, (_, at) =>
    at % 2 === 0
      ? order(`${at}`, 'buy', BigInt(3 + ((at >> 1) % 10)), BigInt(1 + (at % 7)))
      : order(`${at}`, 'sell', BigInt(1 + ((at >> 1) % 10)), BigInt(1 + (at % 5))),
  );
const TIED = tied(60);

/** The most tied orders that the mechanism takes: some assign or try every pair. */
const manyTied = (mechanism: AuctionMechanism): Orders =>
  [1200, 160].map(tied).find((book) => {
    const code = mechanism.refuse(callOf(mechanism, book))?.code;
    return code === undefined || code === 'candidate_missing';
  }) ?? [];

const promises = (property: Property) => (mechanism: AuctionMechanism) =>
  mechanism.properties.includes(property);

type Defect = {
  readonly number: number;
  readonly fault: string;
  /** Whether the fault can be tried on it; without this on all. */
  readonly applies?: (mechanism: AuctionMechanism) => boolean;
  readonly check: (mechanism: AuctionMechanism) => void;
};

const DEFECTS: readonly Defect[] = [
  {
    number: 1,
    fault: 'an order that gets nothing sets the price',
    check(mechanism) {
      const empty = [
        bid('empty bid', 900n, 0n),
        ask('empty ask', -900n, 0n),
        ask('dear', 500n, 0n),
        bid('poor', 0n, 0n),
      ];
      expect(printClearing(clear(mechanism, [...TIED, ...empty]))).toBe(
        printClearing(clear(mechanism, TIED)),
      );
    },
  },
  {
    number: 1,
    fault: 'a dear ask is accepted beside cheap ones that suffice',
    // Others share, or serve by lot, preference or place: there the dear one may have its part.
    applies: promises('merit_order'),
    check(mechanism) {
      const book = [
        ask('a', 10n, 100n),
        ask('c', 10n, 700n),
        ask('dear', 500n, 5000n),
        bid('b', 3000n, 800n),
      ];
      expect([...clear(mechanism, book).fills.keys()].sort()).toEqual(['a', 'b', 'c']);
    },
  },
  {
    number: 2,
    fault: 'equals are told apart anew in every run',
    check(mechanism) {
      const runs = Array.from({ length: 5 }, () => printClearing(clear(mechanism, TIED)));
      expect(new Set(runs).size).toBe(1);
    },
  },
  {
    number: 3,
    fault: 'what buyers are booked is not what sellers get and the market maker keeps',
    check(mechanism) {
      for (const book of [[ask('a', 1n, 5n), ask('c', 9n, 5n), bid('b', 20n, 10n)], TIED]) {
        const call = callOf(mechanism, book);
        for (const promised of ['accounts', ...mechanism.properties] as const) {
          if (promised === 'accounts' || promised.endsWith('budget_balance')) {
            expect(LAWS[promised](mechanism, call)).toBeUndefined();
          }
        }
      }
    },
  },
  {
    number: 4,
    fault: 'of equals the last to arrive wins',
    check(mechanism) {
      const equals = [bid('b', 20n, 1n), bid('c', 20n, 1n), bid('d', 20n, 1n), ask('a', 10n, 1n)];
      for (const book of [equals, TIED]) {
        expect(LAWS.order_independence(mechanism, callOf(mechanism, book))).toBeUndefined();
      }
    },
  },
  {
    number: 5,
    fault: 'a member trades with itself',
    check(mechanism) {
      const own = [bid('b', 20n, 5n, 'zoe'), ask('a', 10n, 5n, 'zoe')];
      const alone = clear(mechanism, own);
      expect([alone.trades, alone.price]).toEqual([[], null]);
      expect(Object.fromEntries(alone.unmatched.map(({ id, energy }) => [id, energy]))).toEqual({
        a: 5n,
        b: 5n,
      });
      const among = clear(mechanism, [...TIED, ...own]);
      expect(among.trades.filter(({ buyer, seller }) => buyer === seller)).toEqual([]);
    },
  },
  {
    number: 6,
    fault: 'the whole gap between one bid and one ask goes to one side, though the rule shares it',
    check(mechanism) {
      const pair = [bid('b', 20n, 1n), ask('a', 10n, 1n)];
      const isShared = clear(mechanism, pair).trades.some(
        ({ buyerPrice, sellerPrice }) => buyerPrice === 15n && sellerPrice === 15n,
      );
      // The others say whose it is: stated prices, reduction, payments of members, a clock, time, duals.
      expect(isShared).toBe(promises('gap_shared')(mechanism));
    },
  },
  {
    number: 7,
    fault: 'the dear ask is served before the cheap one',
    check(mechanism) {
      const book = [ask('dear', 18n, 5n), ask('cheap', 4n, 5n), bid('b', 20n, 5n)];
      const { fills } = clear(mechanism, book);
      if (fills.has('dear')) expect(fills.get('cheap')).toBe(5n);
      if (promises('merit_order')(mechanism)) expect(fills.get('cheap')).toBe(5n);
    },
  },
  {
    number: 8,
    fault: '0.1 and 0.2 for sale are not 0.3',
    check(mechanism) {
      const book = (unit: bigint) => [
        ask('a', 10n, unit),
        ask('c', 10n, 2n * unit),
        bid('b', 20n, 3n * unit),
      ];
      const volume = (unit: bigint) => clear(mechanism, book(unit)).volume;
      expect(volume(100n)).toBe(100n * volume(1n));
      if (promises('merit_order')(mechanism)) expect(volume(100n)).toBe(300n);
    },
  },
  {
    number: 9,
    fault: 'one order id is taken twice',
    check(mechanism) {
      const twice = callOf(mechanism, [...TIED, ...TIED.slice(0, 1)]);
      expect(mechanism.refuse(twice)?.code).toBe('duplicate_order');
      expect(() => mechanism.clear(twice)).toThrow('duplicate_order');
    },
  },
  {
    number: 10,
    fault: 'a withdrawal of what is not there passes for one, or undoes a trade',
    // Elsewhere a call has no withdrawals; what the book answers is tested beside it.
    applies: ({ columns = [] }) => columns.some(({ name }) => name === 'withdrawn'),
    check(mechanism) {
      const [seller, buyer] = [ask('a', 10n, 5n), bid('b', 20n, 5n)];
      const at = (time: number, one: Orders[number], withdrawn?: bigint) => ({
        ...one,
        time,
        ...(withdrawn !== undefined && { extra: { withdrawn } }),
      });
      const kept = printClearing(clear(mechanism, [at(1, seller), at(2, buyer)]));
      // By then it is filled.
      const late = clear(mechanism, [at(1, seller, 3n), at(2, buyer, 4n)]);
      expect(printClearing(late)).toBe(kept);
      expect(late.volume).toBe(5n);
    },
  },
  {
    number: 11,
    fault: 'prices of nothing and less are impossible',
    check(mechanism) {
      const low = TIED.map((one) => ({ ...one, limit: price(one.limit - 30n) }));
      const { volume } = clear(mechanism, low);
      // Where a bid is a sum of money, so that limits per Wh are not promised, one below nothing calls for nothing.
      expect(volume > 0n).toBe(promises('individual_rationality')(mechanism));
      if (promises('shift')(mechanism)) expect(volume).toBe(clear(mechanism, TIED).volume);
      const nothing = [bid('b', 0n, 5n), ask('a', 0n, 5n)];
      if (promises('merit_order')(mechanism)) expect(clear(mechanism, nothing).volume).toBe(5n);
    },
  },
  {
    number: 12,
    fault: 'nothing trades where many prices tie',
    check(mechanism) {
      const book = manyTied(mechanism);
      expect(book.length).toBeGreaterThan(100);
      expect(clear(mechanism, book).volume).toBeGreaterThan(0n);
    },
  },
];

test('all twelve are tried, each on somebody', () => {
  expect([...new Set(DEFECTS.map(({ number }) => number))]).toEqual(
    Array.from({ length: 12 }, (_, at) => at + 1),
  );
  for (const { applies = () => true } of DEFECTS) {
    expect(auctions.filter(applies).length).toBeGreaterThan(1);
  }
});

describe.each(auctions)('$name', (mechanism) => {
  const tried = DEFECTS.filter(({ applies = () => true }) => applies(mechanism));
  test.each(tried)('defect $number: $fault', ({ check }) => check(mechanism));
});
