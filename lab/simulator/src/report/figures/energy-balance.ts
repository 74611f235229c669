import type { SlotResult } from '../../study/results.ts';
import type { Figure } from '../figure.ts';
import type { Look } from '../legend.ts';
import { energyUnit, fixedText } from '../number-text.ts';
import { COMMUNITY, OWN, SUPPLIER } from '../palette.ts';
import { drawPanels, type Mark, type Panel } from '../panels.ts';
import {
  axisLabels,
  onePeriod,
  type Period,
  partNote,
  periodLabel,
  periodsOf,
  sumOf,
} from '../periods.ts';
import { drawnRuns, runLabel, type StudyReport } from '../study-report.ts';

const DAY_MINUTES = 1440;

export const SOURCE_LOOKS = {
  own: { colour: OWN, form: 'rising' },
  community: { colour: COMMUNITY, form: 'solid' },
  supplier: { colour: SUPPLIER, form: 'outline' },
} as const satisfies Readonly<Record<string, Look>>;

interface Balance {
  readonly traded: number;
  readonly imported: number;
  readonly exported: number;
  /** Of the load, and of the generation, in Wh. */
  readonly ownUse: number;
  readonly ownPlants: number;
}

/** Day by day: what covered the load, and where the generation went. */
export function energyBalance(study: StudyReport): Figure | null {
  const [run] = drawnRuns(study);
  if (run === undefined) return null;
  const periods = periodsOf(run.result, { atLeastMinutes: DAY_MINUTES });
  const balances = periods.list.map((period) => balanceOf(run.result.slots, period));
  const per = periods.each;
  const title = 'Energy balance';
  return {
    name: 'energy-balance',
    title,
    caption:
      `Of ${runLabel(run)}, ${run.result.mechanism}. Above zero: what covered the load of a ${per}. Below zero: where its generation went. ` +
      'Own energy went from a plant to the same member, through its own battery too; community energy was bought by one member and sold by another' +
      `${partNote(periods, run.result)}.`,
    table: {
      columns: [
        'from',
        'load from own, kWh',
        'load from community, kWh',
        'load from supplier, kWh',
        'generation to own use, kWh',
        'generation to community, kWh',
        'generation fed in, kWh',
      ],
      rows: periods.list.map((period, index) => {
        const { traded, imported, exported, ownUse, ownPlants } = balances[index]!;
        const row = [ownUse, traded, imported, ownPlants, traded, exported];
        return [periodLabel(periods, period), ...row.map((value) => fixedText(value / 1e3, 3))];
      }),
    },
    draw: (form) =>
      drawPanels({
        name: 'energy-balance',
        description: `${title}: energy per ${per} by source above zero and by destination below zero. The table below holds the same numbers.`,
        form,
        places: axisLabels(periods, form.labels),
        axisTitle: `each bar: ${onePeriod(periods)}`,
        panels: [balancePanel(balances, per)],
      }),
  };
}

function balanceOf(slots: readonly SlotResult[], period: Period): Balance {
  const sum = (field: Parameters<typeof sumOf>[2]) => sumOf(slots, period, field);
  const [traded, imported, exported] = [sum('tradedWh'), sum('importWh'), sum('exportWh')];
  return {
    traded,
    imported,
    exported,
    // What is neither bought nor sold is the members' own. A battery moves energy between days, so that a day may
    // take more from outside than its load comes to: then nothing of the load counts as covered by own energy.
    ownUse: Math.max(0, sum('loadWh') - traded - imported),
    ownPlants: Math.max(0, sum('generationWh') - traded - exported),
  };
}

function balancePanel(balances: readonly Balance[], per: string): Panel {
  const largest = Math.max(
    ...balances.map(({ traded, imported, ownUse }) => traded + imported + ownUse),
    ...balances.map(({ traded, exported, ownPlants }) => traded + exported + ownPlants),
  );
  const energy = energyUnit(largest);
  const bars = (
    label: keyof typeof SOURCE_LOOKS,
    amountOf: (balance: Balance) => number,
  ): Mark => ({
    kind: 'bars',
    stack: 'all',
    label,
    look: SOURCE_LOOKS[label],
    values: balances.map((balance) => energy.of(amountOf(balance))),
  });
  return {
    title: `${energy.unit} per ${per}: load above zero, generation below`,
    heightPx: 260,
    marks: [
      bars('own', ({ ownUse }) => ownUse),
      bars('community', ({ traded }) => traded),
      bars('supplier', ({ imported }) => imported),
      bars('own', ({ ownPlants }) => -ownPlants),
      bars('community', ({ traded }) => -traded),
      bars('supplier', ({ exported }) => -exported),
    ],
  };
}
