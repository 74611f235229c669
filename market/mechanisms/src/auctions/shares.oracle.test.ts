/** Rules that share instead of serving by merit, against what their shares are said to be. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openBook } from '../open-book.ts';
import type { Line } from '../order.ts';
import { lotsLikeIds as lots } from '../testing/book.ts';
import { smallBooks, smallBooksOfStrangers } from '../testing/books.ts';
import { callsOf } from '../testing/calls.ts';
import { wattHours } from '../testing/optimum.ts';
import { ascendingIncrement } from './ascending-increment.ts';
import { kelly } from './kelly.ts';
import { proportionalTwoSided } from './proportional-two-sided.ts';
import { willingness } from './willingness.ts';

/** Every way to split `whole` Wh among takers of so much each. */
function splits(whole: number, most: readonly number[]): number[][] {
  const [first, ...others] = most;
  if (first === undefined) return whole === 0 ? [[]] : [];
  return Array.from({ length: Math.min(first, whole) + 1 }, (_, part) =>
    splits(whole - part, others).map((rest) => [part, ...rest]),
  ).flat();
}

describe('proportional-two-sided', () => {
  test('no split is fairer: weighed by energy asked, no sum of logarithms is greater', () => {
    let shared = 0;
    fc.assert(
      fc.property(smallBooks, (orders) => {
        const call = { orders, lots, settings: {} };
        const { price, fills, volume } = proportionalTwoSided.clear(call);
        if (price === null) return;
        const { bids, asks } = openBook(call);
        for (const side of [bids, asks]) {
          const takers = side.filter(({ limit, side: one }) =>
            one === 'buy' ? limit >= price : limit <= price,
          );
          const weights = takers.map(({ energy }) => Number(energy));
          const whole = weights.reduce((sum, one) => sum + one, 0);
          // Proportional fairness (Kelly, Maulloo and Tan 1998): relative changes sum to nothing or less.
          const exact = weights.map((weight) => (weight * Number(volume)) / whole);
          for (const other of splits(Number(volume), weights)) {
            const change = other.reduce((sum, part, at) => {
              const own = exact[at] ?? 1;
              return sum + ((weights[at] ?? 0) * (part - own)) / own;
            }, 0);
            expect(change).toBeLessThan(1e-9);
          }
          for (const [at, { order }] of takers.entries()) {
            const off = Number(fills.get(order.id) ?? 0n) - (exact[at] ?? 0);
            expect(Math.abs(off)).toBeLessThan(1);
          }
          if (whole > Number(volume)) shared += 1;
        }
      }),
      { numRuns: 300 },
    );
    expect(shared).toBeGreaterThan(20);
  });
});

describe('kelly', () => {
  const purse = ({ limit, energy }: Line) => Number(limit * energy);
  /** What a bid calls for at a price: its money's worth, at most its energy. */
  const calls = (line: Line, at: number) =>
    at <= 0 ? Number(line.energy) : Math.min(Number(line.energy), purse(line) / at);

  /** The price at which what is called for is what is offered, by halving. */
  function priceOf(buyers: readonly Line[], asks: readonly Line[]): number {
    let [low, high] = [0, 1 + buyers.reduce((sum, one) => sum + purse(one), 0)];
    for (let halvings = 0; halvings < 200; halvings++) {
      const at = (low + high) / 2;
      const demand = buyers.reduce((sum, one) => sum + calls(one, at), 0);
      const offered = asks.filter(({ limit }) => Number(limit) <= at);
      const supply = offered.reduce((sum, { energy }) => sum + Number(energy), 0);
      if (demand > supply) low = at;
      else high = at;
    }
    return high;
  }

  test('fills and payments are those of the price at which money and energy meet', () => {
    let sold = 0;
    fc.assert(
      fc.property(smallBooksOfStrangers, (orders) => {
        const call = { orders, lots, settings: {} };
        const { fills, payments, volume } = kelly.clear(call);
        const { bids, asks } = openBook(call);
        const buyers = bids.filter(({ order }) => fills.has(order.id));
        if (buyers.length === 0) {
          expect(volume).toBe(0n);
          return;
        }
        sold += 1;
        const at = priceOf(buyers, asks);
        for (const line of buyers) {
          const got = Number(fills.get(line.order.id));
          // Whole Wh: each is a Wh from its share, and all together are less than a Wh short.
          expect(Math.abs(got - calls(line, at))).toBeLessThan(2);
          const paid = Number(payments.get(line.order.member));
          expect(Math.abs(paid - calls(line, at) * at)).toBeLessThan(1.001);
          expect(paid).toBeLessThanOrEqual(purse(line));
        }
        for (const { order, limit, energy } of asks) {
          const given = fills.get(order.id) ?? 0n;
          // Below nothing there is no price: those who would pay to give stand by merit.
          const worst = asks.findLast((one) => fills.has(one.order.id))?.limit ?? limit;
          if (Number(limit) < at - 1e-6 && (at > 1e-6 || limit < worst)) expect(given).toBe(energy);
          if (Number(limit) > at + 1e-6) expect(given).toBe(0n);
          expect(-(payments.get(order.member) ?? 0n)).toBeGreaterThanOrEqual(limit * given);
        }
      }),
      { numRuns: 500 },
    );
    expect(sold).toBeGreaterThan(50);
  });
});

