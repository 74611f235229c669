import { type Price, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Draw, drawFrom } from '../draw.ts';
import { TRADERS } from './registry.ts';
import type { Shout, Trader } from './trader.ts';
import { type Meeting, mostGain, type Seat, tradeForDays } from './trading-session.ts';

const RANGE = { floor: price(1n), ceiling: price(200n) };

/** Shouts its limit, and keeps what it heard. */
function listener(heard: Shout[] = []): Trader<readonly Price[]> {
  return {
    name: 'listener',
    source: 'none',
    rule: 'Shouts its limit',
    begin: () => [],
    quote: (_memory, { limit }) => limit,
    observe: (memory, shout) => {
      heard.push(shout);
      return [...memory, shout.price];
    },
  };
}

/** Draws the numbers given, then zeros. */
function given(...numbers: readonly number[]): Draw {
  let at = 0;
  return (below) => BigInt(numbers[at++] ?? 0) % below;
}

const seat = (
  side: 'buy' | 'sell',
  limits: readonly bigint[],
  trader: Trader<unknown> = listener(),
): Seat => ({ side, limits: limits.map(price), trader });

describe('a day of trading', () => {
  test('by the book a shout trades at the price that stood', () => {
    const seats = [seat('buy', [90n]), seat('sell', [40n])];
    const trade = (first: number) =>
      tradeForDays(seats, { days: 1, shoutsPerDay: 9, ...RANGE, draw: given(first, 1 - first) });
    expect(trade(0)).toEqual([[{ price: 90n, gain: 50n, buyer: 0, seller: 1 }]]);
    expect(trade(1)).toEqual([[{ price: 40n, gain: 50n, buyer: 0, seller: 1 }]]);
  });

  test('by acceptance the shout is the price, and nobody takes what it would not shout', () => {
    const seats = [seat('buy', [90n]), seat('sell', [40n]), seat('sell', [95n])];
    const rules = { days: 1, shoutsPerDay: 1, ...RANGE, meeting: 'acceptance' as const };
    expect(tradeForDays(seats, { ...rules, draw: given(0) })).toEqual([
      [{ price: 90n, gain: 50n, buyer: 0, seller: 1 }],
    ]);
    expect(tradeForDays(seats, { ...rules, draw: given(2) })).toEqual([[]]);
  });

  test('a shout that betters nothing is not heard, and a trade clears what stands', () => {
    const heard: Shout[] = [];
    const seats = [
      seat('buy', [50n, 45n], listener(heard)),
      seat('buy', [30n]),
      seat('sell', [20n, 60n]),
    ];
    tradeForDays(seats, { days: 1, shoutsPerDay: 4, ...RANGE, draw: given(0, 1, 2, 1) });
    expect(heard).toEqual([
      { side: 'buy', price: 50n, accepted: false },
      { side: 'sell', price: 50n, accepted: true },
      { side: 'buy', price: 30n, accepted: false },
    ]);
  });

  test('each Wh is traded before the next, and all of them again the next day', () => {
    const seats = [seat('buy', [90n, 70n]), seat('sell', [10n, 60n])];
    const days = tradeForDays(seats, { days: 2, shoutsPerDay: 50, ...RANGE, draw: drawFrom(1n) });
    expect(days.map((trades) => trades.map(({ gain }) => gain))).toEqual([
      [80n, 10n],
      [80n, 10n],
    ]);
    expect(mostGain(seats)).toBe(90n);
  });

  test('a day ends after so many turns in a row without a trade', () => {
    const heard: Shout[] = [];
    const silent: Trader<unknown> = { ...listener(), quote: () => null };
    const seats = [
      seat('buy', [50n], silent),
      seat('buy', [40n], listener(heard)),
      seat('sell', [60n]),
    ];
    const rules = { days: 1, shoutsPerDay: 9, ...RANGE };
    const draws = [0, 0, 1] as const;
    tradeForDays(seats, { ...rules, quietShoutsMax: 2, draw: given(...draws) });
    expect(heard).toEqual([]);
    tradeForDays(seats, { ...rules, quietShoutsMax: 3, draw: given(...draws) });
    expect(heard.length).toBe(1);
    const trading = [seat('buy', [50n, 50n]), seat('sell', [40n, 40n])];
    const [day] = tradeForDays(trading, { ...rules, quietShoutsMax: 2, draw: given(0, 1, 0, 1) });
    expect(day?.length).toBe(2);
  });

  test('what traders keep lasts overnight', () => {
    const quiet: Trader<bigint> = {
      ...listener(),
      begin: () => 100n,
      quote: (memory) => price(memory),
      observe: (memory) => memory - 1n,
    };
    const seats = [seat('buy', [200n], quiet), seat('sell', [1n], quiet)];
    const rules = { days: 3, shoutsPerDay: 2, ...RANGE, draw: given(0, 1, 0, 1, 0, 1) };
    const prices = tradeForDays(seats, rules).map(([trade]) => trade?.price);
    expect(prices).toEqual([100n, 98n, 96n]);
  });

  test.each([
    [{ days: 1001 }, /at most 1000 days, got 1001/],
    [{ shoutsPerDay: 100_001 }, /at most 100000 shouts a day, got 100001/],
  ])('%o is too much', (more, message) => {
    const rules = { days: 1, shoutsPerDay: 1, ...RANGE, draw: given(), ...more };
    expect(() => tradeForDays([], rules)).toThrow(message);
    expect(() => tradeForDays([seat('buy', [])], { ...rules, days: 1, shoutsPerDay: 1 })).toThrow(
      'session: expected a limit in seat 0, got none',
    );
    const many = Array.from({ length: 1001 }, () => seat('buy', [1n]));
    expect(() => tradeForDays(many, rules)).toThrow('at most 1000 seats, got 1001');
  });

  test('nobody trades more than it has, nor with its own side, nor more is gained than there is', () => {
    const books = fc.array(
      fc.record({
        side: fc.constantFrom('buy' as const, 'sell' as const),
        limits: fc.array(fc.bigInt({ min: 1n, max: 200n }), { minLength: 1, maxLength: 3 }),
        trader: fc.constantFrom(...TRADERS),
      }),
      { maxLength: 6 },
    );
    const meetings = fc.constantFrom<Meeting>('book', 'acceptance');
    fc.assert(
      fc.property(books, meetings, fc.bigInt({ min: 0n, max: 999n }), (book, meeting, seed) => {
        const seats = book.map(({ side, limits, trader }) => seat(side, limits, trader));
        const draw = drawFrom(seed);
        const [day] = tradeForDays(seats, { days: 1, shoutsPerDay: 40, ...RANGE, draw, meeting });
        const counts = seats.map(() => 0);
        let gained = 0n;
        for (const { buyer, seller, gain } of day ?? []) {
          expect([seats[buyer]?.side, seats[seller]?.side]).toEqual(['buy', 'sell']);
          for (const at of [buyer, seller]) counts[at] = (counts[at] ?? 0) + 1;
          gained += gain;
        }
        for (const [at, { limits }] of seats.entries()) {
          expect(counts[at]).toBeLessThanOrEqual(limits.length);
        }
        expect(gained).toBeLessThanOrEqual(mostGain(seats));
      }),
      { numRuns: 60 },
    );
  });
});
