/**
 * What of a saving is the market maker's money: a rule that pays out more than it takes in makes its members richer, one
 * that keeps a spread makes them poorer, and neither is worth more or less to the street.
 */

import type { PairedDifference } from '../metrics/metric.ts';
import { addsUp, differenceTexts } from './difference-digits.ts';
import { shownMetric } from './number-text.ts';

const MARGIN = 'operator_margin';

/** Metrics that hold what the market maker added or kept: which way a margin above zero moves them. */
const SIDES: Readonly<Record<string, 1 | -1>> = { saving: -1, community_bill: 1 };

/** What whole nano-EUR leave over. */
const ROUNDING_EUR = 1e-6;

/** Less than half a cent of the unit shown is no more than rounding. */
const isShown = (money: number): boolean => Number(Math.abs(money).toFixed(2)) !== 0;

/** Beside a value in a card; empty where the market maker keeps nothing and adds nothing. */
export function marginOfCard(metric: string, margin: number | null): string {
  if (SIDES[metric] === undefined || margin === null || !isShown(margin)) return '';
  const text = shownMetric(MARGIN, 'EUR', Math.abs(margin)).text;
  return margin < 0
    ? `with ${text} from the market maker`
    : `after ${text} kept by the market maker`;
}

/** What of a difference came from the market maker or stayed with it; null where the two do not differ in that. */
export function marginOfDifference(
  difference: PairedDifference,
  all: readonly PairedDifference[],
): string | null {
  const side = SIDES[difference.metric];
  const margin = all.find(
    ({ metric, first, second, pairedBy }) =>
      metric === MARGIN &&
      first === difference.first &&
      second === difference.second &&
      pairedBy === difference.pairedBy,
  );
  if (side === undefined || margin === undefined) return null;
  const size = Math.abs(margin.difference);
  if (size < ROUNDING_EUR || size < Math.abs(difference.difference) / 200) return null;
  const { amount } = differenceTexts(difference);
  const part = side * margin.difference;
  const text = `${amount(part)}${difference.pairedBy === 'day' && addsUp(difference.unit) ? ' a day' : ''}`;
  const isPart =
    part * difference.difference > 0 && Math.abs(part) <= Math.abs(difference.difference) + 1e-8;
  if (isPart) {
    return `of which ${text} ${margin.difference < 0 ? 'came from' : 'stayed with'} the market maker`;
  }
  return margin.difference < 0
    ? `though the market maker left its members ${text} more`
    : `though the market maker kept ${text} more`;
}
