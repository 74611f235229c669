/**
 * Zero intelligence plus: a profit margin that follows the shouts of the others.
 *
 * The paper keeps the margin as a part of the limit; here the shouted price itself is kept, so that a
 * limit of zero or below has a margin too. Its absolute steps are 0.05 of a currency whose prices run to
 * about 4; here they are as large a part of the market's range.
 */

import { type Price, price } from '@commonwatt/units';
import type { Draw } from '../draw.ts';
import type { Shout, Trader, TradingSituation } from './trader.ts';
import { clamp, drawBetween, MILLION, withoutLoss } from './trader.ts';

export type ZipMemory = {
  /** What it would shout now. */
  readonly price: Price;
  /** How fast it learns (beta) and how long it remembers its last step (gamma), in millionths. */
  readonly learningMillionths: bigint;
  readonly momentumMillionths: bigint;
  /** The last step, in nano per Wh. */
  readonly step: bigint;
};

const MARGIN_LEAST = 50_000n;
const MARGIN_MOST = 350_000n;
const LEARNING_LEAST = 100_000n;
const LEARNING_MOST = 500_000n;
const MOMENTUM_MOST = 100_000n;
const RELATIVE_MOST = 50_000n;
/** 0.05 of 4, in millionths of the market's range. */
const ABSOLUTE_MOST = 12_500n;

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

export const zip: Trader<ZipMemory> = {
  name: 'zip',
  source: 'Cliff and Bruten 1997, sections 5 and 6 (ZIP)',
  rule: 'A margin on the limit, raised and lowered towards the last shout by the Widrow-Hoff rule with momentum',
  begin(situation, draw) {
    const { side, limit, floor, ceiling } = situation;
    const scale = magnitude(limit) > 0n ? magnitude(limit) : ceiling - floor;
    const margin = (scale * drawBetween(draw, MARGIN_LEAST, MARGIN_MOST)) / MILLION;
    return {
      price: allowed(side === 'buy' ? limit - margin : limit + margin, situation),
      learningMillionths: drawBetween(draw, LEARNING_LEAST, LEARNING_MOST),
      momentumMillionths: drawBetween(draw, 0n, MOMENTUM_MOST),
      step: 0n,
    };
  },
  quote: (memory, situation) => allowed(memory.price, situation),
  observe(memory, shout, situation, draw) {
    const direction = wayOf(memory.price, shout, situation);
    if (direction === 0n) return memory;
    const target = shout.price + direction * distance(shout.price, situation, draw);
    const towards = (memory.learningMillionths * (target - memory.price)) / MILLION;
    const step =
      (memory.momentumMillionths * memory.step + (MILLION - memory.momentumMillionths) * towards) /
      MILLION;
    return { ...memory, price: allowed(memory.price + step, situation), step };
  },
};

/** Whether the shout moves the trader's price up (1), down (-1) or not at all. */
function wayOf(own: Price, shout: Shout, { side, active }: TradingSituation): 1n | -1n | 0n {
  const margin = side === 'sell' ? 1n : -1n;
  // Seen from the seller: a buyer is one whose prices run the other way.
  const reached = side === 'sell' ? own <= shout.price : own >= shout.price;
  const beyond = side === 'sell' ? own >= shout.price : own <= shout.price;
  const byOther = shout.side !== side;
  if (shout.accepted) {
    if (reached) return margin;
    return byOther && active && beyond ? (-margin as 1n | -1n) : 0n;
  }
  return !byOther && active && beyond ? (-margin as 1n | -1n) : 0n;
}

function distance(shouted: Price, { floor, ceiling }: TradingSituation, draw: Draw): bigint {
  const relative = (magnitude(shouted) * drawBetween(draw, 0n, RELATIVE_MOST)) / MILLION;
  const absolute = ((ceiling - floor) * drawBetween(draw, 0n, ABSOLUTE_MOST)) / MILLION;
  return relative + absolute;
}

function allowed(value: bigint, situation: TradingSituation): Price {
  const { least, most } = withoutLoss(situation);
  return price(clamp(value, least, most));
}
