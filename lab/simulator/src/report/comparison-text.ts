/** What a comparison found, metric by metric, in plain sentences. */

import type { PairedDifference } from '../metrics/metric.ts';
import { addsUp, differenceTexts } from './difference-digits.ts';
import { marginOfDifference } from './market-maker.ts';

/** Where the words of a name do not say it. */
const LABELS: Readonly<Record<string, string>> = {
  price_mean: 'mean price',
  saving_gini: 'Gini index of the saving',
  saving_jain: 'Jain index of the saving',
};

export const metricLabel = (name: string): string => LABELS[name] ?? name.replaceAll('_', ' ');

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

/**
 * "pay-as-bid traded 3.10 kWh less a day than uniform (12.30 kWh against 15.40 kWh). At 95 per cent, over 14 days, it is
 * between 2.00 kWh and 4.20 kWh less." Without an interval the second sentence is left out. `all` are the differences of
 * the study: where the market maker's money is part of one, it is named.
 */
export function differenceSentence(
  difference: PairedDifference,
  all: readonly PairedDifference[] = [],
): string {
  const { metric, unit, first, second, firstMean, secondMean, low, high } = difference;
  const margin = marginOfDifference(difference, all);
  const clause = margin === null ? '' : `, ${margin}`;
  const { value: text, amount } = differenceTexts(difference);
  const perDay = difference.pairedBy === 'day' && addsUp(unit) ? ' a day' : '';
  if (difference.difference === 0 && (low === null || low === high)) {
    return `${capital(metricLabel(metric))} is the same under ${second} and ${first}: ${text(firstMean)}${perDay}${clause}.`;
  }
  const size = amount(difference.difference);
  const values = `(${text(secondMean)} against ${text(firstMean)})`;
  const wording = WORDINGS[metric];
  const isMore = difference.difference > 0;
  const found =
    wording === undefined
      ? `${capital(metricLabel(metric))} is ${size} ${isMore ? 'higher' : 'lower'}${perDay} under ${second} than under ${first} ${values}${clause}.`
      : `${second} ${wording.verb} ${size} ${isMore ? wording.more : wording.less}${perDay} than ${first} ${values}${clause}.`;
  return [found, ...intervalSentence(difference)].join(' ');
}

function intervalSentence(difference: PairedDifference): readonly string[] {
  const { low, high, metric } = difference;
  const { amount } = differenceTexts(difference);
  const [more, less] = WORDINGS[metric] === undefined ? ['higher', 'lower'] : ['more', 'less'];
  if (low === null || high === null) return [];
  const over = `over ${pairsText(difference)}`;
  if (low <= 0 && high >= 0) {
    return [
      `This may be chance: at 95 per cent, ${over}, it is between ${amount(low)} ${less} and ${amount(high)} ${more}.`,
    ];
  }
  const [near, far] = low > 0 ? [low, high] : [high, low];
  return [
    `At 95 per cent, ${over}, it is between ${amount(near)} and ${amount(far)} ${low > 0 ? more : less}.`,
  ];
}

/** Said wherever intervals over days are; empty where there are none. */
export function daysNote(differences: readonly PairedDifference[]): string {
  return differences.some(({ pairedBy, low }) => pairedBy === 'day' && low !== null)
    ? 'Intervals over days take the days as independent, which days that follow each other are not quite: they are too narrow by as much.'
    : '';
}

/** "14 days", "1 pair of runs" */
export function pairsText({ pairs, pairedBy }: PairedDifference): string {
  if (pairedBy === 'day') return pairs === 1 ? '1 day' : `${pairs} days`;
  return pairs === 1 ? '1 pair of runs' : `${pairs} pairs of runs`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
