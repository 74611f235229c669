/** A difference with as many digits as it needs: what differs is not told as alike. */

import type { PairedDifference } from '../metrics/metric.ts';
import { fixedText, shownMetric } from './number-text.ts';

/** The tables hold nine. */
const DECIMALS_MAX = 7;
/** An end of an interval nearer to 0 than the difference is worth may ask for so many more. */
const FURTHER_MAX = 2;

interface DifferenceTexts {
  /** A value, or a difference with its sign, in the unit that a report shows. */
  readonly value: (value: number) => string;
  /** A difference without its sign: the direction is said in words. Of shares, points. */
  readonly amount: (value: number) => string;
}

export function differenceTexts(one: PairedDifference): DifferenceTexts {
  const { metric, unit } = one;
  const { unit: shownUnit } = shownMetric(metric, unit, 0);
  const isShare = shownUnit === '%' && unit === 'share';
  const decimals = decimalsOf(one);
  // Euros, prices and shares keep their zeros, as in the cards; kWh and counts do not.
  const keepsZeros =
    shownUnit === '' ? unit === 'share' : ['%', 'EUR', 'ct/kWh'].includes(shownUnit);
  const number = (value: number): string => {
    const text = fixedText(shownMetric(metric, unit, value).value, decimals);
    if (value === 0) return keepsZeros && decimals <= baseDecimals(one) ? text : '0';
    if (Number(text.replaceAll(',', '').replace('−', '-')) === 0) {
      return `under ${fixedText(powerOfTen(-decimals), decimals)}`;
    }
    return keepsZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
  };
  const withUnit = (text: string, of: string): string => (of === '' ? text : `${text} ${of}`);
  return {
    value: (value) => withUnit(number(value), shownUnit),
    amount: (value) => withUnit(number(Math.abs(value)), isShare ? 'percentage points' : shownUnit),
  };
}

/** Two digits of the difference, and one of each end of its interval. */
function decimalsOf(one: PairedDifference): number {
  const sizeOf = (value: number | null) =>
    value === null ? 0 : Math.abs(shownMetric(one.metric, one.unit, value).value);
  const base = baseDecimals(one);
  const needed = Math.min(DECIMALS_MAX, Math.max(base, decimalsFor(sizeOf(one.difference), 2)));
  const ends = [one.low, one.high]
    .map((end) => decimalsFor(sizeOf(end), 1))
    .filter((wanted) => wanted <= needed + FURTHER_MAX);
  return Math.max(needed, ...ends);
}

/** Decimals with which so many digits of a value are seen; 0 has none to show. */
function decimalsFor(size: number, digits: number): number {
  for (let decimals = 0; decimals < DECIMALS_MAX; decimals += 1) {
    if (size === 0 || size * powerOfTen(decimals) >= powerOfTen(digits - 1)) return decimals;
  }
  return DECIMALS_MAX;
}

/** Read, not computed: the nearest number on every engine. */
function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`);
}

/** As the cards show the larger of the two values. */
function baseDecimals({ metric, unit, firstMean, secondMean }: PairedDifference): number {
  const larger = Math.max(Math.abs(firstMean), Math.abs(secondMean));
  const { text, value, unit: shownUnit } = shownMetric(metric, unit, larger);
  const number = shownUnit === '' ? text : text.slice(0, -shownUnit.length - 1);
  const shown = number.split('.')[1]?.length ?? 0;
  // Short texts have lost their zeros: 2 kWh is one of 2.00.
  const least = value >= 1000 ? 0 : value >= 100 || shownUnit === '%' ? 1 : 2;
  return Math.max(shown, least);
}

/** "a day" or "a run" of what adds up; empty for what does not. */
export function per({ unit, pairedBy }: PairedDifference): string {
  return addsUp(unit) ? `a ${pairedBy === 'day' ? 'day' : 'run'}` : '';
}

/** What adds up over a day; prices, shares and pure numbers do not. */
export const addsUp = (unit: string): boolean => ['kWh', 'EUR', 'kg', 'count'].includes(unit);
