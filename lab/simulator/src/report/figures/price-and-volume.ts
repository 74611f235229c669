import type { Figure } from '../figure.ts';
import { barLook, inPanels, lineLook } from '../mechanism-looks.ts';
import { ctPerKwh, type EnergyUnit, energyUnit, fixedText } from '../number-text.ts';
import { SUPPLIER } from '../palette.ts';
import { drawPanels, type Mark, type Panel } from '../panels.ts';
import {
  axisLabels,
  meanPriceOf,
  onePeriod,
  type Periods,
  partNote,
  periodLabel,
  periodsOf,
  sumOf,
} from '../periods.ts';
import { edgeNote, priceEdge, withinEdge } from '../price-edge.ts';
import { drawnRuns, runLabel, type StudyReport, tariffOf } from '../study-report.ts';

/** What buyers paid and how much was traded, over the whole run. */
export function priceAndVolume(study: StudyReport): Figure | null {
  const runs = drawnRuns(study);
  const [first] = runs;
  if (first === undefined) return null;
  const periods = periodsOf(first.result);
  const series = runs.map(({ result }) => ({
    mechanism: result.mechanism,
    prices: periods.list.map((period) => {
      const price = meanPriceOf(result.slots, period);
      return price === null ? null : ctPerKwh(price);
    }),
    tradedWh: periods.list.map((period) => sumOf(result.slots, period, 'tradedWh')),
  }));
  const largestWh = Math.max(...series.flatMap(({ tradedWh }) => tradedWh));
  const supply = tariffOf(study, first, 'supply_ct_per_kwh');
  const feedIn = tariffOf(study, first, 'feed_in_ct_per_kwh');
  const edge = priceEdge(supply);
  const title = 'Price and volume';
  return {
    name: 'price-and-volume',
    title,
    caption:
      `Of ${runLabel(first)}. Each step is the mean price that buyers paid, weighted by energy, and each bar the energy traded in ${onePeriod(periods)}${partNote(periods, first.result)}. ` +
      'Where nothing was traded there is no price, and the line has a gap.' +
      edgeNote(
        series.map(({ mechanism, prices: values }) => ({ mechanism, values })),
        edge,
      ),
    table: {
      columns: [
        'from',
        ...series.flatMap(({ mechanism }) => [
          `${mechanism}: price, ct/kWh`,
          `${mechanism}: traded, kWh`,
        ]),
      ],
      rows: periods.list.map((period, index) => [
        periodLabel(periods, period),
        ...series.flatMap(({ prices: values, tradedWh }) => [
          values[index] === null ? '' : fixedText(values[index]!, 3),
          fixedText(tradedWh[index]! / 1e3, 3),
        ]),
      ]),
    },
    draw: (form) =>
      drawPanels({
        name: 'price-and-volume',
        description: `${title}: the price in ct/kWh and the energy traded per ${periods.each}, over ${periods.list.length} periods. The table below holds the same numbers.`,
        form,
        places: axisLabels(periods, form.labels),
        axisTitle: `each step: ${onePeriod(periods)}`,
        panels: [
          ...pricePanels(series, { supply, feedIn, edge }),
          ...volumePanels(series, { ...energyUnit(largestWh), largestWh }, periods),
        ],
      }),
  };
}

interface Series {
  readonly mechanism: string;
  readonly prices: readonly (number | null)[];
  readonly tradedWh: readonly number[];
}

function pricePanels(
  series: readonly Series[],
  { supply, feedIn, edge }: { supply: number; feedIn: number; edge: number },
): readonly Panel[] {
  const levels: readonly Mark[] = [
    { kind: 'level', label: 'supplier', look: { colour: SUPPLIER, form: 'line' }, value: supply },
    { kind: 'level', label: 'feed-in', look: { colour: SUPPLIER, form: 'dotted' }, value: feedIn },
  ];
  const lines = series.map(
    ({ mechanism, prices }, index): Mark => ({
      kind: 'steps',
      label: `price, ${mechanism}`,
      look: lineLook(index),
      values: withinEdge(prices, edge),
    }),
  );
  const reaches = series.flatMap(({ prices }) =>
    withinEdge(prices, edge).filter((price) => price !== null),
  );
  const parts = inPanels(lines);
  return parts.map((part) => ({
    title: 'ct/kWh',
    heightPx: parts.length > 1 ? 150 : 200,
    reaches,
    marks: [...levels, ...part],
  }));
}

/** One for each mechanism, all of one scale. */
function volumePanels(
  series: readonly Series[],
  { unit, of, largestWh }: EnergyUnit & { readonly largestWh: number },
  { each }: Periods,
): readonly Panel[] {
  return series.map(({ mechanism, tradedWh }, index) => ({
    title: `${unit} traded per ${each}${series.length > 1 ? `, ${mechanism}` : ''}`,
    heightPx: series.length > 1 ? 90 : 120,
    reaches: [of(largestWh)],
    marks: [
      {
        kind: 'bars',
        label: `traded, ${mechanism}`,
        look: barLook(index),
        values: tradedWh.map(of),
      },
    ],
  }));
}
