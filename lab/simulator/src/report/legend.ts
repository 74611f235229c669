/** The key of a chart: each mark as it is drawn, with its name, in as many lines as the width asks for. */

import { FONT, FONT_PX, stripes, textWidthPx } from './chart.ts';
import { INK, QUIET } from './palette.ts';

export interface Look {
  readonly colour: string;
  /** How an area is filled, or a line drawn. */
  readonly form:
    | 'solid'
    | 'rising'
    | 'falling'
    | 'outline'
    | 'line'
    | 'dashed'
    | 'dotted'
    | 'dash-dot'
    | 'beads'
    | 'point';
}

export interface LegendEntry {
  readonly label: string;
  readonly look: Look;
}

const MARK_PX = 18;
const LINE_PX = 20;
const GAP_PX = 18;

/** Of mechanisms in their order: bars, and lines. */
export const BAR_FORMS = ['solid', 'rising', 'outline', 'falling'] as const;
export const LINE_FORMS = ['line', 'dashed', 'dotted', 'dash-dot'] as const;

export function fillStyle({ colour, form }: Look): Readonly<Record<string, unknown>> {
  if (form === 'rising' || form === 'falling') {
    return { fill: stripes(colour, form), stroke: colour, lineWidth: 1 };
  }
  if (form === 'outline') return { fill: '#ffffff', stroke: colour, lineWidth: 1.5 };
  return { fill: colour };
}

export function strokeStyle({ colour, form }: Look): Readonly<Record<string, unknown>> {
  const dashes = { dashed: [6, 3], dotted: [2, 3], 'dash-dot': [8, 3, 2, 3], beads: [3, 7] };
  const lineDash = form in dashes ? dashes[form as keyof typeof dashes] : undefined;
  const style = { stroke: colour, lineWidth: form === 'beads' ? 4 : 2, fill: 'none' };
  return lineDash === undefined ? style : { ...style, lineDash };
}

const isLine = ({ form }: Look): boolean =>
  form === 'line' ||
  form === 'beads' ||
  form === 'dashed' ||
  form === 'dotted' ||
  form === 'dash-dot';

export interface Legend {
  readonly heightPx: number;
  readonly elements: readonly unknown[];
}

export function legendOf(entries: readonly LegendEntry[], widthPx: number, topPx = 0): Legend {
  const elements: unknown[] = [];
  let left = 0;
  let top = topPx;
  for (const { label, look } of entries) {
    const width = MARK_PX + 6 + textWidthPx(label);
    if (left > 0 && left + width > widthPx) {
      left = 0;
      top += LINE_PX;
    }
    elements.push(markOf(look, left, top), textAt(label, left + MARK_PX + 6, top + 8, INK));
    left += width + GAP_PX;
  }
  return { heightPx: entries.length === 0 ? 0 : top - topPx + LINE_PX + 6, elements };
}

function markOf(look: Look, x: number, y: number): unknown {
  if (isLine(look)) {
    const shape = { x1: x, y1: y + 8, x2: x + MARK_PX, y2: y + 8 };
    return { type: 'line', shape, style: strokeStyle(look) };
  }
  if (look.form === 'point') {
    return { type: 'circle', shape: { cx: x + 9, cy: y + 8, r: 4 }, style: { fill: look.colour } };
  }
  const shape = { x: x + 2, y: y + 2, width: 14, height: 12 };
  return { type: 'rect', shape, style: fillStyle(look) };
}

/** Text that begins at x, its middle at y. */
export function textAt(
  text: string,
  x: number,
  y: number,
  colour: string = QUIET,
  { weight = 'normal', align = 'left' }: { weight?: string; align?: string } = {},
): unknown {
  return {
    type: 'text',
    x,
    y,
    style: {
      text,
      fill: colour,
      fontFamily: FONT,
      fontSize: FONT_PX,
      fontWeight: weight,
      align,
      verticalAlign: 'middle',
    },
  };
}
