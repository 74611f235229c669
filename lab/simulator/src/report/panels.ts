/** Charts whose panels stand above each other and share the axis below: periods, hours, swept values. */

import { drawChart, FONT_PX, type Form, panelPlace, textWidthPx, valueAxis } from './chart.ts';
import { fillStyle, type LegendEntry, type Look, legendOf, strokeStyle, textAt } from './legend.ts';
import { fixedText } from './number-text.ts';
import { INK, QUIET } from './palette.ts';
import { type Scale, scaleOf } from './scale.ts';

type Values = readonly (number | null)[];

export type Mark =
  /** A bar for each place of the axis; those of one `stack` stand on each other, others beside each other. */
  | {
      readonly kind: 'bars';
      readonly label: string;
      readonly look: Look;
      readonly values: Values;
      readonly stack?: string;
    }
  /** A level for each place, as wide as the place; a gap where there is none. */
  | { readonly kind: 'steps'; readonly label: string; readonly look: Look; readonly values: Values }
  /** Points joined by a line, each with how far its runs reach. */
  | {
      readonly kind: 'points';
      readonly label: string;
      readonly look: Look;
      readonly values: Values;
      readonly lows: Values;
      readonly highs: Values;
    }
  /** One level across the panel. */
  | {
      readonly kind: 'level';
      readonly label: string;
      readonly look: Look;
      readonly value: number;
    };

export interface Panel {
  /** What the axis counts, with its unit. */
  readonly title: string;
  readonly heightPx: number;
  readonly marks: readonly Mark[];
  /** What its axis reaches besides: panels that are compared share one. */
  readonly reaches?: readonly number[];
  /** Energy and money begin at zero. */
  readonly fromZero?: boolean;
}

export interface PanelChart {
  readonly name: string;
  readonly description: string;
  readonly form: Form;
  /** One for each place; empty where nothing is written. */
  readonly places: readonly string[];
  /** Where places are stretches of time: written where each begins, and where the last ends. */
  readonly edges?: readonly string[];
  /** Written under the axis. */
  readonly axisTitle: string;
  readonly panels: readonly Panel[];
}

const TITLE_PX = 24;
const AXIS_PX = 40;
const RIGHT_PX = 20;

export function drawPanels(chart: PanelChart): string {
  const { form, panels } = chart;
  const legend = legendOf(entriesOf(panels), form.widthPx);
  const scales = panels.map(panelScale);
  const left =
    10 + Math.max(...scales.flatMap((scale) => tickTexts(scale).map((text) => textWidthPx(text))));
  const graphic: unknown[] = [...legend.elements];
  const option = {
    grid: [] as unknown[],
    xAxis: [] as unknown[],
    yAxis: [] as unknown[],
    series: [] as unknown[],
  };
  let top = legend.heightPx;
  for (const [index, panel] of panels.entries()) {
    const scale = scales[index]!;
    const cut = scale.min > 0 ? ' (axis not from 0)' : '';
    graphic.push(textAt(`${panel.title}${cut}`, 0, top + 8, QUIET));
    top += TITLE_PX;
    option.grid.push(panelPlace({ left, right: RIGHT_PX, top, height: panel.heightPx }));
    option.xAxis.push(
      placeAxis(chart, index, { labelled: index === panels.length - 1, ticks: scale.min >= 0 }),
    );
    option.yAxis.push({
      gridIndex: index,
      ...valueAxis({ scale, label: (value) => fixedText(value, scale.decimals) }),
    });
    option.series.push(...panelSeries(panel, index, chart.places.length));
    top += panel.heightPx + 12;
  }
  const heightPx = top + AXIS_PX - 12;
  const axisTitle = textAt(chart.axisTitle, form.widthPx - RIGHT_PX, heightPx - 8, QUIET, {
    align: 'right',
  });
  graphic.push(...edgeTexts(chart, left, top - 12));
  return drawChart({
    name: `${chart.name}-${form.name}`,
    description: chart.description,
    widthPx: form.widthPx,
    heightPx,
    option: { ...option, graphic: { elements: [...graphic, axisTitle] } },
  });
}

