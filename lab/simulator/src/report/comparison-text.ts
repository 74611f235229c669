/** What a comparison found, metric by metric, in plain sentences. */

import type { PairedDifference } from '../metrics/metric.ts';
import { fixedText, shownValue } from './number-text.ts';

export const metricLabel = (name: string): string => name.replaceAll('_', ' ');

interface Wording {
  /** What the second mechanism did, before the amount. */
  readonly verb: string;
  readonly more: string;
  readonly less: string;
}

const WORDINGS: Readonly<Record<string, Wording>> = {
  traded_volume: { verb: 'traded', more: 'more', less: 'less' },
  saving: { verb: 'saved its members', more: 'more', less: 'less' },
  community_bill: { verb: 'cost its members', more: 'more', less: 'less' },
  demand_covered_locally: {
    verb: 'covered',
    more: 'more of the demand locally',
    less: 'less of the demand locally',
  },
};
const ORDINARY: Wording = { verb: '', more: 'higher', less: 'lower' };

/**
 * "pay-as-bid traded 3.1 kWh a day less than uniform (12.3 against 15.4 kWh). At 95 per cent the difference lies between
 * 2.0 and 4.2 kWh less."
 */
export function differenceSentence(difference: PairedDifference): string {
  const { metric, unit, first, second, firstMean, secondMean, low, high } = difference;
  const perDay = difference.pairedBy === 'day' && isSum(unit) ? ' a day' : '';
  const values = `${shownValue(secondMean, unit).text} against ${shownValue(firstMean, unit).text}`;
  if (difference.difference === 0 && (low === null || low === high)) {
    return `${capital(metricLabel(metric))} is the same under both (${shownValue(firstMean, unit).text}${perDay}).`;
  }
  const wording = WORDINGS[metric] ?? ORDINARY;
  const subject =
    WORDINGS[metric] === undefined
      ? `${capital(metricLabel(metric))} was`
      : `${second} ${wording.verb}`;
  const whose =
    WORDINGS[metric] === undefined ? ` under ${second} than under ${first}` : ` than ${first}`;
  const direction = difference.difference < 0 ? wording.less : wording.more;
  const found = `${subject} ${amount(difference.difference, unit)}${perDay} ${direction}${whose} (${values}).`;
  return `${found} ${intervalSentence(difference)}`;
}

function intervalSentence({ low, high, unit, pairs, pairedBy }: PairedDifference): string {
  if (low === null || high === null) return 'One pair of runs gives no interval.';
  const over = `over ${pairs} ${pairedBy}s`;
  if (low <= 0 && high >= 0) {
    return `This may be chance: at 95 per cent, ${over}, the difference lies between ${amount(low, unit)} less and ${amount(high, unit)} more.`;
  }
  const [near, far] = low > 0 ? [low, high] : [high, low];
  const direction = low > 0 ? 'more' : 'less';
  return `At 95 per cent, ${over}, it is between ${amount(near, unit)} and ${amount(far, unit)} ${direction}.`;
}

/** Without its sign: the direction is said in words. Of shares, points. */
function amount(value: number, unit: string): string {
  const size = Math.abs(value);
  return unit === 'share'
    ? `${fixedText(size * 100, 1)} percentage points`
    : shownValue(size, unit).text;
}

/** What adds up over a day; prices, shares and pure numbers do not. */
const isSum = (unit: string): boolean =>
  unit === 'kWh' || unit === 'EUR' || unit === 'kg' || unit === 'count';

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
