/** Exact fractions beside decimals as a paper prints them. */

import { addFractions, compareFractions, type Fraction, fraction } from '@commonwatt/mechanisms';
import { divideDown, divideHalfEven, divideUp } from '@commonwatt/units';

/** How a printed number can have come from an exact one. */
export const ROUNDINGS = ['down', 'up', 'half up', 'half down', 'half even'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

export function decimalOf(text: string): Fraction {
  const [whole = '', decimals = ''] = text.split('.');
  return fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

/** With so many decimals, rounded half to even. */
export function textOf(value: Fraction, decimals: number): string {
  return written(roundedBy('half even', value, decimals), decimals);
}

/** All decimals of a fraction that ends within so many. */
export function exactText(value: Fraction, decimalsMost: number): string {
  return textOf(value, decimalsMost).replace(/\.?0+$/, '');
}

export function roundedText(rounding: Rounding, value: Fraction, decimals: number): string {
  return written(roundedBy(rounding, value, decimals), decimals);
}

export function isWithin(a: Fraction, b: Fraction, tolerance: Fraction): boolean {
  return (
    compareFractions(a, addFractions(b, tolerance)) <= 0 &&
    compareFractions(b, addFractions(a, tolerance)) <= 0
  );
}

function roundedBy(rounding: Rounding, { numerator, denominator }: Fraction, decimals: number) {
  const above = numerator * 10n ** BigInt(decimals);
  switch (rounding) {
    case 'down':
      return divideDown(above, denominator);
    case 'up':
      return divideUp(above, denominator);
    case 'half up':
      return divideDown(2n * above + denominator, 2n * denominator);
    case 'half down':
      return divideUp(2n * above - denominator, 2n * denominator);
    case 'half even':
      return divideHalfEven(above, denominator);
  }
}

function written(units: bigint, decimals: number): string {
  const digits = `${units < 0n ? -units : units}`.padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const sign = units < 0n ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
