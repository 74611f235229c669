/**
 * What every trader has in common: a rule that says which price to shout, and what it keeps of what it
 * saw. Traders are pure: what they keep is handed in and out, and chance is drawn from outside, so that a
 * study with one seed gives the same shouts on every machine.
 */

import type { Price } from '@commonwatt/units';
import type { Draw } from '../draw.ts';
import type { Side } from '../order.ts';

/** What a trader knows when it may shout. */
export type TradingSituation = {
  readonly side: Side;
  /** What the next Wh is worth to a buyer, or costs a seller. */
  readonly limit: Price;
  /** The least and the dearest price that the market takes. */
  readonly floor: Price;
  readonly ceiling: Price;
  readonly bestBid: Price | null;
  readonly bestAsk: Price | null;
  /** Whether the trader has energy left to trade. */
  readonly active: boolean;
};

/** What everyone saw: an order at a price, and whether it met a counterpart at once. */
export type Shout = {
  readonly side: Side;
  readonly price: Price;
  readonly accepted: boolean;
};

export type Trader<Memory> = {
  readonly name: string;
  /** Author, year, section. */
  readonly source: string;
  readonly rule: string;
  begin(situation: TradingSituation, draw: Draw): Memory;
  /** The price to shout now; null when the trader had rather stay silent. */
  quote(memory: Memory, situation: TradingSituation, draw: Draw): Price | null;
  /** What the trader keeps after a shout of anyone's. */
  observe(memory: Memory, shout: Shout, situation: TradingSituation, draw: Draw): Memory;
};

/** One in a million: the measure of the fractions in the traders' rules. */
export const MILLION = 1_000_000n;

/** A whole number from `least` to `most`, both included, every one as likely. */
export function drawBetween(draw: Draw, least: bigint, most: bigint): bigint {
  return least + draw(most - least + 1n);
}

/** `value`, or the end of the range that it lies beyond. */
export function clamp(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return least;
  return value > most ? most : value;
}

/** The prices that a trader may shout without loss: a buyer up to its limit, a seller from it. */
export function withoutLoss({ side, limit, floor, ceiling }: TradingSituation): {
  readonly least: bigint;
  readonly most: bigint;
} {
  return side === 'buy'
    ? { least: limit < floor ? limit : floor, most: limit }
    : { least: limit, most: limit > ceiling ? limit : ceiling };
}
