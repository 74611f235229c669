/**
 * A trader with an aggressiveness that learns from every shout and a shape that learns from how much
 * prices vary.
 */

import { divideDown, divideUp, greater, lesser, type Price, price } from '@commonwatt/units';
import { squareRoot } from '../square-root.ts';
import { EXPONENTIAL_ONE, exponential, roughLogarithm } from './exponential.ts';
import type { Shout, Trader, TradingSituation } from './trader.ts';
import { clamp, MILLION, withoutLoss } from './trader.ts';

export type AdaptiveAggressiveMemory = {
  /** From -1 (waits for profit) to 1 (trades at its limit), in millionths. */
  readonly aggressivenessMillionths: bigint;
  /** The shape of the answer to aggressiveness (theta), in millionths. */
  readonly shapeMillionths: bigint;
  /** The latest trades' prices, the last one last. */
  readonly prices: readonly Price[];
};

/** Values of Vytelingum, Cliff and Jennings 2008, section 5. */
const LEARNING_SHORT = 500_000n;
const LEARNING_LONG = 500_000n;
const STEP_RELATIVE = 20_000n;
const STEP_ABSOLUTE = 10_000n;
const WEIGHT_OF_OLDER = 900_000n;
const SHAPE_LEAST = -8_000_000n;
const SHAPE_MOST = 2_000_000n;
const SHAPE_START = -4_000_000n;
const DECAY = 2n;
const APPROACH = 3n;
const THOUSAND = 1000n;

/** How many trades the estimate of the equilibrium rests on. */
export const PRICES_WEIGHED_MAX = 32;

export const adaptiveAggressive: Trader<AdaptiveAggressiveMemory> = {
  name: 'adaptive-aggressive',
  source: 'Vytelingum, Cliff and Jennings 2008, sections 4 and 5, equations 2 to 10',
  rule: 'A target price from aggressiveness around the estimated equilibrium; shouts a third of the way to it',
  begin: () => ({ aggressivenessMillionths: 0n, shapeMillionths: SHAPE_START, prices: [] }),
  quote(memory, situation) {
    const { side, limit, bestBid, bestAsk, floor, ceiling } = situation;
    const bid = bestBid ?? floor;
    const ask = bestAsk ?? ceiling;
    if (side === 'buy' ? limit <= bid : limit >= ask) return null;
    const { least, most } = withoutLoss(situation);
    const within = (value: bigint) => price(clamp(value, least, most));
    if (memory.prices.length === 0) {
      if (side === 'buy') return within(bid + divideUp(lesser(limit, ask) - bid, APPROACH));
      return within(ask - divideUp(ask - greater(limit, bid), APPROACH));
    }
    const target = targetAt(memory.aggressivenessMillionths, frameOf(memory, situation));
    if (side === 'buy') {
      return within(ask <= target ? ask : bid + divideUp(target - bid, APPROACH));
    }
    return within(bid >= target ? bid : ask - divideUp(ask - target, APPROACH));
  },
  observe(memory, shout, situation) {
    const prices = shout.accepted
      ? [...memory.prices, shout.price].slice(-PRICES_WEIGHED_MAX)
      : memory.prices;
    if (prices.length === 0) return memory;
    const seen = { ...memory, prices };
    const aggressivenessMillionths = learntAggressiveness(seen, shout, situation);
    if (!shout.accepted) return { ...seen, aggressivenessMillionths };
    const shapeMillionths = learntShape(seen);
    return { aggressivenessMillionths, shapeMillionths, prices };
  },
};

/** By the age of a price, and the sums of those up to it: worked out once. */
const WEIGHTS: bigint[] = [];
const WEIGHT_SUMS: bigint[] = [];
for (let age = 0, weight = 10n ** 18n, sum = 0n; age < PRICES_WEIGHED_MAX; age++) {
  WEIGHTS.push(weight);
  sum += weight;
  WEIGHT_SUMS.push(sum);
  weight = (weight * WEIGHT_OF_OLDER) / MILLION;
}

/** The weighted mean of the trades' prices, one at least and the later the heavier (equation 2). */
export function estimatedEquilibrium(prices: readonly Price[]): bigint {
  const latest = prices.length - 1;
  let sum = 0n;
  for (const [at, one] of prices.entries()) sum += one * (WEIGHTS[latest - at] ?? 0n);
  return divideDown(sum, WEIGHT_SUMS[latest] ?? 0n);
}

/** What a target hangs on beside aggressiveness; worked out once for all that are tried. */
type Frame = {
  /** The target of who is neither passive nor aggressive, and of who is wholly so. */
  readonly neutral: bigint;
  readonly passive: bigint;
  readonly aggressive: bigint;
  readonly shape: bigint;
  /** e^theta - 1. */
  readonly width: bigint;
};

