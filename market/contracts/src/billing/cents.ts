/** Hundredths of the currency, as documents have them, and the one way in which they are rounded. */

import { divideHalfEven, type Money, money } from '@commonwatt/units';

/** A signed amount in hundredths of the currency. */
export type Cents = bigint;

const NANO_PER_CENT = 10_000_000n;
const HUNDREDTHS_PER_WHOLE = 10_000n;

/** an exact amount becomes whole cents once, for each line; a half goes to the even cent. */
export function centsOf(exact: Money): Cents {
  return divideHalfEven(exact, NANO_PER_CENT);
}

export function moneyOfCents(cents: Cents): Money {
  return money(cents * NANO_PER_CENT);
}

/** the tax of one rate, from the sum of its lines; a half goes to the even cent. */
export function taxOf(taxable: Cents, hundredths: number): Cents {
  return divideHalfEven(taxable * BigInt(hundredths), HUNDREDTHS_PER_WHOLE);
}

/** -1234 is -12.34. */
export function formatCents(cents: Cents): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
