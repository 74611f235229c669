/**
 * What purses of money call for at one price: a purse worth w asks for w / p, at most its energy.
 * The price at which they call for exactly what there is is found as a fraction.
 */

import { divideUp, lesser } from '@commonwatt/units';
import type { Fraction } from '../price-rule.ts';

export type Purse = { readonly energy: bigint; readonly worth: bigint };

/**
 * The price at which the purses call for exactly `supply`: the sum of min(energy, worth / p). Purses
 * by worth per Wh, dearest first, are full down to some place; the others share what is left in
 * proportion to their worth. Nothing where all together ask for less than the supply.
 */
export function balancingPrice(purses: readonly Purse[], supply: bigint): Fraction | undefined {
  const valued = purses.filter(({ worth }) => worth > 0n).sort(byWorthPerWattHour);
  const wanted = valued.reduce((sum, { energy }) => sum + energy, 0n);
  if (supply <= 0n || wanted < supply) return undefined;
  let worth = valued.reduce((sum, one) => sum + one.worth, 0n);
  let left = supply;
  for (const purse of valued) {
    // Full when its own worth per Wh is at least the price that would be if it shared.
    const isFull = purse.worth * left >= worth * purse.energy;
    if (!isFull || left <= purse.energy) break;
    left -= purse.energy;
    worth -= purse.worth;
  }
  return { numerator: worth, denominator: left };
}

/** min(energy, worth / p) times the numerator of p: whole, and in proportion to what each gets. */
export function calledAt({ energy, worth }: Purse, { numerator, denominator }: Fraction): bigint {
  return lesser(energy * numerator, worth * denominator);
}

/** What a purse pays at p: all it is worth, or the price of all its energy, rounded up. */
export function paidAt({ energy, worth }: Purse, { numerator, denominator }: Fraction): bigint {
  return lesser(divideUp(energy * numerator, denominator), worth);
}

function byWorthPerWattHour(a: Purse, b: Purse): number {
  const [left, right] = [a.worth * b.energy, b.worth * a.energy];
  if (left === right) return 0;
  return left > right ? -1 : 1;
}
