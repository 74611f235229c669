import type { Figure } from '../figure.ts';
import { LINE_FORMS } from '../legend.ts';
import { fixedText } from '../number-text.ts';
import { MECHANISM_COLOURS } from '../palette.ts';
import { drawPanels, type Mark, type Panel } from '../panels.ts';
import { mechanismsOf, metricOf, type StudyReport } from '../study-report.ts';

/** What one panel draws: a metric, and another that its line reaches up to. */
interface Drawn {
  readonly title: string;
  readonly metric: string;
  readonly upTo?: string;
  /** Of the metric's unit in that of the title. */
  readonly divisor: number;
}

const DRAWN: readonly Drawn[] = [
  {
    title: 'block interval, s',
    metric: 'block_interval_p50',
    upTo: 'block_interval_p95',
    divisor: 1_000,
  },
  { title: 'finality, s', metric: 'finality_p50', upTo: 'finality_p95', divisor: 1_000 },
  { title: 'bytes per transaction', metric: 'bytes_per_transaction', divisor: 1 },
  { title: 'bytes per settled kWh', metric: 'bytes_per_settled_kwh', divisor: 1 },
];

/** What the ledger cost with each mechanism; nothing where the study ran without one. */
export function ledgerMetrics(study: StudyReport): Figure | null {
  const mechanisms = mechanismsOf(study).slice(0, MECHANISM_COLOURS.length);
  const means = (name: string, divisor: number) =>
    mechanisms.map((mechanism) => meanOf(study, mechanism, name, divisor));
  const rows = DRAWN.map((drawn) => ({
    ...drawn,
    values: means(drawn.metric, drawn.divisor),
    reach: drawn.upTo === undefined ? null : means(drawn.upTo, drawn.divisor),
  })).filter(({ values }) => values.some((value) => value !== null));
  if (rows.length === 0) return null;
  const title = 'What the ledger needed';
  const number = (value: number | null) => (value === null ? '' : fixedText(value, 3));
  return {
    name: 'ledger',
    title,
    caption:
      'The mean over all runs of each mechanism, times in virtual time. Of the interval between blocks, and of finality, the time from the close of a gate to the block with the trades, ' +
      'the point is what half keep and the upright line reaches to what 95 per cent keep. Bytes are those of all blocks.',
    table: {
      columns: ['', ...mechanisms],
      rows: rows.flatMap(({ title: name, values, reach }) => [
        [reach === null ? name : `${name}, half keep`, ...values.map(number)],
        ...(reach === null ? [] : [[`${name}, 95 % keep`, ...reach.map(number)]]),
      ]),
    },
    draw: (form) =>
      drawPanels({
        name: 'ledger',
        description: `${title}: ${rows.length} panels for ${mechanisms.length} mechanisms. The table below holds the same numbers.`,
        form,
        places: mechanisms,
        axisTitle: 'mechanism',
        panels: rows.map(
          ({ title: name, values, reach }): Panel => ({
            title: name,
            heightPx: 70,
            marks: mechanisms.map((label, place): Mark => {
              const alone = (all: readonly (number | null)[]) =>
                mechanisms.map((_, at) => (at === place ? (all[at] ?? null) : null));
              return {
                kind: 'points',
                label,
                look: { colour: MECHANISM_COLOURS[place]!, form: LINE_FORMS[place]! },
                values: alone(values),
                lows: alone(values),
                highs: alone(reach ?? values),
              };
            }),
          }),
        ),
      }),
  };
}

function meanOf(
  study: StudyReport,
  mechanism: string,
  name: string,
  divisor: number,
): number | null {
  const values = study.runs.flatMap((run) => {
    const value = run.result.mechanism === mechanism ? metricOf(run, name) : null;
    return value === null ? [] : [value];
  });
  const sum = values.reduce((total, value) => total + value, 0);
  return values.length === 0 ? null : sum / values.length / divisor;
}