function edgeTexts(
  { edges = [], form }: PanelChart,
  left: number,
  bottom: number,
): readonly unknown[] {
  const placePx = (form.widthPx - RIGHT_PX - left) / (edges.length - 1);
  return edges.flatMap((text, place) =>
    text === ''
      ? []
      : [textAt(text, round(left + place * placePx), bottom + 14, QUIET, { align: 'center' })],
  );
}

/** A name stands once in the key, however many panels it is drawn in. */
function entriesOf(panels: readonly Panel[]): readonly LegendEntry[] {
  const entries = new Map<string, LegendEntry>();
  for (const { marks } of panels) {
    for (const { label, look } of marks) {
      if (!entries.has(label)) entries.set(label, { label, look });
    }
  }
  return entries.size > 1 ? [...entries.values()] : [];
}

const tickTexts = ({ min, max, decimals }: Scale): readonly string[] => [
  fixedText(min, decimals),
  fixedText(max, decimals),
];

function placeAxis(
  { places, edges, form }: PanelChart,
  gridIndex: number,
  { labelled, ticks }: { readonly labelled: boolean; readonly ticks: boolean },
): Readonly<Record<string, unknown>> {
  const isLabelled = (index: number): boolean => (edges ?? places)[index] !== '';
  return {
    gridIndex,
    type: 'category',
    data: places.map((_, index) => String(index)),
    axisLine: { onZero: true, lineStyle: { color: INK } },
    axisTick: {
      // Where the axis runs through the bars its ticks would stand among them.
      show: labelled && ticks,
      interval: isLabelled,
      alignWithLabel: edges === undefined && places.length <= 24,
      lineStyle: { color: INK },
    },
    axisLabel: {
      show: labelled && edges === undefined,
      interval: isLabelled,
      color: QUIET,
      fontSize: form.name === 'narrow' ? FONT_PX - 1 : FONT_PX,
      // Below the panel even where the axis itself runs through it.
      formatter: (index: string) => places[Number(index)] ?? '',
    },
  };
}

function panelScale({ marks, reaches = [], fromZero = true }: Panel): Scale {
  const values: (number | null)[] = [...reaches];
  const stacks = new Map<string, { above: number[]; below: number[] }>();
  for (const mark of marks) {
    if (mark.kind === 'level') values.push(mark.value);
    else if (mark.kind === 'points') values.push(...mark.values, ...mark.lows, ...mark.highs);
    else if (mark.kind === 'steps' || mark.stack === undefined) values.push(...mark.values);
    else {
      const ends = stackEnds(stacks, mark.stack, mark.values.length);
      for (const [index, value] of mark.values.entries()) {
        const side = (value ?? 0) < 0 ? ends.below : ends.above;
        side[index] = side[index]! + (value ?? 0);
      }
    }
  }
  for (const { above, below } of stacks.values()) values.push(...above, ...below);
  return scaleOf(values, { fromZero });
}

function stackEnds(
  stacks: Map<string, { above: number[]; below: number[] }>,
  stack: string,
  places: number,
): { above: number[]; below: number[] } {
  const ends = stacks.get(stack) ?? {
    above: new Array<number>(places).fill(0),
    below: new Array<number>(places).fill(0),
  };
  stacks.set(stack, ends);
  return ends;
}

/** What echarts gives to whoever draws for it. */
interface Surface {
  coord(value: readonly [place: number, value: number]): readonly [x: number, y: number];
  size(value: readonly [places: number, value: number]): readonly [width: number, height: number];
}

function panelSeries(panel: Panel, index: number, places: number): readonly unknown[] {
  const stacks = new Map<string, { above: number[]; below: number[] }>();
  const columns: string[] = [];
  for (const mark of panel.marks) {
    if (mark.kind === 'bars' && !columns.includes(mark.stack ?? mark.label)) {
      columns.push(mark.stack ?? mark.label);
    }
  }
  return panel.marks.map((mark) => {
    const draw = (surface: Surface): readonly unknown[] => {
      if (mark.kind === 'level') return [levelShape(surface, mark.value, places, mark.look)];
      if (mark.kind === 'steps') return stepShapes(surface, mark.values, mark.look);
      if (mark.kind === 'points') return pointShapes(surface, mark);
      const column = columns.indexOf(mark.stack ?? mark.label);
      const ends = stackEnds(stacks, mark.stack ?? mark.label, places);
      return barShapes(surface, mark, { column, columns: columns.length, ...ends });
    };
    return customSeries(index, draw);
  });
}

