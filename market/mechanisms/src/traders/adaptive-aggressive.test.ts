import { price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawFrom } from '../draw.ts';
import type { Side } from '../order.ts';
import {
  type AdaptiveAggressiveMemory,
  adaptiveAggressive,
  estimatedEquilibrium,
  PRICES_WEIGHED_MAX,
} from './adaptive-aggressive.ts';
import type { Shout, TradingSituation } from './trader.ts';

const draw = drawFrom(1n);
const buyer: TradingSituation = {
  side: 'buy',
  limit: price(300n),
  floor: price(0n),
  ceiling: price(400n),
  bestBid: price(100n),
  bestAsk: price(250n),
  active: true,
};
const seller: TradingSituation = { ...buyer, side: 'sell', limit: price(100n) };
const knowing = (aggressiveness: bigint): AdaptiveAggressiveMemory => ({
  aggressivenessMillionths: aggressiveness,
  shapeMillionths: -4_000_000n,
  prices: [price(200n)],
});
const shout = (side: 'buy' | 'sell', at: bigint, accepted: boolean): Shout => ({
  side,
  price: price(at),
  accepted,
});

describe('adaptive-aggressive', () => {
  test('weighs the latest price most: 0.9 to the power of its age', () => {
    expect(estimatedEquilibrium([100n, 200n].map(price))).toBe(152n); // (200 + 90) / 1.9 = 152.6
    expect(estimatedEquilibrium([price(77n)])).toBe(77n);
  });

  test('before any trade it goes a third of the way to the other side', () => {
    const nothing = adaptiveAggressive.begin(buyer, draw);
    expect(adaptiveAggressive.quote(nothing, buyer, draw)).toBe(150n);
    expect(adaptiveAggressive.quote(nothing, seller, draw)).toBe(200n);
  });

  test('neutral, it aims at the equilibrium; fully aggressive, it takes what its limit allows', () => {
    // Target 200: a third of the way from 100.
    expect(adaptiveAggressive.quote(knowing(0n), buyer, draw)).toBe(134n);
    // Target 300 is above the ask of 250, which is taken.
    expect(adaptiveAggressive.quote(knowing(1_000_000n), buyer, draw)).toBe(250n);
    expect(adaptiveAggressive.quote(knowing(1_000_000n), seller, draw)).toBe(100n);
  });

  test('stays silent where it would have to pay more than its limit', () => {
    expect(
      adaptiveAggressive.quote(knowing(0n), { ...buyer, bestBid: price(300n) }, draw),
    ).toBeNull();
    expect(
      adaptiveAggressive.quote(knowing(0n), { ...seller, bestAsk: price(100n) }, draw),
    ).toBeNull();
  });

  test('a trade cheaper than its target makes a buyer less aggressive, a dearer one more', () => {
    const learnt = (seen: Shout, who: TradingSituation) =>
      adaptiveAggressive.observe(knowing(300_000n), seen, who, draw).aggressivenessMillionths;
    expect(learnt(shout('sell', 150n, true), buyer)).toBeLessThan(300_000n);
    expect(learnt(shout('sell', 290n, true), buyer)).toBeGreaterThan(300_000n);
    expect(learnt(shout('buy', 290n, true), seller)).toBeLessThan(300_000n);
    expect(learnt(shout('buy', 110n, true), seller)).toBeGreaterThan(300_000n);
  });

  test('who is worse than the equilibrium aims at its own limit when neutral', () => {
    const poor = { ...buyer, limit: price(150n), bestBid: price(90n) };
    expect(adaptiveAggressive.quote(knowing(0n), poor, draw)).toBe(110n);
    const dear = { ...seller, limit: price(260n), bestAsk: price(290n) };
    expect(adaptiveAggressive.quote(knowing(0n), dear, draw)).toBe(280n);
  });

  /** Equations 2 to 8 in floats, for limits within the equilibrium. */
  function learntInFloats(own: number, shape: number, [before, at]: [number, number], who: Side) {
    const equilibrium = (at + 0.9 * before) / 1.9;
    const [limit, passive] = who === 'buy' ? [300e6, 0] : [100e6, 400e6];
    const towards = (r: number) => (r < 0 ? passive : limit);
    const bent = (r: number) => (Math.exp(Math.abs(r) * shape) - 1) / (Math.exp(shape) - 1);
    const target = equilibrium + (towards(own) - equilibrium) * bent(own);
    const isReached = who === 'buy' ? target >= at : target <= at;
    const isHeld = who === 'buy' ? at >= equilibrium : at <= equilibrium;
    const share = (at - equilibrium) / (towards(isHeld ? 1 : -1) - equilibrium);
    const r = ((isHeld ? 1 : -1) * Math.log(1 + share * (Math.exp(shape) - 1))) / shape;
    const step = 0.02 * Math.abs(r) + 0.01;
    const desired = Math.max(-1, Math.min(1, isReached ? r - step : r + step));
    return own + 0.5 * (desired - own);
  }

  test('learns of a trade what the equations say, but for a thousandth of aggressiveness', () => {
    const scale = (who: TradingSituation): TradingSituation => ({
      ...who,
      limit: price(who.limit * 1_000_000n),
      ceiling: price(400_000_000n),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -900, max: 900 }),
        fc.integer({ min: -8_000, max: 2_000 }).filter((one) => Math.abs(one) > 100),
        fc.integer({ min: 110, max: 290 }),
        fc.constantFrom<Side>('buy', 'sell'),
        (thousandths, shape, at, who) => {
          const memory = {
            aggressivenessMillionths: BigInt(thousandths) * 1_000n,
            shapeMillionths: BigInt(shape) * 1_000n,
            prices: [price(200_000_000n)],
          };
          const seen = shout(who === 'buy' ? 'sell' : 'buy', BigInt(at) * 1_000_000n, true);
          const situation = scale(who === 'buy' ? buyer : seller);
          const ours = adaptiveAggressive.observe(memory, seen, situation, draw);
          const theirs = learntInFloats(thousandths / 1_000, shape / 1_000, [200e6, at * 1e6], who);
          const off = Number(ours.aggressivenessMillionths) - theirs * 1e6;
          // The first thousandth whose target the price is lies at or above the exact one.
          expect(off, `${off} millionths`).toBeGreaterThan(-10);
          expect(off, `${off} millionths`).toBeLessThan(520);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a bid above a buyer's target makes it more aggressive, one below leaves it alone", () => {
    const learnt = (at: bigint) =>
      adaptiveAggressive.observe(knowing(0n), shout('buy', at, false), buyer, draw)
        .aggressivenessMillionths;
    expect(learnt(260n)).toBeGreaterThan(0n);
    expect(learnt(120n)).toBe(0n);
  });

  test('the shape goes half way to what the spread of prices asks for', () => {
    const shapeAfter = (at: bigint) =>
      adaptiveAggressive.observe(knowing(0n), shout('sell', at, true), buyer, draw).shapeMillionths;
    const asked = (spread: number) => -8 + 10 * (1 - spread) * Math.exp(2 * (spread - 1));
    const halfWay = (spread: number) => (1e6 * (-4 + asked(spread))) / 2;
    expect(Math.abs(Number(shapeAfter(200n)) - halfWay(0))).toBeLessThan(10);
    // 200 and 400 weigh 0.9 and 1: 305 (rounded down), off by 105 and 95, 100 by root mean square.
    expect(Math.abs(Number(shapeAfter(400n)) - halfWay(100 / 305))).toBeLessThan(10);
  });

  test('remembers the latest trades only', () => {
    let memory = adaptiveAggressive.begin(buyer, draw);
    for (let at = 0; at < PRICES_WEIGHED_MAX + 3; at++) {
      memory = adaptiveAggressive.observe(memory, shout('sell', 200n, true), buyer, draw);
    }
    expect(memory.prices).toHaveLength(PRICES_WEIGHED_MAX);
  });
});