describe('ascending-increment', () => {
  test('the clock stands where a clock stands that is moved step by step', () => {
    let traded = 0;
    const steps = fc.bigInt({ min: 1n, max: 4n });
    const starts = fc.option(fc.bigInt({ min: -3n, max: 6n }), { nil: undefined });
    fc.assert(
      fc.property(smallBooks, steps, starts, (orders, increment, start) => {
        const settings = start === undefined ? { increment } : { increment, start };
        const call = { orders, lots, settings };
        const { bids, asks } = openBook(call);
        const cleared = ascendingIncrement.clear(call);
        const [wanted, offered] = [wattHours(bids, 'buy'), wattHours(asks, 'sell')];
        let at = start ?? offered[0];
        if (at === undefined) {
          expect(cleared.price).toBeNull();
          return;
        }
        const demand = () => wanted.filter((limit) => limit >= (at ?? 0n)).length;
        const supply = () => offered.filter((limit) => limit <= (at ?? 0n)).length;
        let rounds = 1;
        for (; supply() < demand(); rounds++) at += increment;
        expect(cleared.volume).toBe(BigInt(demand()));
        expect(cleared.price).toBe(demand() === 0 ? null : at);
        if (offered.length > 0) expect(cleared.details?.rounds).toBe(BigInt(rounds));
        if (cleared.volume > 0n) traded += 1;
      }),
      { numRuns: 400 },
    );
    expect(traded).toBeGreaterThan(50);
  });
});

describe('willingness', () => {
  test('a pair that wants each other is left only where one of them traded with better', () => {
    let blocked = 0;
    fc.assert(
      fc.property(callsOf(willingness), (call) => {
        const { bids, asks } = openBook(call);
        const { trades, fills } = willingness.clear(call);
        const namesOf = ({ order }: (typeof bids)[number]) =>
          (order.extra?.willing as readonly string[] | undefined) ?? [];
        const rank = (one: (typeof bids)[number], other: (typeof bids)[number]) => {
          const names = namesOf(one);
          const at = names.indexOf(other.order.member);
          return names.length === 0 ? 4 : at < 0 ? undefined : at + 1;
        };
        /** Less is better; undefined where they do not want each other by name. */
        const keyOf = (bid: (typeof bids)[number], ask: (typeof bids)[number]) => {
          const [of, by] = [rank(bid, ask), rank(ask, bid)];
          if (of === undefined || by === undefined || of + by === 8) return undefined;
          return bid.limit < ask.limit ? undefined : { ranks: of + by, gap: bid.limit - ask.limit };
        };
        const byId = new Map([...bids, ...asks].map((line) => [line.order.id, line]));
        const isFull = (line: (typeof bids)[number], ranks: number, gap: bigint) => {
          let got = 0n;
          for (const one of trades) {
            const [bid, ask] = [byId.get(one.bid), byId.get(one.ask)];
            if (bid === undefined || ask === undefined || (bid !== line && ask !== line)) continue;
            const key = keyOf(bid, ask);
            if (key === undefined) continue;
            if (key.ranks < ranks || (key.ranks === ranks && key.gap >= gap)) got += one.energy;
          }
          return got === line.energy;
        };
        for (const bid of bids) {
          for (const ask of asks) {
            const key = keyOf(bid, ask);
            if (key === undefined) continue;
            blocked += 1;
            expect(isFull(bid, key.ranks, key.gap) || isFull(ask, key.ranks, key.gap)).toBe(true);
          }
        }
        // Who names nobody, and is left, has nobody left who names nobody either and would meet it.
        const left = (line: (typeof bids)[number]) =>
          namesOf(line).length === 0 && (fills.get(line.order.id) ?? 0n) < line.energy;
        for (const bid of bids.filter(left)) {
          for (const ask of asks.filter(left)) expect(bid.limit < ask.limit).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    expect(blocked).toBeGreaterThan(100);
  });
});