/** One drawing in the coordinates of a panel. */
function customSeries(panel: number, draw: (surface: Surface) => readonly unknown[]): unknown {
  return {
    type: 'custom',
    xAxisIndex: panel,
    yAxisIndex: panel,
    silent: true,
    data: [[0, 0]],
    renderItem: (_: unknown, surface: Surface) => ({ type: 'group', children: draw(surface) }),
  };
}

const round = (px: number): number => Math.round(px * 10) / 10;

function barShapes(
  surface: Surface,
  { values, look }: { readonly values: Values; readonly look: Look },
  at: { column: number; columns: number; above: number[]; below: number[] },
): readonly unknown[] {
  const [placePx] = surface.size([1, 0]);
  const room = placePx * (placePx > 8 ? 0.76 : 0.9);
  const width = room / at.columns;
  return values.flatMap((value, place) => {
    if (value === null || value === 0) return [];
    const side = value < 0 ? at.below : at.above;
    const begin = side[place]!;
    side[place] = begin + value;
    const [middle, from] = surface.coord([place, begin]);
    const [, to] = surface.coord([place, begin + value]);
    const x = round(middle - room / 2 + at.column * width);
    const shape = {
      x,
      y: round(Math.min(from, to)),
      width: round(Math.max(0.5, width - (width > 6 && at.columns > 1 ? 1 : 0))),
      height: round(Math.abs(to - from)),
    };
    return [{ type: 'rect', shape, style: fillStyle(look) }];
  });
}

/** One line for each row of places that hold a value; each level is as wide as its place. */
function stepShapes(surface: Surface, values: Values, look: Look): readonly unknown[] {
  const [placePx] = surface.size([1, 0]);
  const lines: [number, number][][] = [];
  let open = false;
  for (const [place, value] of values.entries()) {
    if (value === null) {
      open = false;
      continue;
    }
    if (!open) lines.push([]);
    open = true;
    const [x, y] = surface.coord([place, value]);
    lines.at(-1)!.push([round(x - placePx / 2), round(y)], [round(x + placePx / 2), round(y)]);
  }
  return lines.map((points) => ({
    type: 'polyline',
    shape: { points },
    style: strokeStyle(look),
  }));
}

function levelShape(surface: Surface, value: number, places: number, look: Look): unknown {
  const [placePx] = surface.size([1, 0]);
  const [x1, y] = surface.coord([0, value]);
  const [x2] = surface.coord([places - 1, value]);
  return {
    type: 'line',
    shape: { x1: round(x1 - placePx / 2), y1: round(y), x2: round(x2 + placePx / 2), y2: round(y) },
    style: { ...strokeStyle(look), lineWidth: 1.5 },
  };
}

function pointShapes(
  surface: Surface,
  { values, lows, highs, look }: Extract<Mark, { kind: 'points' }>,
): readonly unknown[] {
  const at = (place: number, value: number): [number, number] => {
    const [x, y] = surface.coord([place, value]);
    return [round(x), round(y)];
  };
  const points = values.flatMap((value, place) => (value === null ? [] : [at(place, value)]));
  const reaches = values.flatMap((_, place) => {
    const [low, high] = [lows[place] ?? null, highs[place] ?? null];
    if (low === null || high === null || low === high) return [];
    const [x, y1] = at(place, low);
    const [, y2] = at(place, high);
    const style = { stroke: look.colour, lineWidth: 1.5 };
    return [{ type: 'line', shape: { x1: x, y1, x2: x, y2 }, style }];
  });
  return [
    { type: 'polyline', shape: { points }, style: strokeStyle(look) },
    ...reaches,
    ...points.map(([cx, cy]) => ({
      type: 'circle',
      shape: { cx, cy, r: 3.5 },
      style: { fill: look.colour },
    })),
  ];
}
