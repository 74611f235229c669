/** What a study came to, as a terminal shows it. */

import { join } from 'node:path';
import {
  daysNote,
  type FinishedStudy,
  marginOfDifference,
  type PairedDifference,
  pairsText,
  per,
} from '@commonwatt/simulator';
import { formatTable } from '../../terminal/table.ts';

/** Metrics that a terminal shows; the report shows all. */
const SHOWN = [
  'demand_covered_locally',
  'traded_volume',
  'price_mean',
  'community_bill',
  'saving',
  'operator_margin',
  'saving_gini',
  'efficiency',
];

const RUNS_MAX = 10;

/** Values are of whole runs; differences say of what they are. */
export function summaryText(out: string, { runs, differences }: FinishedStudy): string {
  const columns = [
    { heading: 'run' },
    { heading: 'mechanism' },
    { heading: 'seed' },
    { heading: 'metric' },
    { heading: 'value', align: 'right' as const },
    { heading: 'of the whole run' },
  ];
  const rows = runs
    .slice(0, RUNS_MAX)
    .flatMap(({ result, metrics }) =>
      metrics
        .filter(({ name }) => SHOWN.includes(name))
        .map(({ name, value, unit }) => [
          result.run,
          result.mechanism,
          `${result.seed}`,
          name,
          value === null ? '-' : `${value}`,
          unit,
        ]),
    );
  const compared = differences
    .filter(({ metric }) => SHOWN.includes(metric))
    .map((one) => differenceLine(one, differences));
  return [
    formatTable(columns, rows),
    ...compared,
    ...[daysNote(differences)].filter((note) => note !== ''),
    `report: ${join(out, 'report.html')}`,
  ].join('\n');
}

function differenceLine(one: PairedDifference, all: readonly PairedDifference[]): string {
  const { metric, unit, first, second, difference, low, high } = one;
  const each = [unit, per(one)].filter((word) => word !== '').join(' ');
  const of = each === '' ? '' : ` ${each}`;
  const interval =
    low === null || high === null ? '' : ` (95 %: ${low} to ${high}${of}, over ${pairsText(one)})`;
  const margin = marginOfDifference(one, all);
  return `${metric}: ${second} less ${first} ${difference}${of}${interval}${margin === null ? '' : `, ${margin}`}`;
}