function frameOf(
  { shapeMillionths, prices }: AdaptiveAggressiveMemory,
  { side, limit, floor, ceiling }: TradingSituation,
): Frame {
  const equilibrium = estimatedEquilibrium(prices);
  const intramarginal = side === 'buy' ? limit >= equilibrium : limit <= equilibrium;
  return {
    neutral: intramarginal ? equilibrium : limit,
    passive: side === 'buy' ? floor : ceiling,
    aggressive: limit,
    shape: shapeMillionths,
    width: exponential(shapeMillionths) - EXPONENTIAL_ONE,
  };
}

/** The target price at an aggressiveness (equations 3 to 6), rising with it for a buyer, falling for a seller. */
function targetAt(aggressiveness: bigint, frame: Frame): bigint {
  const { neutral, passive, aggressive } = frame;
  const share = bent(aggressiveness < 0n ? -aggressiveness : aggressiveness, frame);
  const towards = aggressiveness < 0n ? passive : aggressive;
  return neutral + divideDown((towards - neutral) * share, MILLION);
}

/** (e^(r theta) - 1) / (e^theta - 1) in millionths; r itself where theta is 0. */
function bent(aggressiveness: bigint, { shape, width }: Frame): bigint {
  if (width === 0n) return aggressiveness;
  return ((exponential((aggressiveness * shape) / MILLION) - EXPONENTIAL_ONE) * MILLION) / width;
}

/** Moves towards a step more, or less, aggressive than the shout was (equations 7 and 8). */
function learntAggressiveness(
  memory: AdaptiveAggressiveMemory,
  shout: Shout,
  situation: TradingSituation,
): bigint {
  const { side } = situation;
  const own = memory.aggressivenessMillionths;
  // Left alone are the other side's shouts, and own side's that the target already beats.
  if (!shout.accepted && shout.side !== side) return own;
  const frame = frameOf(memory, situation);
  const target = targetAt(own, frame);
  const reached = side === 'buy' ? target >= shout.price : target <= shout.price;
  if (!shout.accepted && reached && target !== shout.price) return own;
  const more = shout.accepted ? !reached : true;
  const shouted = aggressivenessOf(shout.price, frame, side);
  const magnitude = shouted < 0n ? -shouted : shouted;
  const step = (magnitude * STEP_RELATIVE) / MILLION + STEP_ABSOLUTE;
  const desired = clamp(more ? shouted + step : shouted - step, -MILLION, MILLION);
  return own + ((desired - own) * LEARNING_SHORT) / MILLION;
}

/** The aggressiveness, to a thousandth, whose target the price is, by halving: targets run one way. */
function aggressivenessOf(at: Price, frame: Frame, side: 'buy' | 'sell'): bigint {
  let least = -THOUSAND;
  let most = THOUSAND;
  const halve = (middle: bigint) => {
    if (middle < least || middle >= most) return;
    const target = targetAt(middle * THOUSAND, frame);
    const below = side === 'buy' ? target < at : target > at;
    if (below) least = middle + 1n;
    else most = middle;
  };
  halve(0n);
  // A guess beside the answer leaves little to halve; where it is off, only time is lost.
  const guess = guessedThousandths(at, frame, least > 0n);
  for (const near of [guess, guess - 1n, guess + 1n]) halve(near);
  while (least < most) halve(divideDown(least + most, 2n));
  return least * THOUSAND;
}

/** Equations 3 to 6 solved for the aggressiveness. */
function guessedThousandths(
  at: Price,
  { neutral, passive, aggressive, shape, width }: Frame,
  isAggressive: boolean,
): bigint {
  const range = (isAggressive ? aggressive : passive) - neutral;
  if (range === 0n || shape === 0n) return 0n;
  const grown = EXPONENTIAL_ONE + (width * (at - neutral)) / range;
  if (grown <= 0n) return 0n;
  const magnitude = (THOUSAND * roughLogarithm(grown)) / shape;
  return isAggressive ? magnitude + 1n : -magnitude;
}

/** Moves the shape towards what the prices' spread asks for (equations 9 and 10); a spread of 1 is the most. */
function learntShape({ shapeMillionths, prices }: AdaptiveAggressiveMemory): bigint {
  const equilibrium = estimatedEquilibrium(prices);
  const scale = equilibrium < 0n ? -equilibrium : equilibrium;
  if (scale === 0n) return shapeMillionths;
  let squares = 0n;
  for (const one of prices) squares += (one - equilibrium) * (one - equilibrium);
  const deviation = squareRoot(divideDown(squares, BigInt(prices.length)));
  const spread = clamp((deviation * MILLION) / scale, 0n, MILLION);
  const decay = exponential(DECAY * (spread - MILLION));
  const range = (SHAPE_MOST - SHAPE_LEAST) * (MILLION - spread);
  const desired = SHAPE_LEAST + (range * decay) / (EXPONENTIAL_ONE * MILLION);
  return shapeMillionths + ((desired - shapeMillionths) * LEARNING_LONG) / MILLION;
}
