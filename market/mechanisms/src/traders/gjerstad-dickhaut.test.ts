import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { drawFrom } from '../draw.ts';
import { gjerstadDickhaut, SHOUTS_REMEMBERED_MAX } from './gjerstad-dickhaut.ts';
import type { Shout, TradingSituation } from './trader.ts';

const seller: TradingSituation = {
  side: 'sell',
  limit: price(100n),
  floor: price(0n),
  ceiling: price(400n),
  bestBid: null,
  bestAsk: null,
  active: true,
};
const draw = drawFrom(1n);
const shout = (side: 'buy' | 'sell', at: bigint, accepted: boolean): Shout => ({
  side,
  price: price(at),
  accepted,
});
const quoteAfter = (shouts: readonly Shout[], situation: TradingSituation) =>
  gjerstadDickhaut.quote({ shouts }, situation, draw);

describe('gjerstad-dickhaut', () => {
  test('knowing nothing it weighs a gain against a chance that falls to nothing at the ceiling', () => {
    // The most of (p - 100)(1 - 3t^2 + 2t^3) with t = (p - 100) / 300 on sixteenths: at t = 7/16.
    const gains = Array.from({ length: 17 }, (_, at) => {
      const t = at / 16;
      return t * (1 - 3 * t * t + 2 * t ** 3);
    });
    const best = gains.indexOf(Math.max(...gains));
    // The seller's floor is 0, so sixteenths are of 400; the nearest of them that gains most.
    const onGrid = Array.from({ length: 17 }, (_, at) => 25 * at);
    const values = onGrid.map((p) => (p - 100) * (1 - 3 * (p / 400) ** 2 + 2 * (p / 400) ** 3));
    expect(best).toBe(7);
    expect(quoteAfter([], seller)).toBe(BigInt(onGrid[values.indexOf(Math.max(...values))] ?? 0));
  });

  test('asks taken at 300 and left at 320 bring a shout at 300', () => {
    const shouts = [
      ...Array.from({ length: 5 }, () => shout('sell', 300n, true)),
      ...Array.from({ length: 20 }, () => shout('sell', 320n, false)),
    ];
    expect(quoteAfter(shouts, seller)).toBe(300n);
  });

  test('a buyer mirrors a seller', () => {
    const mirrored = (shouts: readonly Shout[]) =>
      shouts.map(({ side, price: at, accepted }) =>
        shout(side === 'buy' ? 'sell' : 'buy', 400n - at, accepted),
      );
    const shouts = [
      shout('sell', 250n, true),
      shout('sell', 290n, false),
      shout('buy', 180n, false),
      shout('buy', 220n, true),
    ];
    const buyer: TradingSituation = { ...seller, side: 'buy', limit: price(300n) };
    const ask = quoteAfter(shouts, seller) ?? 0n;
    const bid = quoteAfter(mirrored(shouts), buyer) ?? 0n;
    // Spacing rounds down on both sides: a Wh price apart at most.
    expect(Math.abs(Number(400n - ask - bid))).toBeLessThanOrEqual(1);
  });

  test('does not ask more than the best ask that stands', () => {
    const shouts = [shout('buy', 300n, true), shout('buy', 250n, true)];
    const quoted = quoteAfter(shouts, { ...seller, bestAsk: price(249n) }) ?? 0n;
    expect(quoted).toBeLessThanOrEqual(250n);
  });

  test('shouts its limit where nothing can be gained', () => {
    expect(quoteAfter([], { ...seller, limit: price(400n) })).toBe(400n);
  });

  test('remembers the latest shouts only', () => {
    let memory = gjerstadDickhaut.begin(seller, draw);
    for (let at = 0; at < SHOUTS_REMEMBERED_MAX + 10; at++) {
      memory = gjerstadDickhaut.observe(memory, shout('buy', BigInt(at), false), seller, draw);
    }
    expect(memory.shouts).toHaveLength(SHOUTS_REMEMBERED_MAX);
    expect(memory.shouts[0]?.price).toBe(10n);
  });
});
