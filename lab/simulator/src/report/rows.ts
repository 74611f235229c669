/** Charts whose rows stand below each other, each with a name: members, metrics. */

import {
  cutText,
  drawChart,
  FONT_PX,
  type Form,
  panelPlace,
  textWidthPx,
  valueAxis,
} from './chart.ts';
import { fillStyle, type LegendEntry, type Look, legendOf, textAt } from './legend.ts';
import { fixedText } from './number-text.ts';
import { INK, QUIET } from './palette.ts';
import { type Scale, scaleOf } from './scale.ts';

export type RowMark =
  | {
      readonly kind: 'bar';
      readonly label: string;
      readonly look: Look;
      readonly values: readonly (number | null)[];
      readonly stack?: string;
    }
  /** A point with the interval around it; hollow where the interval holds 0. */
  | {
      readonly kind: 'interval';
      readonly label: string;
      readonly look: Look;
      readonly values: readonly number[];
      readonly lows: readonly number[];
      readonly highs: readonly number[];
    };

export interface RowChart {
  readonly name: string;
  readonly description: string;
  readonly form: Form;
  readonly names: readonly string[];
  readonly axisTitle: string;
  readonly marks: readonly RowMark[];
  /** Written at the end of each row; empty where nothing is. */
  readonly notes?: readonly string[];
  /** Where the axis is known beforehand: 0 to 100 %. Bars of a `stack` need one. */
  readonly scale?: Scale;
}

const AXIS_PX = 40;
const WIDE_NAME_PX = 260;
const NARROW_NAME_PX = 120;
const NAME_LINE_PX = 16;

export function drawRows(chart: RowChart): string {
  const { form, names, marks, notes = [] } = chart;
  const legend = legendOf(entriesOf(marks), form.widthPx);
  const scale = chart.scale ?? scaleOf(reaches(marks), { ticks: form.name === 'wide' ? 8 : 4 });
  const longest = Math.max(...names.map((name) => textWidthPx(name)));
  // In a hand long names stand above their rows: cut, they would lose what they differ by.
  const above = form.name === 'narrow' && longest > NARROW_NAME_PX ? NAME_LINE_PX : 0;
  const nameWidth = above > 0 ? 0 : Math.min(WIDE_NAME_PX, longest);
  const noteWidth = Math.max(0, ...notes.map((note) => textWidthPx(note)));
  const columns = columnsOf(marks);
  const rowPx = Math.max(18, 6 + 12 * columns.length);
  const bandPx = rowPx + above;
  const heightPx = legend.heightPx + bandPx * names.length + AXIS_PX;
  const right = Math.max(14, noteWidth + 8);
  const graphic = [
    ...legend.elements,
    textAt(chart.axisTitle, form.widthPx - right, heightPx - 8, QUIET, { align: 'right' }),
    ...notes.map((note, index) =>
      textAt(note, form.widthPx, legend.heightPx + bandPx * (index + 0.5) + above / 2, INK, {
        align: 'right',
      }),
    ),
    ...(above === 0 ? [] : names).map((name, index) =>
      textAt(cutText(name, form.widthPx), 0, legend.heightPx + bandPx * index + above / 2, INK),
    ),
  ];
  return drawChart({
    name: `${chart.name}-${form.name}`,
    description: chart.description,
    widthPx: form.widthPx,
    heightPx,
    option: {
      grid: panelPlace({
        left: nameWidth + 12,
        right,
        top: legend.heightPx,
        height: bandPx * names.length,
      }),
      xAxis: valueAxis({ scale, label: (value) => fixedText(value, scale.decimals) }),
      yAxis: nameAxis(above > 0 ? names.map(() => '') : names, nameWidth),
      series: rowSeries(marks, { columns, rowPx, downPx: above / 2 }),
      graphic: { elements: graphic },
    },
  });
}

