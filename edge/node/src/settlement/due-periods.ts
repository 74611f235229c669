/**
 * Which periods are to be settled, and which settled ones again: read from the ledger at every turn,
 * so that it does not matter when the service was stopped.
 */

import {
  closedPeriods,
  correctables,
  policies,
  policyAt,
  type SettledPeriod,
  type Stage,
  settledPeriods,
  tradesOfSlot,
} from '@commonwatt/contracts';
import type { Ledger } from '@commonwatt/ledger';
import type { Period } from './opened-period.ts';

export interface SettlementTimes {
  /** Length of a period: a day unless a demonstration says otherwise. */
  readonly periodMs: number;
  /** How long late readings are waited for once a period is over. */
  readonly graceMs: number;
  /** How long corrections of a settled period are gathered before a run takes them in. */
  readonly correctionEveryMs: number;
  /** How long after its end a period's runs are provisional; 0: its first run is the final one. */
  readonly finalAfterMs: number;
}

/** Periods settled in one turn; the others follow in the next. */
export const PERIODS_MAX = 100;

export class DuePeriods {
  readonly #ledger: Ledger;
  readonly #times: SettlementTimes;
  /** Before it no period without trades is left to be settled. */
  #reachedMs = 0;

  constructor(ledger: Ledger, times: SettlementTimes) {
    this.#ledger = ledger;
    this.#times = times;
  }

  /** Periods that are over and were never settled, oldest first. */
  first(nowMs: number): readonly Period[] {
    return [...new Set([...this.#traded(), ...this.#charged(nowMs)])]
      .sort((a, b) => a - b)
      .map((periodFromMs) => this.#periodFrom(periodFromMs))
      .filter((period) => this.#dueMs(period) <= nowMs)
      .slice(0, PERIODS_MAX);
  }

  /** When the first of them, or a final run, is due; nothing where none is in sight. */
  nextMs(nowMs: number): number | undefined {
    const { periodMs, finalAfterMs } = this.#times;
    const first = [...this.#traded(), ...this.#charged(nowMs + 2 * periodMs, 1)];
    const due = [
      ...first.map((periodFromMs) => this.#dueMs(this.#periodFrom(periodFromMs))),
      ...this.provisional().map(({ periodUntilMs }) => periodUntilMs + finalAfterMs),
    ];
    return due.length === 0 ? undefined : due.reduce((a, b) => Math.min(a, b));
  }

  /** Settled periods that a final run is still to close. */
  provisional(): readonly Period[] {
    const { state } = this.#ledger;
    if (this.#times.finalAfterMs === 0) return [];
    return state.entries(correctables).flatMap(([periodFromMs, { periodUntilMs }]) => {
      const isProvisional = state.get(settledPeriods, periodFromMs)?.stage === 'provisional';
      return isProvisional ? [{ periodFromMs, periodUntilMs }] : [];
    });
  }

  /** The stage of a run made now, by the period's last one. A final run must still be possible later. */
  stageOf(period: Period, last: SettledPeriod | undefined, nowMs: number): Stage {
    if (last !== undefined && last.stage !== 'provisional') return 'adjusting';
    const finalMs = period.periodUntilMs + this.#times.finalAfterMs;
    if (last !== undefined) return nowMs >= finalMs ? 'final' : 'provisional';
    const { correctionMs } = policyAt(this.#ledger.state, period.periodFromMs);
    return nowMs >= finalMs || finalMs >= nowMs + correctionMs ? 'final' : 'provisional';
  }

  /** Beginnings of periods with open trades. */
  #traded(): readonly number[] {
    const { periodMs } = this.#times;
    const slots = this.#ledger.state.groupNames(tradesOfSlot).map(Number);
    return slots.map((slotMs) => slotMs - (slotMs % periodMs));
  }

  /** Beginnings of periods that are settled without a trade too: for what is shared or charged in them. */
  #charged(nowMs: number, most = PERIODS_MAX): readonly number[] {
    const { state, genesis } = this.#ledger;
    const { periodMs } = this.#times;
    const [since] = state
      .entries(policies)
      .filter(([, one]) => one.sharing !== 'none' || one.residualCharges === 'posted');
    if (since === undefined) return [];
    const fromMs = Math.max(since[0], genesis.timeMs, this.#reachedMs);
    const found: number[] = [];
    for (
      let at = Math.ceil(fromMs / periodMs) * periodMs;
      found.length < most && at + periodMs <= nowMs;
      at += periodMs
    ) {
      const { sharing, residualCharges } = policyAt(state, at);
      const isConcerned = sharing !== 'none' || residualCharges === 'posted';
      if (isConcerned && state.get(closedPeriods, at) === undefined) found.push(at);
      else if (found.length === 0 && at + periodMs <= this.#ledger.info().timeMs) {
        this.#reachedMs = at + periodMs;
      }
    }
    return found;
  }

  #periodFrom(periodFromMs: number): Period {
    return { periodFromMs, periodUntilMs: periodFromMs + this.#times.periodMs };
  }

  #dueMs({ periodUntilMs }: Period): number {
    return periodUntilMs + this.#times.graceMs;
  }
}
