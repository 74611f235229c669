import { drawChart, FONT_PX, type Form, panelPlace, textWidthPx } from '../chart.ts';
import type { Figure } from '../figure.ts';
import { legendOf, textAt } from '../legend.ts';
import { energyUnit, fixedText } from '../number-text.ts';
import { HEAT, NOTHING, QUIET } from '../palette.ts';
import {
  axisLabels,
  clockLabel,
  daysOrWeeksOf,
  localSlots,
  type Periods,
  partNote,
  periodLabel,
} from '../periods.ts';
import { drawnRuns, runLabel, type StudyReport, type StudyRun } from '../study-report.ts';

const HOURS = 24;
/** More days than these are gathered into weeks. */
const DAYS_MAX = 62;

interface HeatMap {
  readonly mechanism: string;
  /** By column, then hour; null where there was no slot. */
  readonly cells: readonly (readonly (number | null)[])[];
}

/** When trade happens: hour of the day against the day. */
export function heatMap(study: StudyReport): Figure | null {
  const runs = drawnRuns(study);
  const [first] = runs;
  if (first === undefined || first.result.slots.length * first.result.slotMs < 2 * 86_400_000)
    return null;
  const columns = daysOrWeeksOf(first.result, DAYS_MAX);
  const maps = runs.map((run) => ({
    mechanism: run.result.mechanism,
    cells: hourlyMeans(run, columns),
  }));
  const largest = Math.max(
    0,
    ...maps.flatMap(({ cells }) => cells.flat().map((cell) => cell ?? 0)),
  );
  if (largest === 0) return null;
  const energy = energyUnit(largest);
  const weekly = columns.each === 'week';
  const title = 'When energy is traded';
  return {
    name: 'heat-map',
    title,
    caption:
      `Of ${runLabel(first)}: energy traded in each local hour of each ${columns.each}${partNote(columns, first.result)}` +
      `${weekly ? ', as the mean of its days' : ''}. Sand is an hour without trade, darker green is more${hasGaps(maps) ? ', and white is no data' : ''}.`,
    table: {
      columns: [
        weekly ? 'week from' : 'day',
        ...maps.flatMap(({ mechanism }) =>
          Array.from(
            { length: HOURS },
            (_, hour) => `${maps.length > 1 ? `${mechanism} ` : ''}${clockLabel(hour * 60)}, kWh`,
          ),
        ),
      ],
      rows: columns.list.map((period, index) => [
        periodLabel(columns, period),
        ...maps.flatMap(({ cells }) =>
          cells[index]!.map((cell) => (cell === null ? '' : fixedText(cell / 1e3, 3))),
        ),
      ]),
    },
    draw: (form) =>
      drawMaps(form, {
        maps,
        columns,
        largest: energy.of(largest),
        of: energy.of,
        unit: energy.unit,
        description: `${title}: energy traded by hour of the day and ${columns.each}. The table below holds the same numbers.`,
      }),
  };
}

function hourlyMeans({ result }: StudyRun, columns: Periods): HeatMap['cells'] {
  const local = localSlots(result);
  return columns.list.map(({ from, until }) => {
    const sums = new Array<number>(HOURS).fill(0);
    const days = sums.map(() => new Set<number>());
    for (let index = from; index < until; index += 1) {
      const hour = Math.floor(local.minute[index]! / 60);
      sums[hour] = sums[hour]! + result.slots[index]!.tradedWh;
      days[hour]!.add(local.day[index]!);
    }
    return sums.map((sum, hour) => {
      const count = days[hour]!.size;
      return count === 0 ? null : sum / count;
    });
  });
}

const hasGaps = (maps: readonly HeatMap[]): boolean =>
  maps.some(({ cells }) => cells.some((hours) => hours.includes(null)));

interface Maps {
  readonly maps: readonly HeatMap[];
  readonly columns: Periods;
  readonly largest: number;
  readonly of: (wattHours: number) => number;
  readonly unit: string;
  readonly description: string;
}

/** Of one map, and of each where there are many. */
const MAP_PX = 192;
const SMALL_MAP_PX = 120;
const LARGE_MAPS_MAX = 2;

