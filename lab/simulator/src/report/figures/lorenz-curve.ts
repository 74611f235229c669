import { meteredWh } from '../../metrics/fairness.ts';
import { savingOf } from '../../metrics/welfare.ts';
import { drawChart, type Form, panelPlace, textWidthPx, valueAxis } from '../chart.ts';
import type { Figure } from '../figure.ts';
import { type LegendEntry, legendOf, strokeStyle, textAt } from '../legend.ts';
import { lineLook } from '../mechanism-looks.ts';
import { fixedText } from '../number-text.ts';
import { QUIET, SUPPLIER } from '../palette.ts';
import { type Scale, scaleOf } from '../scale.ts';
import { drawnRuns, runLabel, type StudyReport, type StudyRun } from '../study-report.ts';

/** Points of the curve that are drawn and listed at most. */
const POINTS_MAX = 100;

type Point = readonly [members: number, saving: number];

/** How evenly the saving is spread: what share of it the lesser part of the members has. */
export function lorenzCurve(study: StudyReport): Figure | null {
  const runs = drawnRuns(study);
  const curves = runs.flatMap((run) => {
    const points = curveOf(run);
    return points === null ? [] : [{ run, mechanism: run.result.mechanism, points }];
  });
  const [first] = curves;
  if (first === undefined) return null;
  const title = 'How evenly the saving is spread';
  return {
    name: 'lorenz-curve',
    title,
    caption:
      `Of ${runLabel(first.run)}: the Lorenz curve of the saving per kWh that crossed the meter (bought, sold, from and to the supplier). Members stand in order from the least; the nearer the curve to the straight line, ` +
      `the more alike they save. ${curves.map(({ run, mechanism }) => indexText(mechanism, run)).join(' ')}`,
    table: {
      columns: ['members, %', ...curves.map(({ mechanism }) => `${mechanism}: saving, %`)],
      rows: first.points.map(([members], index) => [
        fixedText(members, 1),
        ...curves.map(({ points }) => fixedText(points[index]?.[1] ?? 100, 2)),
      ]),
    },
    draw: (form) => drawCurves(form, title, curves),
  };
}

/** Null where the members in all did not save: there is nothing to share then. */
function curveOf({ result }: StudyRun): readonly Point[] | null {
  const savings = result.members
    .filter((member) => meteredWh(member) > 0)
    .map((member) => savingOf(member) / meteredWh(member))
    .sort((a, b) => a - b);
  const total = savings.reduce((sum, saving) => sum + saving, 0);
  if (savings.length < 2 || total <= 0) return null;
  const points: Point[] = [[0, 0]];
  let sum = 0;
  for (const [index, saving] of savings.entries()) {
    sum += saving;
    const last = index === savings.length - 1;
    if (last || index % Math.ceil(savings.length / POINTS_MAX) === 0) {
      points.push([(100 * (index + 1)) / savings.length, last ? 100 : (100 * sum) / total]);
    }
  }
  return points;
}

/** The indices as the metrics have them, where they have them. */
function indexText(mechanism: string, run: StudyRun): string {
  const texts = run.metrics.flatMap(({ name, value }) => {
    const index = /^saving_(gini|jain)$/.exec(name)?.[1];
    if (index === undefined || value === null) return [];
    return [`${index === 'gini' ? 'Gini' : 'Jain'} index ${fixedText(value, 3)}`];
  });
  return texts.length === 0 ? '' : `${mechanism}: ${texts.join(', ')}.`;
}

interface Curve {
  readonly mechanism: string;
  readonly points: readonly Point[];
}

function drawCurves(form: Form, title: string, curves: readonly Curve[]): string {
  const entries: LegendEntry[] = [
    { label: 'all alike', look: { colour: SUPPLIER, form: 'dotted' } },
    ...curves.map(({ mechanism }, index) => ({ label: mechanism, look: lineLook(index) })),
  ];
  const side = form.name === 'wide' ? 340 : 250;
  const widthPx = form.name === 'wide' ? 460 : form.widthPx;
  const legend = legendOf(entries, widthPx);
  const share: Scale = { min: 0, max: 100, step: 20, decimals: 0 };
  const scale = scaleOf(curves.flatMap(({ points }) => points.map(([, saving]) => saving)));
  const label = (value: number) => fixedText(value, 0);
  const left = 10 + Math.max(textWidthPx(label(scale.min)), textWidthPx(label(scale.max)));
  const top = legend.heightPx + 24;
  return drawChart({
    name: `lorenz-curve-${form.name}`,
    description: `${title}: the share of all saving against the share of members. The table below holds the same numbers.`,
    widthPx,
    heightPx: top + side + 44,
    option: {
      grid: panelPlace({
        left,
        top,
        width: form.name === 'wide' ? 380 : form.widthPx - left - 14,
        height: side,
      }),
      xAxis: {
        ...valueAxis({ scale: share, label }),
        axisLabel: { color: QUIET, formatter: label },
      },
      yAxis: valueAxis({ scale, label }),
      series: [
        curveSeries(
          [
            [0, 0],
            [100, 100],
          ],
          entries[0]!.look,
        ),
        ...curves.map(({ points }, index) => curveSeries(points, lineLook(index))),
      ],
      graphic: {
        elements: [
          ...legend.elements,
          textAt('% of the saving', 0, legend.heightPx + 8),
          textAt('% of the members', left, top + side + 36),
        ],
      },
    },
  });
}

interface Surface {
  coord(value: Point): readonly [x: number, y: number];
}

function curveSeries(points: readonly Point[], look: LegendEntry['look']): unknown {
  const round = (px: number) => Math.round(px * 10) / 10;
  return {
    type: 'custom',
    silent: true,
    data: [[0, 0]],
    renderItem: (_: unknown, surface: Surface) => ({
      type: 'polyline',
      shape: {
        points: points.map((point) => surface.coord(point).map(round)),
      },
      style: strokeStyle(look),
    }),
  };
}
