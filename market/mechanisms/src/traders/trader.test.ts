import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { drawFrom } from '../draw.ts';
import { clamp, drawBetween, type TradingSituation, withoutLoss } from './trader.ts';

const situation = (side: 'buy' | 'sell', limit: bigint): TradingSituation => ({
  side,
  limit: price(limit),
  floor: price(-10n),
  ceiling: price(50n),
  bestBid: null,
  bestAsk: null,
  active: true,
});

describe('what traders share', () => {
  test('a draw between two ends reaches both and nothing beyond', () => {
    const draw = drawFrom(1n);
    const drawn = new Set(Array.from({ length: 200 }, () => drawBetween(draw, -2n, 2n)));
    expect([...drawn].sort((a, b) => Number(a - b))).toEqual([-2n, -1n, 0n, 1n, 2n]);
  });

  test('a value beyond a range becomes its nearer end', () => {
    expect([-1n, 0n, 3n, 9n].map((value) => clamp(value, 0n, 5n))).toEqual([0n, 0n, 3n, 5n]);
  });

  test('a buyer shouts from the floor to its limit, a seller from its limit to the ceiling', () => {
    expect(withoutLoss(situation('buy', 20n))).toEqual({ least: -10n, most: 20n });
    expect(withoutLoss(situation('sell', 20n))).toEqual({ least: 20n, most: 50n });
    expect(withoutLoss(situation('buy', -30n))).toEqual({ least: -30n, most: -30n });
    expect(withoutLoss(situation('sell', 70n))).toEqual({ least: 70n, most: 70n });
  });
});
