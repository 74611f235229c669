import type { MetricDefinition } from '../../metrics/metric.ts';
import { metricLabel } from '../comparison-text.ts';
import type { Figure } from '../figure.ts';
import { mainMetrics } from '../main-metrics.ts';
import { lineLook, MECHANISMS_DRAWN_MAX } from '../mechanism-looks.ts';
import { fixedText, shownMetric } from '../number-text.ts';
import { drawPanels, type Mark, type Panel } from '../panels.ts';
import { mechanismsOf, metricOf, type StudyReport, sweptKeys } from '../study-report.ts';

/** More values of one key than these are listed in the table only. */
const VALUES_MAX = 60;
const PANELS_MAX = 5;

interface Reach {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** One figure for each swept key: the main metrics against its values. */
export function sweptMetrics(study: StudyReport): readonly Figure[] {
  return sweptKeys(study).flatMap((key, index) => {
    const figure = sweptFigure(study, key, index);
    return figure === null ? [] : [figure];
  });
}

function sweptFigure(study: StudyReport, key: string, index: number): Figure | null {
  const values = valuesOf(study, key);
  const metrics = mainMetrics(study).slice(0, PANELS_MAX);
  const mechanisms = mechanismsOf(study).slice(0, MECHANISMS_DRAWN_MAX);
  if (metrics.length === 0 || values.length > VALUES_MAX) return null;
  const reachOf = (mechanism: string, metric: MetricDefinition, value: string): Reach =>
    reach(
      study.runs.flatMap((run) => {
        const { result } = run;
        if (result.mechanism !== mechanism || String(result.point[key]) !== value) return [];
        const found = metricOf(run, metric.name);
        return found === null ? [] : [shownMetric(metric.name, metric.unit, found).value];
      }),
    );
  const course = metrics.map((metric) => ({
    metric,
    title: titleOf(metric),
    lines: mechanisms.map((mechanism) => ({
      mechanism,
      points: values.map((value) => reachOf(mechanism, metric, value)),
    })),
  }));
  const number = (value: number | null) => (value === null ? '' : fixedText(value, 4));
  const name = `sweep-${index + 1}`;
  return {
    name,
    title: `Main metrics against ${key}`,
    caption:
      'Each point is the mean of all runs with that value, over seeds and over the other swept keys; the upright line reaches from the least to the most of them.',
    table: {
      columns: [
        key,
        ...course.flatMap(({ title, lines }) =>
          lines.flatMap(({ mechanism }) => [
            `${mechanism}: ${title}`,
            `${mechanism}: least`,
            `${mechanism}: most`,
          ]),
        ),
      ],
      rows: values.map((value, place) => [
        value,
        ...course.flatMap(({ lines }) =>
          lines.flatMap(({ points }) => {
            const { mean, low, high } = points[place]!;
            return [number(mean), number(low), number(high)];
          }),
        ),
      ]),
    },
    draw: (form) =>
      drawPanels({
        name,
        description: `Main metrics against ${key}, ${values.length} values. The table below holds the same numbers.`,
        form,
        places: values.map((value, place) =>
          place % Math.ceil(values.length / (form.labels + 1)) === 0 ? value : '',
        ),
        axisTitle: key,
        panels: course.map(
          ({ title, lines }): Panel => ({
            title,
            heightPx: 110,
            marks: lines.map(
              ({ mechanism, points }, place): Mark => ({
                kind: 'points',
                label: mechanism,
                look: lineLook(place),
                values: points.map(({ mean }) => mean),
                lows: points.map(({ low }) => low),
                highs: points.map(({ high }) => high),
              }),
            ),
          }),
        ),
      }),
  };
}

/** Numbers by size, everything else as it was swept. */
function valuesOf(study: StudyReport, key: string): readonly string[] {
  const values = [...new Set(study.runs.map(({ result }) => result.point[key]))].filter(
    (value) => value !== undefined,
  );
  const sorted = values.every((value) => typeof value === 'number')
    ? (values as number[]).sort((a, b) => a - b)
    : values;
  return sorted.map(String);
}

const titleOf = ({ name, unit }: MetricDefinition): string => {
  const shown = shownMetric(name, unit, 0).unit;
  return shown === '' ? metricLabel(name) : `${metricLabel(name)}, ${shown}`;
};

function reach(values: readonly number[]): Reach {
  if (values.length === 0) return { mean: null, low: null, high: null };
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    mean: sum / values.length,
    low: values.reduce((least, value) => Math.min(least, value)),
    high: values.reduce((most, value) => Math.max(most, value)),
  };
}
