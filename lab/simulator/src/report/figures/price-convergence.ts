import type { SlotResult } from '../../study/results.ts';
import type { Figure } from '../figure.ts';
import { inPanels, lineLook } from '../mechanism-looks.ts';
import { ctPerKwh, fixedText } from '../number-text.ts';
import { EQUILIBRIUM } from '../palette.ts';
import { drawPanels, type Mark, type Panel } from '../panels.ts';
import {
  axisLabels,
  onePeriod,
  type Period,
  partNote,
  periodLabel,
  periodsOf,
} from '../periods.ts';
import { edgeNote, priceEdge, withinEdge } from '../price-edge.ts';
import { drawnRuns, runLabel, type StudyReport, tariffOf } from '../study-report.ts';

const DAY_MINUTES = 1440;
/** Below so many days the way to the equilibrium is seen slot by slot or hour by hour. */
const DAYS_SHORT = 4;

interface Course {
  readonly price: number | null;
  readonly equilibrium: number | null;
  readonly distance: number | null;
}

/** How far the price is from the one that balances the members' true limits. */
export function priceConvergence(study: StudyReport): Figure | null {
  const runs = drawnRuns(study);
  const [first] = runs;
  if (first === undefined) return null;
  const { slots, slotMs } = first.result;
  const isShort = slots.length * slotMs < DAYS_SHORT * DAY_MINUTES * 60_000;
  const periods = periodsOf(first.result, { atLeastMinutes: isShort ? 0 : DAY_MINUTES });
  const courses = runs.map(({ result }) => ({
    mechanism: result.mechanism,
    course: periods.list.map((period) => courseOf(result.slots, period)),
  }));
  if (courses.every(({ course }) => course.every(({ distance }) => distance === null))) return null;
  const edge = priceEdge(tariffOf(study, first, 'supply_ct_per_kwh'));
  const title = 'Price convergence';
  const number = (value: number | null) => (value === null ? '' : fixedText(value, 3));
  return {
    name: 'price-convergence',
    title,
    caption:
      `Of ${runLabel(first)}. Above: mean price and mean equilibrium of every ${periods.each}, over the slots that have both, weighted by the energy traded${partNote(periods, first.result)}. ` +
      'The equilibrium is the middle of the prices that balance the true limits. Below: the mean distance between the two, slot by slot; 0 is convergence.' +
      edgeNote(
        courses.map(({ mechanism, course }) => ({
          mechanism,
          values: course.map(({ price }) => price),
        })),
        edge,
      ),
    table: {
      columns: [
        'from',
        ...courses.flatMap(({ mechanism }) => [
          `${mechanism}: price, ct/kWh`,
          `${mechanism}: equilibrium, ct/kWh`,
          `${mechanism}: distance, ct/kWh`,
        ]),
      ],
      rows: periods.list.map((period, index) => [
        periodLabel(periods, period),
        ...courses.flatMap(({ course }) => {
          const { price, equilibrium, distance } = course[index]!;
          return [number(price), number(equilibrium), number(distance)];
        }),
      ]),
    },
    draw: (form) =>
      drawPanels({
        name: 'price-convergence',
        description: `${title}: price and equilibrium price in ct/kWh, and the distance between them, per ${periods.each}. The table below holds the same numbers.`,
        form,
        places: axisLabels(periods, form.labels),
        axisTitle: `each step: ${onePeriod(periods)}`,
        panels: coursePanels(courses, edge),
      }),
  };
}

interface MechanismCourse {
  readonly mechanism: string;
  readonly course: readonly Course[];
}

function coursePanels(courses: readonly MechanismCourse[], edge: number): readonly Panel[] {
  const steps = (amountOf: (course: Course) => number | null): readonly Mark[] =>
    courses.map(({ mechanism, course }, index) => ({
      kind: 'steps',
      label: mechanism,
      look: lineLook(index),
      values: withinEdge(course.map(amountOf), edge),
    }));
  const equilibrium: Mark = {
    kind: 'steps',
    label: 'equilibrium',
    // Over the other lines, which stay seen between its beads: under a uniform price the two are one.
    look: { colour: EQUILIBRIUM, form: 'beads' },
    values: courses[0]!.course.map((course) => course.equilibrium),
  };
  const reachesOf = (amountsOf: (course: Course) => readonly (number | null)[]) =>
    courses.flatMap(({ course }) =>
      course.flatMap((one) => withinEdge(amountsOf(one), edge).filter((amount) => amount !== null)),
    );
  const prices = reachesOf(({ price, equilibrium: balance }) => [price, balance]);
  const distances = reachesOf(({ distance }) => [distance]);
  return [
    ...inPanels(steps(({ price }) => price)).map(
      (part): Panel => ({
        title: 'ct/kWh',
        heightPx: 150,
        fromZero: false,
        reaches: prices,
        marks: [...part, equilibrium],
      }),
    ),
    ...inPanels(steps(({ distance }) => distance)).map(
      (part): Panel => ({
        title: 'distance from the equilibrium, ct/kWh',
        heightPx: 100,
        reaches: distances,
        marks: part,
      }),
    ),
  ];
}

function courseOf(slots: readonly SlotResult[], { from, until }: Period): Course {
  let energyWh = 0;
  let price = 0;
  let equilibrium = 0;
  let distance = 0;
  for (let index = from; index < until; index += 1) {
    const slot = slots[index]!;
    if (slot.meanPrice === null || slot.equilibriumPrice === null) continue;
    energyWh += slot.tradedWh;
    price += slot.meanPrice * slot.tradedWh;
    equilibrium += slot.equilibriumPrice * slot.tradedWh;
    distance += Math.abs(slot.meanPrice - slot.equilibriumPrice) * slot.tradedWh;
  }
  if (energyWh === 0) return { price: null, equilibrium: null, distance: null };
  const mean = (sum: number) => ctPerKwh(sum / energyWh);
  return { price: mean(price), equilibrium: mean(equilibrium), distance: mean(distance) };
}
