import { describe, expect, test } from 'vitest';
import { drawFrom } from '../draw.ts';
import { crossingSeats, mostGain, tradeForDays } from '../testing/trading-day.ts';
import { findTrader, TRADERS } from './registry.ts';

const DAYS = { days: 6, shoutsPerDay: 250 };
/** Days on which nearly everyone who can trade does. */
const LONG_DAYS = { days: 3, shoutsPerDay: 700 };

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

  test.each(TRADERS.filter(({ name }) => name !== 'zi-u'))(
    '$name: realises most of the gain, and nobody trades at a loss',
    (trader) => {
      const seats = crossingSeats(trader);
      const days = tradeForDays(seats, { ...DAYS, draw: drawFrom(7n) });
      let gained = 0n;
      for (const { gain } of days.flat()) {
        expect(gain).toBeGreaterThanOrEqual(0n);
        gained += gain;
      }
      const share = Number((100n * gained) / (mostGain(seats) * BigInt(LONG_DAYS.days)));
      expect(share).toBeGreaterThan(75);
    },
  );

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
