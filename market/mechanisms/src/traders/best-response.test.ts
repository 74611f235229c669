import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { bestResponse, PRICES_REMEMBERED_MAX } from './best-response.ts';
import type { TradingSituation } from './trader.ts';

const situation = (side: 'buy' | 'sell', limit: bigint): TradingSituation => ({
  side,
  limit: price(limit),
  floor: price(0n),
  ceiling: price(100n),
  bestBid: null,
  bestAsk: null,
  active: true,
});
/** Never a trial. */
const steady = (below: bigint) => below - 1n;
const seen = [10n, 20n, 20n, 30n, 90n].map(price);

describe('best-response', () => {
  test('a buyer of 40: 30 at 10, 20 at three of 20, ... the most is 60 at 20', () => {
    // gain times how often: (40-10)*1 = 30, (40-20)*3 = 60, (40-30)*4 = 40
    expect(bestResponse.quote({ prices: seen }, situation('buy', 40n), steady)).toBe(20n);
  });

  test('a seller of 15: the most is 75 at 90, which one in five pays', () => {
    // (90-15)*1 = 75, (30-15)*2 = 30, (20-15)*4 = 20
    expect(bestResponse.quote({ prices: seen }, situation('sell', 15n), steady)).toBe(90n);
  });

  test('of equal earnings the one that trades more often', () => {
    // A buyer of 40 at 20: 20 * 2 = 40; at 30: 10 * 3 = 30. A buyer of 50: 60 and 60.
    for (const prices of [[30n, 20n, 20n].map(price), [20n, 20n, 30n].map(price)]) {
      expect(bestResponse.quote({ prices }, situation('buy', 50n), steady)).toBe(30n);
    }
  });

  test('shouts its limit before it has seen a price, and where no price would have gained', () => {
    expect(bestResponse.quote({ prices: [] }, situation('buy', 50n), steady)).toBe(50n);
    expect(bestResponse.quote({ prices: seen }, situation('buy', 5n), steady)).toBe(5n);
  });

  test('a trial is any price without loss', () => {
    const draws = [0n, 17n];
    const trial = () => draws.shift() ?? 0n;
    expect(bestResponse.quote({ prices: seen }, situation('sell', 50n), trial)).toBe(67n);
  });

  test('remembers prices of trades only, the latest of them', () => {
    let memory = bestResponse.begin(situation('buy', 1n), steady);
    for (let at = 0; at < PRICES_REMEMBERED_MAX + 5; at++) {
      for (const accepted of [true, false]) {
        memory = bestResponse.observe(
          memory,
          { side: 'buy', price: price(BigInt(at)), accepted },
          situation('buy', 1n),
          steady,
        );
      }
    }
    expect(memory.prices).toHaveLength(PRICES_REMEMBERED_MAX);
    expect(memory.prices[0]).toBe(5n);
  });
});
