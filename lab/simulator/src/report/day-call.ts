/** Which mechanisms of a study cleared a day in one call, and what their values of a slot then are not. */

import { findMechanism } from '@commonwatt/mechanisms';
import { dayDeclarationOf } from '../study/day-mechanism.ts';
import { firstRuns, metricOf, type StudyReport } from './study-report.ts';

/** Rounding at nine decimals is no more than the optimum. */
const WHOLE = 1 + 1e-6;

/** Empty where every slot was cleared by itself. */
export function dayCallNote(study: StudyReport): string {
  const days = firstRuns(study).flatMap((run) => {
    const { mechanism } = run.result;
    const known = findMechanism(mechanism);
    // A module's declarations are not kept with its run; but no slot by itself is worth more than its optimum.
    const knowsDays =
      known === undefined
        ? (metricOf(run, 'efficiency') ?? 0) > WHOLE
        : known.kind !== 'negotiation' && dayDeclarationOf(known) !== null;
    return knowsDays ? [mechanism] : [];
  });
  return days.length === 0
    ? ''
    : `A day is one call to ${days.join(' and ')}, which moves energy between its slots in batteries. What the market maker pays at noon it is paid back ` +
        'later: deficit slots, largest deficit and the welfare of a slot say nothing there, operator margin and welfare of whole days do. ' +
        'The optimum is that of slots without batteries, so that efficiency may be above 1.';
}