const columnsOf = (marks: readonly RowMark[]): readonly string[] => [
  ...new Set(marks.map((mark) => (mark.kind === 'bar' ? (mark.stack ?? mark.label) : mark.label))),
];

function entriesOf(marks: readonly RowMark[]): readonly LegendEntry[] {
  if (marks.length < 2) return [];
  return marks.map(({ label, look }) => ({ label, look }));
}

/** The ends of all bars and intervals. @throws RangeError for bars that stand on each other: whole ones have a known end. */
function reaches(marks: readonly RowMark[]): readonly number[] {
  return marks.flatMap((mark) => {
    if (mark.kind === 'interval') return [...mark.lows, ...mark.highs, ...mark.values];
    if (mark.stack !== undefined) throw new RangeError(`${mark.label}: expected a scale, got none`);
    return mark.values.map((value) => value ?? 0);
  });
}

const nameAxis = (names: readonly string[], widthPx: number): unknown => ({
  type: 'category',
  inverse: true,
  data: names.map((_, index) => String(index)),
  axisLine: { onZero: true, lineStyle: { color: INK } },
  axisTick: { show: false },
  axisLabel: {
    interval: 0,
    color: INK,
    fontSize: FONT_PX,
    formatter: (index: string) => cutText(names[Number(index)] ?? '', widthPx),
  },
});

interface Surface {
  coord(value: readonly [value: number, row: number]): readonly [x: number, y: number];
}

const round = (px: number): number => Math.round(px * 10) / 10;

function rowSeries(
  marks: readonly RowMark[],
  { columns, rowPx, downPx }: { columns: readonly string[]; rowPx: number; downPx: number },
): unknown {
  const draw = (surface: Surface): readonly unknown[] => {
    const stacks = new Map<string, number[]>();
    return marks.flatMap((mark) => {
      if (mark.kind === 'interval') return intervalShapes(surface, mark, downPx);
      const column = columns.indexOf(mark.stack ?? mark.label);
      const height = (rowPx - 6) / columns.length;
      const ends = stacks.get(mark.stack ?? mark.label) ?? [];
      stacks.set(mark.stack ?? mark.label, ends);
      return mark.values.flatMap((value, row) => {
        if (value === null || value === 0) return [];
        const begin = ends[row] ?? 0;
        ends[row] = begin + value;
        const [from, middle] = surface.coord([begin, row]);
        const [to] = surface.coord([begin + value, row]);
        const shape = {
          x: round(Math.min(from, to)),
          y: round(middle + downPx - (rowPx - 6) / 2 + column * height),
          width: round(Math.abs(to - from)),
          height: round(height - 1),
        };
        return [{ type: 'rect', shape, style: fillStyle(mark.look) }];
      });
    });
  };
  return {
    type: 'custom',
    silent: true,
    data: [[0, 0]],
    renderItem: (_: unknown, surface: Surface) => ({ type: 'group', children: draw(surface) }),
  };
}

function intervalShapes(
  surface: Surface,
  { values, lows, highs, look }: Extract<RowMark, { kind: 'interval' }>,
  downPx: number,
): readonly unknown[] {
  return values.flatMap((value, row) => {
    const low = lows[row]!;
    const high = highs[row]!;
    const [x1, middle] = surface.coord([low, row]);
    const y = middle + downPx;
    const [x2] = surface.coord([high, row]);
    const [cx] = surface.coord([value, row]);
    const stroke = { stroke: look.colour, lineWidth: 2 };
    const end = (x: number) => ({
      type: 'line',
      shape: { x1: round(x), y1: y - 4, x2: round(x), y2: y + 4 },
      style: stroke,
    });
    const fill = low > 0 || high < 0 ? look.colour : '#ffffff';
    return [
      { type: 'line', shape: { x1: round(x1), y1: y, x2: round(x2), y2: y }, style: stroke },
      end(x1),
      end(x2),
      { type: 'circle', shape: { cx: round(cx), cy: y, r: 4.5 }, style: { ...stroke, fill } },
    ];
  });
}
