import type { Figure } from '../figure.ts';
import { BAR_FORMS, LINE_FORMS } from '../legend.ts';
import { ctPerKwh, energyUnit, fixedText } from '../number-text.ts';
import { MECHANISM_COLOURS, SUPPLIER } from '../palette.ts';
import { drawPanels, type Mark, type Panel } from '../panels.ts';
import {
  axisLabels,
  meanPriceOf,
  onePeriod,
  partNote,
  periodLabel,
  periodsOf,
  sumOf,
} from '../periods.ts';
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
  const energy = energyUnit(largestWh);
  const supply = tariffOf(study, first, 'supply_ct_per_kwh');
  const feedIn = tariffOf(study, first, 'feed_in_ct_per_kwh');
  const prices: Mark[] = [
    { kind: 'level', label: 'supplier', look: { colour: SUPPLIER, form: 'line' }, value: supply },
    { kind: 'level', label: 'feed-in', look: { colour: SUPPLIER, form: 'dotted' }, value: feedIn },
    ...series.map(
      ({ mechanism, prices: values }, index): Mark => ({
        kind: 'steps',
        label: `price, ${mechanism}`,
        look: { colour: MECHANISM_COLOURS[index]!, form: LINE_FORMS[index]! },
        values,
      }),
    ),
  ];
  const volumes = series.map(
    ({ mechanism, tradedWh }, index): Panel => ({
      title: `${energy.unit} traded per ${periods.each}${runs.length > 1 ? `, ${mechanism}` : ''}`,
      heightPx: runs.length > 1 ? 90 : 120,
      reaches: [energy.of(largestWh)],
      marks: [
        {
          kind: 'bars',
          label: `traded, ${mechanism}`,
          look: { colour: MECHANISM_COLOURS[index]!, form: BAR_FORMS[index]! },
          values: tradedWh.map(energy.of),
        },
      ],
    }),
  );
  const title = 'Price and volume';
  return {
    name: 'price-and-volume',
    title,
    caption:
      `Of ${runLabel(first)}. Each step is the mean price that buyers paid, weighted by energy, and each bar the energy traded in ${onePeriod(periods)}${partNote(periods, first.result)}. ` +
      'Where nothing was traded there is no price, and the line has a gap.',
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
        panels: [{ title: 'ct/kWh', heightPx: 200, marks: prices }, ...volumes],
      }),
  };
}
