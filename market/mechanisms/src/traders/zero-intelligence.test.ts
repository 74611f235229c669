import { price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { drawFrom } from '../draw.ts';
import type { TradingSituation } from './trader.ts';
import { zeroIntelligenceConstrained, zeroIntelligenceUnconstrained } from './zero-intelligence.ts';

const buyer: TradingSituation = {
  side: 'buy',
  limit: price(4n),
  floor: price(0n),
  ceiling: price(9n),
  bestBid: null,
  bestAsk: null,
  active: true,
};
const seller: TradingSituation = { ...buyer, side: 'sell' };

const shouts = (trader: typeof zeroIntelligenceConstrained, situation: TradingSituation) => {
  const draw = drawFrom(5n);
  const counts = new Map<bigint, number>();
  for (let shout = 0; shout < 5000; shout++) {
    const at = trader.quote(null, situation, draw) ?? -1n;
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return counts;
};

test('constrained: every price without loss, each as often within five standard deviations', () => {
  for (const [situation, least, most] of [
    [buyer, 0n, 4n],
    [seller, 4n, 9n],
  ] as const) {
    const counts = shouts(zeroIntelligenceConstrained, situation);
    const prices = [...counts.keys()].sort((a, b) => Number(a - b));
    expect(prices[0]).toBe(least);
    expect(prices.at(-1)).toBe(most);
    const share = 1 / prices.length;
    const deviation = Math.sqrt(5000 * share * (1 - share));
    for (const count of counts.values()) {
      expect(Math.abs(count - 5000 * share)).toBeLessThan(5 * deviation);
    }
  }
});

test('unconstrained: every price of the market, those at a loss too', () => {
  expect(shouts(zeroIntelligenceUnconstrained, buyer).size).toBe(10);
});
