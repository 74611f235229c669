/** The figures of a study, in the order in which a report tells them. */

import { WIDE } from '../chart.ts';
import type { Figure } from '../figure.ts';
import { leftOutNote, type StudyReport } from '../study-report.ts';
import { dayProfile } from './day-profile.ts';
import { DIFFERENCE_INTERVALS, differenceIntervals } from './difference-intervals.ts';
import { energyBalance } from './energy-balance.ts';
import { heatMap } from './heat-map.ts';
import { ledgerMetrics } from './ledger-metrics.ts';
import { lorenzCurve } from './lorenz-curve.ts';
import { memberSavings } from './member-savings.ts';
import { selfConsumption, selfSufficiency } from './member-shares.ts';
import { priceAndVolume } from './price-and-volume.ts';
import { priceConvergence } from './price-convergence.ts';
import { sweptMetrics } from './swept-metrics.ts';

const SINGLE: readonly ((study: StudyReport) => Figure | null)[] = [
  differenceIntervals,
  priceAndVolume,
  dayProfile,
  priceConvergence,
  energyBalance,
  heatMap,
  memberSavings,
  lorenzCurve,
  selfSufficiency,
  selfConsumption,
  ledgerMetrics,
];

/** Those that the study has numbers for. */
export function figuresWithNumbers(study: StudyReport): readonly Figure[] {
  const figures = [...sweptMetrics(study), ...SINGLE.flatMap((make) => make(study) ?? [])];
  const note = leftOutNote(study);
  return note === '' ? figures : figures.map((figure) => withNote(figure, note));
}

/** Differences are told of every mechanism. */
function withNote(figure: Figure, note: string): Figure {
  return figure.name === DIFFERENCE_INTERVALS
    ? figure
    : { ...figure, caption: `${figure.caption} ${note}` };
}

export interface FigureFile {
  /** Without an ending. */
  readonly name: string;
  readonly svg: string;
}

/** Each figure as a file of its own, wide. */
export function figuresOf(study: StudyReport): readonly FigureFile[] {
  return figuresWithNumbers(study).map(({ name, draw }) => ({ name, svg: draw(WIDE) }));
}
