/**
 * The uniform-price call on lines without owners. This is the whole rule: whoever holds the lines
 * recomputes price, volume and fills from them, and needs neither names nor the seed of the lots.
 */

import type { Energy, Money, Price } from '@commonwatt/units';
import { energy, money, splitByLargestRemainder } from '@commonwatt/units';
import type { Level } from './merit-order.ts';
import { byMerit, crossingVolume, levelsOf } from './merit-order.ts';
import type { Line, Side } from './order.ts';
import type { Collar, PriceInterval, PriceRule } from './price-rule.ts';
import { MIDPOINT, priceWithin } from './price-rule.ts';

/** What a line got. Never nothing: a line without a fill is not in the list. */
export type Filled<L extends Line = Line> = { readonly line: L; readonly energy: Energy };

/** The limits next to the crossing: the last that trades and the first that is left with energy. */
export type Margins = {
  readonly acceptedBid: Price | null;
  readonly acceptedAsk: Price | null;
  readonly rejectedBid: Price | null;
  readonly rejectedAsk: Price | null;
};

/** The level that had to be shared pro rata, on the side that offered more than could trade. */
export type Rationing = {
  readonly side: Side;
  readonly limit: Price;
  readonly offered: Energy;
  readonly filled: Energy;
};

export type BookClearing<L extends Line = Line> = {
  readonly volume: Energy;
  /** Null when nothing trades: a price without a trade would be an invention. */
  readonly price: Price | null;
  readonly priceInterval: PriceInterval | null;
  readonly margins: Margins;
  readonly rationed: Rationing | null;
  /** By merit. */
  readonly bids: readonly Filled<L>[];
  readonly asks: readonly Filled<L>[];
  /** What the trades are worth by the limits: buyers' value less sellers' cost. */
  readonly welfare: Money;
  readonly gains: { readonly buyers: Money; readonly sellers: Money };
};

/** Clears lines and a rule that `refuseLines` and `refusePriceRule` have let pass. */
export function clearBook<L extends Line>(lines: readonly L[], rule: PriceRule): BookClearing<L> {
  const { bids, asks } = admitted(lines, rule.collar);
  const volume = crossingVolume(bids, asks);
  const buying = fillSide('buy', bids, volume);
  const selling = fillSide('sell', asks, volume);
  const margins: Margins = {
    acceptedBid: buying.accepted,
    acceptedAsk: selling.accepted,
    rejectedBid: buying.rejected,
    rejectedAsk: selling.rejected,
  };
  const priceInterval = intervalBetween(margins, rule.collar);
  const price = priceInterval && priceWithin(priceInterval, rule.k ?? MIDPOINT);
  const value = limitValue(buying.fills);
  const expense = limitValue(selling.fills);
  const turnover = price === null ? 0n : volume * price;
  return {
    volume,
    price,
    priceInterval,
    margins,
    rationed: buying.rationed ?? selling.rationed,
    bids: buying.fills,
    asks: selling.fills,
    welfare: money(value - expense),
    gains: { buyers: money(value - turnover), sellers: money(turnover - expense) },
  };
}

/** Whether a line could trade at any price that the collar allows. */
export function withinCollar({ side, limit }: Line, collar: Collar | undefined): boolean {
  if (collar === undefined) return true;
  return side === 'buy' ? limit >= collar.floor : limit <= collar.ceiling;
}

function admitted<L extends Line>(lines: readonly L[], collar: Collar | undefined) {
  const standing = lines.filter((line) => withinCollar(line, collar));
  return { bids: levelsOf(byMerit(standing, 'buy')), asks: levelsOf(byMerit(standing, 'sell')) };
}

type SideFills<L extends Line> = {
  readonly fills: readonly Filled<L>[];
  readonly accepted: Price | null;
  readonly rejected: Price | null;
  readonly rationed: Rationing | null;
};

/** Full levels by merit; the level at which `volume` runs out is shared, and nothing follows it. */
function fillSide<L extends Line>(
  side: Side,
  levels: readonly Level<L>[],
  volume: Energy,
): SideFills<L> {
  const fills: Filled<L>[] = [];
  let left: bigint = volume;
  let accepted: Price | null = null;
  for (const level of levels) {
    if (left === 0n) return { fills, accepted, rejected: level.limit, rationed: null };
    accepted = level.limit;
    if (left < level.energy) {
      shareLevel(level, left, fills);
      const { limit } = level;
      const rationed = { side, limit, offered: energy(level.energy), filled: energy(left) };
      return { fills, accepted, rejected: limit, rationed };
    }
    for (const line of level.lines) fills.push({ line, energy: line.energy });
    left -= level.energy;
  }
  return { fills, accepted, rejected: null, rationed: null };
}

/** What each of lines that stand by merit gets of so much energy: the best first, the last level shared. */
export function servedByMerit<L extends Line>(
  lines: readonly L[],
  volume: bigint,
): readonly Filled<L>[] {
  const [first] = lines;
  return first === undefined ? [] : fillSide(first.side, levelsOf(lines), energy(volume)).fills;
}

/** Pro rata to the energy of each line by largest remainder, equal remainders by lowest lot. */
function shareLevel<L extends Line>(level: Level<L>, whole: bigint, fills: Filled<L>[]): void {
  const weights = level.lines.map((line) => line.energy as bigint);
  const lots = level.lines.map((line) => line.lot);
  const parts = splitByLargestRemainder(whole, weights, lots);
  for (const [at, line] of level.lines.entries()) {
    const part = parts[at];
    if (part !== undefined && part > 0n) fills.push({ line, energy: energy(part) });
  }
}

/**
 * All prices that clear the same trades and leave nobody out who would rather trade: not below the
 * marginal accepted ask nor the first rejected bid, not above the marginal accepted bid nor the
 * first rejected ask. In units of energy these are the (M+1)-st and M-th highest limits of all,
 * M being the energy asked for sale (Wurman, Walsh and Wellman 1998). A collar cuts the
 * interval; where it lies wholly outside, the price is the collar's nearer end.
 */
function intervalBetween(margins: Margins, collar: Collar | undefined): PriceInterval | null {
  const { acceptedBid, acceptedAsk, rejectedBid, rejectedAsk } = margins;
  if (acceptedBid === null || acceptedAsk === null) return null;
  const low = rejectedBid !== null && rejectedBid > acceptedAsk ? rejectedBid : acceptedAsk;
  const high = rejectedAsk !== null && rejectedAsk < acceptedBid ? rejectedAsk : acceptedBid;
  if (collar === undefined) return { low, high };
  return { low: clamp(low, collar), high: clamp(high, collar) };
}

function clamp(limit: Price, { floor, ceiling }: Collar): Price {
  if (limit < floor) return floor;
  return limit > ceiling ? ceiling : limit;
}

function limitValue(fills: readonly Filled[]): bigint {
  let value = 0n;
  for (const { line, energy: filled } of fills) value += line.limit * filled;
  return value;
}
