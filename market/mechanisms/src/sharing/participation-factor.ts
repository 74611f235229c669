/**
 * A metering point may take part in several communities, in each with a part of its energy: the
 * participation factor. What the factor leaves out is as if it were not metered here (OBIS G.01T is
 * the total times the factor).
 */

import { type Energy, energy } from '@commonwatt/units';

/** A factor is whole thousandths. */
export const FACTOR_THOUSANDTHS = 1000;

/**
 * The part of metered energy that takes part, rounded down to whole Wh: rounding up could count a Wh
 * in two communities.
 * @throws RangeError for a factor that is no whole number from 0 to 1000
 */
export function participating(metered: Energy, factorThousandths: number): Energy {
  const whole = Number.isInteger(factorThousandths);
  if (!whole || factorThousandths < 0 || factorThousandths > FACTOR_THOUSANDTHS) {
    throw new RangeError(
      `participation factor: expected 0 to ${FACTOR_THOUSANDTHS} thousandths, got ${factorThousandths}`,
    );
  }
  return energy((metered * BigInt(factorThousandths)) / BigInt(FACTOR_THOUSANDTHS));
}

/** A factor, and from when on it holds: until the next one. */
export interface FactorEntry {
  readonly fromMs: number;
  readonly thousandths: number;
}

/** The factor that holds at an instant: the last one that has begun; everything before the first. */
export function factorAt(history: readonly FactorEntry[], instantMs: number): number {
  let last: FactorEntry | undefined;
  for (const one of history) {
    if (one.fromMs <= instantMs && one.fromMs >= (last?.fromMs ?? 0)) last = one;
  }
  return last?.thousandths ?? FACTOR_THOUSANDTHS;
}
