/**
 * Sums and quotients of metrics: whole numbers all the way, one division at the end, rounded to nine decimals with
 * halves away from zero. So a metric is the same on every machine and in any order of members.
 */

import { squareRoot } from '@commonwatt/mechanisms';

const DECIMALS = 1_000_000_000n;
const WH_PER_KWH = 1_000n;
export const NANO_PER_EURO = 1_000_000_000n;

/** @throws RangeError when one of the values is not a safe integer. */
export function total<Item>(items: readonly Item[], of: (item: Item) => number): bigint {
  let sum = 0n;
  // Numbers are added as long as that is exact: bigints are ten times slower, and years have many slots.
  let part = 0;
  for (const item of items) {
    const value = of(item);
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(`total: expected a safe integer, got ${value}`);
    }
    if (Number.isSafeInteger(part + value)) part += value;
    else {
      sum += BigInt(part) + BigInt(value);
      part = 0;
    }
  }
  return sum + BigInt(part);
}

/** Null where there is nothing to divide by. */
export function ratio(numerator: bigint, denominator: bigint): number | null {
  return denominator === 0n ? null : quotient(numerator, denominator);
}

/** @throws RangeError when `denominator` is zero. */
export function quotient(numerator: bigint, denominator: bigint): number {
  const divisor = 2n * magnitude(denominator);
  const rounded = (2n * magnitude(numerator) * DECIMALS + divisor / 2n) / divisor;
  return Number(numerator < 0n !== denominator < 0n ? -rounded : rounded) / Number(DECIMALS);
}

/** The square root of a quotient that is not below zero. */
export function rootOfQuotient(numerator: bigint, denominator: bigint): number {
  const doubled = squareRoot((4n * numerator * DECIMALS * DECIMALS) / denominator);
  return Number((doubled + 1n) / 2n) / Number(DECIMALS);
}

/** A number that is no quotient of whole ones, rounded as the others are. */
export function nineDecimals(value: number): number {
  const rounded = Math.round(value * Number(DECIMALS)) / Number(DECIMALS);
  return rounded === 0 ? 0 : rounded;
}

export const kilowattHours = (energyWh: bigint): number => quotient(energyWh, WH_PER_KWH);
export const euros = (money: bigint): number => quotient(money, NANO_PER_EURO);

/** Nano-EUR per Wh are EUR/MWh by the thousand. */
export function eurosPerMegawattHour(money: bigint, energyWh: bigint): number | null {
  return ratio(money, energyWh * 1_000n);
}

/** The value below or at which so many per cent lie, by nearest rank; null of nothing. */
export function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((sorted.length * percent) / 100));
  return sorted[rank - 1] ?? null;
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
