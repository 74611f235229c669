import type { Figure } from '../figure.ts';
import type { Look } from '../legend.ts';
import { barLook, inPanels, lineLook } from '../mechanism-looks.ts';
import { ctPerKwh, energyUnit, fixedText } from '../number-text.ts';
import { EQUILIBRIUM, OWN, SUPPLIER } from '../palette.ts';
import { drawPanels, type Mark, type Panel } from '../panels.ts';
import { clockLabel, localSlots } from '../periods.ts';
import { edgeNote, priceEdge, withinEdge } from '../price-edge.ts';
import { drawnRuns, runLabel, type StudyReport, type StudyRun, tariffOf } from '../study-report.ts';

/** Bars of more mechanisms than these are too thin beside each other. */
const BARS_TOGETHER_MAX = 3;

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

interface HourMeans {
  readonly mechanism: string;
  readonly loadWh: readonly number[];
  readonly generationWh: readonly number[];
  readonly tradedWh: readonly number[];
  readonly price: readonly (number | null)[];
}

/** The mean day: load, generation and trade by the hour, and the price beside them. */
export function dayProfile(study: StudyReport): Figure | null {
  const runs = drawnRuns(study);
  const [first] = runs;
  if (first === undefined || first.result.slots.length * first.result.slotMs < 86_400_000)
    return null;
  const means = runs.map(hourMeans);
  const { loadWh, generationWh } = means[0]!;
  const supply = tariffOf(study, first, 'supply_ct_per_kwh');
  const note = edgeNote(
    means.map(({ mechanism, price }) => ({ mechanism, values: price })),
    priceEdge(supply),
  );
  const title = 'The mean day';
  const number = (value: number | null | undefined) =>
    value === null || value === undefined ? '' : fixedText(value, 3);
  return {
    name: 'day-profile',
    title,
    caption: `Of ${runLabel(first)}: means by local hour over the days that have it. Prices are weighted by the energy traded.${note}`,
    table: {
      columns: [
        'hour',
        'load, kWh',
        'generation, kWh',
        ...runs.flatMap(({ result }) => [
          `${result.mechanism}: traded, kWh`,
          `${result.mechanism}: price, ct/kWh`,
        ]),
      ],
      rows: HOURS.map((hour) => [
        clockLabel(hour * 60),
        number(loadWh[hour]! / 1e3),
        number(generationWh[hour]! / 1e3),
        ...means.flatMap(({ tradedWh, price }) => [
          number(tradedWh[hour]! / 1e3),
          number(price[hour]),
        ]),
      ]),
    },
    draw: (form) =>
      drawPanels({
        name: 'day-profile',
        description: `${title}: load, generation and trade in kWh and the price in ct/kWh for each hour of the day. The table below holds the same numbers.`,
        form,
        places: HOURS.map(() => ''),
        edges: [...HOURS, HOURS.length].map((hour) =>
          hour % (form.name === 'wide' ? 2 : 6) === 0 ? clockLabel(hour * 60) : '',
        ),
        axisTitle: 'local hour',
        panels: hourPanels(means, supply),
      }),
  };
}

function hourPanels(means: readonly HourMeans[], supply: number): readonly Panel[] {
  const { loadWh, generationWh } = means[0]!;
  const energy = energyUnit(Math.max(...loadWh, ...generationWh));
  const steps = (label: string, look: Look, values: readonly number[]): Mark => ({
    kind: 'steps',
    label,
    look,
    values: values.map(energy.of),
  });
  const edge = priceEdge(supply);
  const bars = means.map(
    ({ mechanism, tradedWh }, index): Mark => ({
      kind: 'bars',
      label: `traded, ${mechanism}`,
      look: barLook(index),
      values: tradedWh.map(energy.of),
    }),
  );
  const prices = means.map(
    ({ mechanism, price }, index): Mark => ({
      kind: 'steps',
      label: `price, ${mechanism}`,
      look: lineLook(index),
      values: withinEdge(price, edge),
    }),
  );
  const barParts = inPanels(bars, BARS_TOGETHER_MAX);
  const priceParts = inPanels(prices);
  const known = means.flatMap(({ price }) =>
    withinEdge(price, edge).filter((value) => value !== null),
  );
  return [
    ...barParts.map(
      (part): Panel => ({
        title: `${energy.unit} per hour`,
        heightPx: barParts.length > 1 ? 120 : 180,
        marks: [
          ...part,
          steps('load', { colour: EQUILIBRIUM, form: 'line' }, loadWh),
          steps('generation', { colour: OWN, form: 'dashed' }, generationWh),
        ],
      }),
    ),
    ...priceParts.map(
      (part): Panel => ({
        title: 'ct/kWh',
        heightPx: 120,
        reaches: known,
        marks: [
          {
            kind: 'level',
            label: 'supplier',
            look: { colour: SUPPLIER, form: 'line' },
            value: supply,
          },
          ...part,
        ],
      }),
    ),
  ];
}

function hourMeans({ result }: StudyRun): HourMeans {
  const local = localSlots(result);
  const zero = () => new Array<number>(HOURS.length).fill(0);
  // Where a run begins or ends within a day, some hours have fewer days than others.
  const days = HOURS.map(() => new Set<number>());
  const sums = { load: zero(), generation: zero(), traded: zero(), weighted: zero() };
  for (const [index, slot] of result.slots.entries()) {
    const hour = Math.floor(local.minute[index]! / 60);
    days[hour]!.add(local.day[index]!);
    sums.load[hour] = sums.load[hour]! + slot.loadWh;
    sums.generation[hour] = sums.generation[hour]! + slot.generationWh;
    sums.traded[hour] = sums.traded[hour]! + slot.tradedWh;
    sums.weighted[hour] = sums.weighted[hour]! + (slot.meanPrice ?? 0) * slot.tradedWh;
  }
  const perDay = (all: readonly number[]) =>
    all.map((sum, hour) => sum / Math.max(1, days[hour]!.size));
  return {
    mechanism: result.mechanism,
    loadWh: perDay(sums.load),
    generationWh: perDay(sums.generation),
    tradedWh: perDay(sums.traded),
    price: sums.weighted.map((weighted, hour) => {
      const tradedWh = sums.traded[hour]!;
      return tradedWh === 0 ? null : ctPerKwh(weighted / tradedWh);
    }),
  };
}
