/**
 * The levels of both curves that trade, for rules that count them: the last level of each side that
 * gets anything is the marginal one, the level after it the next.
 */

import type { Energy, Price } from '@commonwatt/units';
import { energy, lesser, price, splitByLargestRemainder } from '@commonwatt/units';
import type { Filled } from '../book.ts';
import { crossingVolume, type Level, levelsOf } from '../merit-order.ts';
import type { PriceInterval } from '../price-rule.ts';
import type { OwnedLine } from '../self-trade.ts';

type Levels = readonly Level<OwnedLine>[];

export type TradingSide = {
  /** Better than the marginal level. */
  readonly inner: readonly OwnedLine[];
  readonly marginal: Price;
  readonly marginalLines: readonly OwnedLine[];
  /** The limit after the marginal one; nothing where the side ends with it. */
  readonly next: Price | undefined;
};

/** Nothing when no bid meets an ask. Expects lines by merit. */
export function tradingLevels(
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
): { readonly buying: TradingSide; readonly selling: TradingSide } | undefined {
  const sides = [levelsOf(bids), levelsOf(asks)] as const;
  const volume = crossingVolume(...sides);
  const buying = sideOf(sides[0], volume);
  const selling = sideOf(sides[1], volume);
  return buying && selling && { buying, selling };
}

function sideOf(levels: Levels, volume: Energy): TradingSide | undefined {
  let reached = 0n;
  const inner: OwnedLine[] = [];
  for (const [at, { energy: offered, limit, lines }] of levels.entries()) {
    reached += offered;
    if (volume > 0n && reached >= volume) {
      return { inner, marginal: limit, marginalLines: lines, next: levels[at + 1]?.limit };
    }
    for (const line of lines) inner.push(line);
  }
  return undefined;
}

/**
 * Everything of both lists as far as it goes: the shorter list in full, the longer one pro rata to
 * energy over all its lines by largest remainder, equal remainders by lowest lot. No line's part
 * hangs on its limit.
 */
export function rationed(
  bids: readonly OwnedLine[],
  asks: readonly OwnedLine[],
): { readonly bids: Filled<OwnedLine>[]; readonly asks: Filled<OwnedLine>[] } {
  const volume = lesser(totalOf(bids), totalOf(asks));
  return { bids: shared(bids, volume), asks: shared(asks, volume) };
}

/** Splits `volume` pro rata to energy, by lot; lines that get nothing are left out. */
export function shared(lines: readonly OwnedLine[], volume: bigint): Filled<OwnedLine>[] {
  if (volume === 0n) return [];
  const weights = lines.map((line) => line.energy as bigint);
  const lots = lines.map(({ lot }) => lot);
  return filledBy(lines, splitByLargestRemainder(volume, weights, lots));
}

/** Lines with what each got, those with nothing left out. */
export function filledBy(
  lines: readonly OwnedLine[],
  parts: readonly bigint[],
): Filled<OwnedLine>[] {
  return lines.flatMap((line, at) => {
    const part = parts[at] ?? 0n;
    return part > 0n ? [{ line, energy: energy(part) }] : [];
  });
}

export function totalOf(lines: readonly { readonly energy: bigint }[]): bigint {
  return lines.reduce((sum, line) => sum + line.energy, 0n);
}

/** Every price that all of these fills accept; nothing without a trade. */
export function acceptedBy(
  bids: readonly Filled<OwnedLine>[],
  asks: readonly Filled<OwnedLine>[],
): PriceInterval | null {
  let [low, high]: [bigint | undefined, bigint | undefined] = [undefined, undefined];
  for (const { line } of bids) if (high === undefined || line.limit < high) high = line.limit;
  for (const { line } of asks) if (low === undefined || line.limit > low) low = line.limit;
  return low === undefined || high === undefined ? null : { low: price(low), high: price(high) };
}
