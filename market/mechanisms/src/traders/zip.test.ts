import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { drawFrom } from '../draw.ts';
import type { Shout, TradingSituation } from './trader.ts';
import { zip } from './zip.ts';

const situation = (side: 'buy' | 'sell', active = true): TradingSituation => ({
  side,
  limit: price(side === 'buy' ? 300n : 100n),
  floor: price(0n),
  ceiling: price(400n),
  bestBid: null,
  bestAsk: null,
  active,
});
const memory = (at: bigint) => ({
  price: price(at),
  learningMillionths: 500_000n,
  momentumMillionths: 0n,
  step: 0n,
});
const shout = (side: 'buy' | 'sell', at: bigint, accepted: boolean): Shout => ({
  side,
  price: price(at),
  accepted,
});

/** -1, 0 or 1: where the price goes after the shout. */
const way = (side: 'buy' | 'sell', own: bigint, seen: Shout, active = true): number => {
  const after = zip.observe(memory(own), seen, situation(side, active), drawFrom(9n));
  return Math.sign(Number(after.price - own));
};

describe('zip', () => {
  test('begins with a margin of 5 to 35 per cent', () => {
    for (let seed = 1n; seed < 50n; seed++) {
      const ask = zip.begin(situation('sell'), drawFrom(seed)).price;
      const bid = zip.begin(situation('buy'), drawFrom(seed)).price;
      expect(ask >= 105n && ask <= 135n).toBe(true);
      expect(bid >= 195n && bid <= 285n).toBe(true);
    }
  });

  test.each([
    ['sell', 150n, shout('buy', 200n, true), 1],
    ['sell', 150n, shout('sell', 200n, true), 1],
    ['sell', 250n, shout('buy', 200n, true), -1],
    ['sell', 250n, shout('sell', 200n, true), 0],
    ['sell', 250n, shout('sell', 200n, false), -1],
    ['sell', 250n, shout('buy', 200n, false), 0],
    ['sell', 150n, shout('sell', 200n, false), 0],
    ['buy', 250n, shout('sell', 200n, true), -1],
    ['buy', 250n, shout('buy', 200n, true), -1],
    ['buy', 150n, shout('sell', 200n, true), 1],
    ['buy', 150n, shout('buy', 200n, true), 0],
    ['buy', 150n, shout('buy', 200n, false), 1],
    ['buy', 150n, shout('sell', 200n, false), 0],
  ] as const)('a trader who would %s at %d after %o moves %d', (side, own, seen, expected) => {
    expect(way(side, own, seen)).toBe(expected);
  });

  test('a margin is given up only by who still has energy', () => {
    expect(way('sell', 250n, shout('buy', 200n, true), false)).toBe(0);
    expect(way('sell', 150n, shout('buy', 200n, true), false)).toBe(1);
  });

  test('never shouts at a loss, at limits of zero and below neither', () => {
    const below = { ...situation('sell'), limit: price(-50n), floor: price(-100n) };
    let kept = zip.begin(below, drawFrom(3n));
    for (let seed = 1n; seed < 40n; seed++) {
      kept = zip.observe(kept, shout('sell', -90n, false), below, drawFrom(seed));
      expect(kept.price).toBeGreaterThanOrEqual(-50n);
    }
    expect(zip.quote(kept, below, drawFrom(1n))).toBe(-50n);
  });

  test('momentum carries a part of the last step on', () => {
    const seen = shout('buy', 200n, true);
    const still = zip.observe(memory(150n), seen, situation('sell'), drawFrom(2n));
    const moving = zip.observe(
      { ...memory(150n), momentumMillionths: 500_000n, step: 100n },
      seen,
      situation('sell'),
      drawFrom(2n),
    );
    expect(moving.step).toBe((500_000n * 100n + 500_000n * still.step) / 1_000_000n);
  });
});
