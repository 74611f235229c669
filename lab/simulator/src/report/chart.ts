/**
 * One chart as SVG text, through echarts without a browser. The same chart has the same bytes: ids are made from its
 * name, nothing is animated, and what only a pointer would need is left out.
 */

import { CustomChart } from 'echarts/charts';
import { GraphicComponent, GridComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeMarkup } from './markup.ts';
import { INK, LINE, QUIET } from './palette.ts';
import type { Scale } from './scale.ts';

echarts.use([CustomChart, GridComponent, GraphicComponent, SVGRenderer]);

/** A figure is drawn for a desk and for a hand: text keeps its size, the picture does not. */
export interface Form {
  readonly name: 'wide' | 'narrow';
  readonly widthPx: number;
  /** Labels that stand beside each other under an axis. */
  readonly labels: number;
}
export const WIDE: Form = { name: 'wide', widthPx: 920, labels: 14 };
export const NARROW: Form = { name: 'narrow', widthPx: 340, labels: 5 };

export interface Chart {
  /** Of the figure; ids begin with it. */
  readonly name: string;
  /** What a screen reader says instead of the picture. */
  readonly description: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly option: Readonly<Record<string, unknown>>;
}

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
export const FONT_PX = 12;

export function drawChart({ name, description, widthPx, heightPx, option }: Chart): string {
  const chart = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: widthPx,
    height: heightPx,
  });
  try {
    chart.setOption({
      animation: false,
      silent: true,
      textStyle: { fontFamily: FONT, fontSize: FONT_PX, color: INK },
      ...option,
    });
    return standalone(chart.renderToSVGString({ useViewBox: true }), name, description);
  } finally {
    chart.dispose();
  }
}

/** Without classes, pointers and counted ids; with a name for those who do not see it. */
function standalone(svg: string, name: string, description: string): string {
  const opening = /^<svg width="(\d+)" height="(\d+)" [^>]*>/;
  const label = `role="img" aria-label="${escapeMarkup(description)}"`;
  return `${svg
    .replace(
      opening,
      `<svg xmlns="http://www.w3.org/2000/svg" width="$1" height="$2" viewBox="0 0 $1 $2" ${label}>`,
    )
    .replace(/<style\s*>.*?<\/style>\n?/gs, '')
    .replace(/ (?:class|pointer-events|ecmeta_[a-z_]+)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${name}-`)
    .replaceAll('\n', '')}\n`;
}

export interface AxisOptions {
  readonly scale: Scale;
  readonly label: (value: number) => string;
}

/** The place of a panel: exactly as asked for, whatever its labels take. */
export const panelPlace = (place: Readonly<Record<string, number>>): unknown => ({
  ...place,
  outerBoundsMode: 'none',
});

/** A value axis with its lines across the panel. */
export function valueAxis({ scale, label }: AxisOptions): Readonly<Record<string, unknown>> {
  return {
    type: 'value',
    min: scale.min,
    max: scale.max,
    interval: scale.step,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: QUIET, fontSize: FONT_PX, formatter: label, hideOverlap: false },
    splitLine: { lineStyle: { color: LINE } },
  };
}

/** A pattern of stripes, for what must differ by more than its hue. */
export function stripes(colour: string, angle: 'rising' | 'falling'): unknown {
  const path = angle === 'rising' ? 'M-1 1L1 -1M0 6L6 0M5 7L7 5' : 'M-1 5L1 7M0 0L6 6M5 -1L7 1';
  const attrs = { d: path, stroke: colour, 'stroke-width': 1.6, fill: 'none' };
  return {
    svgElement: { tag: 'path', attrs, key: angle },
    svgWidth: 6,
    svgHeight: 6,
  };
}

/** About how wide a text is; a little too much rather than too little. */
export function textWidthPx(text: string, fontPx: number = FONT_PX): number {
  let width = 0;
  for (const character of text) {
    if ("iljtf.,:;|'!()[] ".includes(character)) width += 0.36;
    else if (/[A-Zmw%@–]/.test(character)) width += 0.78;
    else width += 0.57;
  }
  return Math.ceil(width * fontPx);
}

export function cutText(text: string, widthPx: number): string {
  if (textWidthPx(text) <= widthPx) return text;
  let cut = text;
  while (cut.length > 1 && textWidthPx(`${cut}…`) > widthPx) cut = cut.slice(0, -1);
  return `${cut}…`;
}
