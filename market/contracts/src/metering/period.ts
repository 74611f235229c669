/**
 * Periods: whole slots of every market, over, and never settled twice. Commitments to readings and
 * settlement runs are both about one period.
 */

import type { BlockContext, State } from '@commonwatt/ledger';
import { markets } from '../market/state.ts';
import type { ContractRefusal } from '../refusals.ts';
import { closedPeriods, closedPeriodsOfDay, DAY_MS, dayOf } from './state.ts';

/** The instants from `periodFromMs` up to, but not with, `periodUntilMs`. */
export interface Period {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
}

const PERIOD_DAYS_MAX = 31;
/** The longest period: a month. */
export const PERIOD_MS_MAX = PERIOD_DAYS_MAX * DAY_MS;

const SECOND_MS = 1000;

/**
 * Why nothing can be said about a period now; nothing when it is whole, over and still open. Late and
 * corrected readings of a settled period are taken as long as its correction window is open.
 */
export function refusePeriod(
  context: BlockContext,
  period: Period,
  what: 'a run' | 'readings' = 'a run',
): ContractRefusal | undefined {
  const { periodFromMs, periodUntilMs } = period;
  const lengthMs = periodUntilMs - periodFromMs;
  if (lengthMs <= 0 || lengthMs > PERIOD_MS_MAX) {
    return { code: 'period_invalid', lengthMs, lengthMsMax: PERIOD_MS_MAX };
  }
  for (const stepMs of slotLengthsMs(context.state)) {
    if (periodFromMs % stepMs !== 0 || periodUntilMs % stepMs !== 0) {
      return { code: 'period_invalid', slotLengthMs: stepMs };
    }
  }
  if (context.timeMs < periodUntilMs) {
    return { code: 'period_not_over', periodUntilMs, timeMs: context.timeMs };
  }
  const settled = overlappingClosed(context.state, period);
  if (settled === undefined) return undefined;
  const { readingsUntilMs, ...closed } = settled;
  const same = closed.periodFromMs === periodFromMs && closed.periodUntilMs === periodUntilMs;
  if (what === 'readings' && same && context.timeMs < readingsUntilMs) return undefined;
  return { code: 'period_settled', ...closed };
}

/** The slot lengths that a period may not cut; whole seconds where there is no market. */
function slotLengthsMs(state: State): readonly number[] {
  const lengths = new Set([SECOND_MS]);
  for (const [, market] of state.entries(markets)) lengths.add(market.rules.slotLengthMs);
  return [...lengths];
}

/** Why an instant begins no slot; nothing when it begins one of every market. */
export function refuseSlotStart(state: State, instantMs: number): ContractRefusal | undefined {
  const slotLengthMs = slotLengthsMs(state).find((stepMs) => instantMs % stepMs !== 0);
  return slotLengthMs === undefined
    ? undefined
    : { code: 'slot_invalid', slotMs: instantMs, slotLengthMs };
}

/** A closed period that shares an instant with these, which may be none. */
export function closedPeriodIn(state: State, within: Period): Period | undefined {
  if (within.periodUntilMs <= within.periodFromMs) return undefined;
  const closed = overlappingClosed(state, within);
  return closed && { periodFromMs: closed.periodFromMs, periodUntilMs: closed.periodUntilMs };
}

/** A closed period, and until when its readings may still be corrected. */
interface ClosedPeriod extends Period {
  readonly readingsUntilMs: number;
}

/** The first closed period that shares an instant with this one. Looks at 64 days at most. */
function overlappingClosed(state: State, period: Period): ClosedPeriod | undefined {
  const firstMs = period.periodFromMs - PERIOD_MS_MAX;
  for (let atMs = firstMs; atMs < period.periodUntilMs + DAY_MS; atMs += DAY_MS) {
    for (const [periodFromMs, closed] of state.group(closedPeriodsOfDay, dayOf(atMs))) {
      const { periodUntilMs } = closed;
      const apart = periodUntilMs <= period.periodFromMs || periodFromMs >= period.periodUntilMs;
      if (!apart) return { periodFromMs, ...closed };
    }
  }
  return undefined;
}

/** Settlement calls it when a run takes effect. Its readings are final from `readingsUntilMs` on. */
export function closePeriod(
  state: State,
  { periodFromMs, periodUntilMs }: Period,
  readingsUntilMs = 0,
): void {
  state.set(closedPeriods, periodFromMs, { periodUntilMs, readingsUntilMs });
}
