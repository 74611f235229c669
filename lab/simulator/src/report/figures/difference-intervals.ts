import type { PairedDifference } from '../../metrics/metric.ts';
import { daysNote, metricLabel } from '../comparison-text.ts';
import type { Figure } from '../figure.ts';
import { fixedText } from '../number-text.ts';
import { COMMUNITY } from '../palette.ts';
import { drawRows } from '../rows.ts';
import type { StudyReport } from '../study-report.ts';

export const DIFFERENCE_INTERVALS = 'difference-intervals';

type Bounded = PairedDifference & { readonly low: number; readonly high: number };

/** What differs by more would press all others together. */
const PERCENT_MAX = 100;

const percentOf = (value: number, firstMean: number): number => (100 * value) / Math.abs(firstMean);

function isDrawn(one: PairedDifference): one is Bounded {
  const { low, high, firstMean } = one;
  if (low === null || high === null || firstMean === 0 || (low === 0 && high === 0)) return false;
  return percentOf(low, firstMean) >= -PERCENT_MAX && percentOf(high, firstMean) <= PERCENT_MAX;
}

/** Each metric of two mechanisms: by how much the second differs, and how sure that is. */
export function differenceIntervals(study: StudyReport): Figure | null {
  const bounded = study.differences.filter(isDrawn);
  const [some] = bounded;
  if (some === undefined) return null;
  const pairs = new Set(bounded.map(({ first, second }) => `${first} ${second}`)).size;
  const names = bounded.map(({ metric, second }) =>
    pairs > 1 ? `${metricLabel(metric)}: ${second}` : metricLabel(metric),
  );
  const shown = bounded.map((one) => ({
    value: percentOf(one.difference, one.firstMean),
    low: percentOf(one.low, one.firstMean),
    high: percentOf(one.high, one.firstMean),
  }));
  const title = `${pairs > 1 ? 'The other mechanisms' : some.second} against ${some.first}`;
  const days = daysNote(bounded);
  const left = study.differences.length - bounded.length;
  return {
    name: DIFFERENCE_INTERVALS,
    title,
    caption:
      `Difference of each metric in per cent of its value under ${some.first}, with the interval that holds it at 95 per cent, paired by ${some.pairedBy}. ` +
      'A filled point: the interval leaves out 0, and the two differ. A hollow point: they may be alike.' +
      (days === '' ? '' : ` ${days}`) +
      (left === 0
        ? ''
        : ` The other ${left} are in the table of the comparison: they are alike, have no interval, or differ by more than ${PERCENT_MAX} per cent.`),
    table: {
      columns: ['metric', 'difference, %', 'from, %', 'to, %'],
      rows: shown.map(({ value, low, high }, row) => [
        names[row]!,
        fixedText(value, 2),
        fixedText(low, 2),
        fixedText(high, 2),
      ]),
    },
    draw: (form) =>
      drawRows({
        name: DIFFERENCE_INTERVALS,
        description: `${title}: ${names.length} metrics with intervals, in per cent. The table below holds the same numbers.`,
        form,
        names,
        axisTitle: '% less or more',
        marks: [
          {
            kind: 'interval',
            label: 'difference',
            look: { colour: COMMUNITY, form: 'point' },
            values: shown.map(({ value }) => value),
            lows: shown.map(({ low }) => low),
            highs: shown.map(({ high }) => high),
          },
        ],
      }),
  };
}