function drawMaps(form: Form, { maps, columns, largest, of, unit, description }: Maps): string {
  const classes = HEAT.map((colour, index) => ({
    label: `${index === 0 ? 'above 0' : classEdge(index, largest)}–${classEdge(index + 1, largest)}`,
    look: { colour, form: 'solid' as const },
  }));
  const none = { label: 'none', look: { colour: NOTHING, form: 'solid' as const } };
  const legend = legendOf([none, ...classes], form.widthPx);
  const mapPx = maps.length > LARGE_MAPS_MAX ? SMALL_MAP_PX : MAP_PX;
  const left = textWidthPx('00:00') + 10;
  const labels = axisLabels(columns, form.labels);
  const option = { grid: [], xAxis: [], yAxis: [], series: [] } as Record<
    'grid' | 'xAxis' | 'yAxis' | 'series',
    unknown[]
  >;
  const graphic: unknown[] = [...legend.elements];
  let top = legend.heightPx;
  for (const [index, { mechanism, cells }] of maps.entries()) {
    const title = `${unit} traded per hour${maps.length > 1 ? `, ${mechanism}` : ''}`;
    graphic.push(textAt(title, 0, top + 8));
    top += 24;
    option.grid.push(panelPlace({ left, right: 20, top, height: mapPx }));
    option.xAxis.push(dayAxis(index, labels, index === maps.length - 1));
    option.yAxis.push(hourAxis(index));
    option.series.push(cellSeries(index, cells, (value) => colourOf(of(value), largest)));
    top += mapPx + 12;
  }
  return drawChart({
    name: `heat-map-${form.name}`,
    description,
    widthPx: form.widthPx,
    heightPx: top + 18,
    option: { ...option, graphic: { elements: graphic } },
  });
}

const classEdge = (index: number, largest: number): string => {
  const decimals = largest >= 70 ? 0 : largest >= 7 ? 1 : 2;
  return fixedText((largest * index) / HEAT.length, decimals);
};

function colourOf(value: number, largest: number): string {
  if (value === 0) return NOTHING;
  const place = Math.min(HEAT.length - 1, Math.floor((value / largest) * HEAT.length));
  return HEAT[place]!;
}

const dayAxis = (gridIndex: number, labels: readonly string[], labelled: boolean): unknown => ({
  gridIndex,
  type: 'category',
  data: labels.map((_, index) => String(index)),
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: {
    show: labelled,
    interval: (index: number) => labels[index] !== '',
    color: QUIET,
    fontSize: FONT_PX,
    formatter: (index: string) => labels[Number(index)] ?? '',
  },
});

/** Midnight above, as a day is read. */
const hourAxis = (gridIndex: number): unknown => ({
  gridIndex,
  type: 'value',
  inverse: true,
  min: 0,
  max: HOURS,
  interval: 6,
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { show: false },
  axisLabel: {
    color: QUIET,
    fontSize: FONT_PX,
    formatter: (hour: number) => clockLabel(hour * 60),
  },
});

interface Surface {
  coord(value: readonly [number, number]): readonly [number, number];
  size(value: readonly [number, number]): readonly [number, number];
}

function cellSeries(
  panel: number,
  cells: HeatMap['cells'],
  colour: (value: number) => string,
): unknown {
  const draw = (surface: Surface): readonly unknown[] => {
    const [width] = surface.size([1, 0]);
    return cells.flatMap((hours, column) =>
      sameColours(hours, colour).map(({ from, until, fill }) => {
        const [middle, top] = surface.coord([column, from]);
        const [, bottom] = surface.coord([column, until]);
        const shape = {
          x: Math.round((middle - width / 2) * 10) / 10,
          y: top,
          // A hair wider than its place, lest the page shines through between cells.
          width: Math.ceil((width + 0.3) * 10) / 10,
          height: bottom - top + 0.3,
        };
        return { type: 'rect', shape, style: { fill } };
      }),
    );
  };
  return {
    type: 'custom',
    xAxisIndex: panel,
    yAxisIndex: panel,
    silent: true,
    data: [[0, 0]],
    renderItem: (_: unknown, surface: Surface) => ({ type: 'group', children: draw(surface) }),
  };
}

interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly fill: string;
}

/** Hours of one colour that follow each other are drawn as one: a year has fewer of them than cells. */
function sameColours(
  hours: readonly (number | null)[],
  colour: (value: number) => string,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [hour, value] of hours.entries()) {
    if (value === null) continue;
    const fill = colour(value);
    const last = stretches.at(-1);
    if (last !== undefined && last.until === hour && last.fill === fill) {
      stretches[stretches.length - 1] = { ...last, until: hour + 1 };
    } else stretches.push({ from: hour, until: hour + 1, fill });
  }
  return stretches;
}
