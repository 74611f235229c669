import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { drawFrom } from '../draw.ts';
import { findTrader, TRADERS } from './registry.ts';
import type { Trader } from './trader.ts';
import { mostGain, type Seat, tradeForDays } from './trading-session.ts';

const RANGE = { floor: price(0n), ceiling: price(400n) };
const DAYS = { days: 6, shoutsPerDay: 250, ...RANGE };

/** Eleven buyers and eleven sellers whose limits meet at 200. */
// biome-ignore lint/suspicious/noExplicitAny: traders of every memory sit here
function crossingSeats(trader: Trader<any>): readonly Seat[] {
  return Array.from({ length: 22 }, (_, at): Seat => {
    const rank = BigInt(at >> 1);
    return at % 2 === 0
      ? { side: 'buy', limits: [price(325n - 25n * rank)], trader }
      : { side: 'sell', limits: [price(75n + 25n * rank)], trader };
  });
}

describe('traders', () => {
  test('are found by their names, each of which is there once', () => {
    expect(TRADERS.map(({ name }) => findTrader(name)?.name)).toEqual(TRADERS.map((t) => t.name));
    expect(new Set(TRADERS.map(({ name }) => name)).size).toBe(TRADERS.length);
    expect(findTrader('oracle')).toBeUndefined();
  });

  test.each(TRADERS)('$name: one seed, the same trades; another seed, others', (trader) => {
    const trades = (seed: bigint) =>
      tradeForDays(crossingSeats(trader), { ...DAYS, draw: drawFrom(seed) });
    expect(trades(1n)).toEqual(trades(1n));
    expect(trades(1n)).not.toEqual(trades(2n));
  });

  test.each([
    ['zi-c', 90],
    ['zip', 85],
    ['gjerstad-dickhaut', 90],
    ['adaptive-aggressive', 65],
    ['best-response', 60],
    ['truthful', 55],
  ])('%s: realises most of the gain, and nobody trades at a loss', (name, leastPercent) => {
    const trader = findTrader(name);
    if (trader === undefined) throw new Error(`expected ${name}`);
    const seats = crossingSeats(trader);
    const days = tradeForDays(seats, { ...DAYS, draw: drawFrom(7n) });
    let gained = 0n;
    for (const { gain } of days.flat()) {
      expect(gain).toBeGreaterThanOrEqual(0n);
      gained += gain;
    }
    const percent = Number((100n * gained) / (mostGain(seats) * BigInt(DAYS.days)));
    expect(percent).toBeGreaterThan(leastPercent);
    expect(percent).toBeLessThanOrEqual(100);
  });

  test('without the budget, zero intelligence trades at a loss (Gode and Sunder 1993, table 2)', () => {
    const zi = findTrader('zi-u');
    if (zi === undefined) throw new Error('expected zi-u');
    const days = tradeForDays(crossingSeats(zi), { ...DAYS, draw: drawFrom(7n) });
    expect(days.flat().some(({ gain }) => gain < 0n)).toBe(true);
  });

  test.each(['zip', 'adaptive-aggressive', 'gjerstad-dickhaut'])(
    '%s: its prices come nearer to the equilibrium of 200 than those of zero intelligence',
    (name) => {
      const learner = findTrader(name);
      const simple = findTrader('zi-c');
      if (learner === undefined || simple === undefined) throw new Error('expected both');
      const spread = (trader: typeof simple) => {
        let squares = 0;
        let count = 0;
        for (const seed of [3n, 4n]) {
          const days = tradeForDays(crossingSeats(trader), { ...DAYS, draw: drawFrom(seed) });
          for (const { price } of days.slice(3).flat()) {
            squares += (Number(price) - 200) ** 2;
            count += 1;
          }
        }
        return Math.sqrt(squares / count);
      };
      expect(spread(learner)).toBeLessThan(spread(simple) / 1.5);
    },
  );
});
