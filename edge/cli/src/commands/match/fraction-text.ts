/** Exact fractions as text of six decimals, rounded half to even: here and nowhere before. */

import type { Fraction } from '@commonwatt/mechanisms';
import { divideHalfEven } from '@commonwatt/units';

/** Of Wh. */
export function megawattHours({ numerator, denominator }: Fraction): string {
  return sixDecimals(divideHalfEven(numerator, denominator));
}

/** Of nano-token per Wh. */
export function tokenPerKilowattHour({ numerator, denominator }: Fraction): string {
  return sixDecimals(divideHalfEven(numerator, denominator));
}

/** Of nano-token. */
export function token({ numerator, denominator }: Fraction): string {
  return sixDecimals(divideHalfEven(numerator, denominator * 1000n));
}

function sixDecimals(millionths: bigint): string {
  const digits = `${millionths < 0n ? -millionths : millionths}`.padStart(7, '0');
  return `${millionths < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
