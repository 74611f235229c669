/** Which run may follow which: provisional ones, a final one, and then only adjusting ones. */

import { type BlockContext, equalBytes } from '@commonwatt/ledger';
import { refusePeriod } from '../metering/period.ts';
import type { ContractRefusal } from '../refusals.ts';
import type { Run, Stage } from './messages.ts';
import { correctables, type SettledPeriod, settledPeriods } from './state.ts';

/** Why a run cannot be the period's next one. The checks stand in order of precedence. */
export function refuseStage(context: BlockContext, run: Run): ContractRefusal | undefined {
  return run.sequence === 0 ? refuseFirst(context, run) : refuseLater(context, run);
}

function refuseFirst(context: BlockContext, run: Run): ContractRefusal | undefined {
  const { stage, adjusts, rulesVersion } = run;
  const expected: readonly Stage[] = rulesVersion < 3 ? ['final'] : ['provisional', 'final'];
  return (
    refusePeriod(context, run) ??
    (adjusts === undefined && expected.includes(stage)
      ? undefined
      : { code: 'stage_wrong', stage, expected, adjusts })
  );
}

/** A later run is of exactly the settled period, and comes before its correction window ends. */
function refuseLater({ state, timeMs }: BlockContext, run: Run): ContractRefusal | undefined {
  const { periodFromMs, periodUntilMs, sequence, stage, adjusts } = run;
  const last = state.get(settledPeriods, periodFromMs);
  if (last === undefined || last.periodUntilMs !== periodUntilMs) {
    return { code: 'stage_wrong', sequence, expected: 0 };
  }
  const kept = state.get(correctables, periodFromMs);
  if (kept === undefined || timeMs >= kept.untilMs) return { code: 'period_settled', periodFromMs };
  if (sequence !== last.sequence + 1) {
    return { code: 'stage_wrong', sequence, expected: last.sequence + 1 };
  }
  const follows = adjusts !== undefined && equalBytes(adjusts, last.runHash);
  if (!follows || !stagesAfter(last.stage).includes(stage)) {
    return { code: 'stage_wrong', stage, expected: stagesAfter(last.stage), adjusts: last.runHash };
  }
  return undefined;
}

/** The stages that a run may have after one of this stage. */
export function stagesAfter(stage: Stage | undefined): readonly Stage[] {
  return stage === undefined || stage === 'provisional' ? ['provisional', 'final'] : ['adjusting'];
}

/** A later run keeps the version of the rules by which its period was settled first. */
export function versionFor(last: SettledPeriod | undefined, active: number): number {
  return last?.rulesVersion ?? active;
}
