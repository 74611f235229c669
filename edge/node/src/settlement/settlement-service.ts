/**
 * The settlement service: when a period is over it commits to its readings, computes the run and
 * puts it before the checkers. Every step looks at the ledger first, so that a service that was
 * stopped anywhere goes on where it was, and doing a step twice changes nothing.
 */

import {
  ACTION,
  type CommitReadings,
  type ComputedRun,
  closedPeriods,
  commitReadingsCodec,
  computeRun,
  type Meter,
  openRuns,
  type ProposeRun,
  proposeRunCodec,
  type ReadingsRoot,
  type RunInput,
  readingsRootOf,
  runHash,
  type SignRun,
  settledPeriods,
  signRunCodec,
  tradesOfSlot,
} from '@commonwatt/contracts';
import { type Clock, type Crypto, equalBytes, type Ledger, toHex } from '@commonwatt/ledger';
import type { Logger } from 'pino';
import { actionOf, type Officer, OfficerRefusedError } from '../officer.ts';
import type { PersonalRecords } from '../personal/personal-records.ts';
import { READINGS_MAX, type ReadingsStore } from '../personal/readings-store.ts';
import { commitmentsAt, type OpenedReadings, openedPeriod, type Period } from './opened-period.ts';
import type { StatementBook } from './statement-book.ts';

/** The lane of the officer's key in which the service sends. */
export const SETTLEMENT_LANE = 1;
/** Commitments in one batch: about 60 bytes for each member with one meter. */
const ACTIONS_MAX = 500;
/** Periods settled in one turn; the others follow in the next. */
const PERIODS_MAX = 100;

export interface SettlementOptions {
  readonly ledger: Ledger;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly officer: Officer;
  readonly readings: ReadingsStore;
  readonly records: PersonalRecords;
  readonly statements: StatementBook;
  readonly logger: Logger;
  /** Length of a period: a day unless a demonstration says otherwise. */
  readonly periodMs: number;
  /** How long late readings are waited for once a period is over. */
  readonly graceMs: number;
}

/** What became of a period in a turn. */
export interface SettlementStep extends Period {
  readonly runHash: Uint8Array;
  readonly step: 'settled' | 'waits for checkers';
  readonly missingReadings: number;
}

export class SettlementService {
  readonly #options: SettlementOptions;
  /** Runs that wait for checkers, by the beginning of their period. */
  readonly #waiting = new Map<number, SettlementStep>();
  #line: Promise<unknown> = Promise.resolve();

  constructor(options: SettlementOptions) {
    this.#options = options;
  }

  /** Where the personal part of a run comes from. */
  get personal(): OpenedReadings {
    const { readings, records } = this.#options;
    return {
      readingsOf: (member, { periodFromMs, periodUntilMs }) =>
        readings.of(member, periodFromMs, periodUntilMs, READINGS_MAX),
      secretOf: (member) => records.secretOf(member),
    };
  }

  /** Periods with open trades that are over, oldest first. */
  duePeriods(): readonly Period[] {
    const { ledger, periodMs, graceMs } = this.#options;
    const nowMs = this.#nowMs();
    const starts = new Set<number>();
    for (const slotMs of tradedSlots(ledger)) starts.add(slotMs - (slotMs % periodMs));
    return [...starts]
      .sort((a, b) => a - b)
      .map((periodFromMs) => ({ periodFromMs, periodUntilMs: periodFromMs + periodMs }))
      .filter(({ periodUntilMs }) => periodUntilMs + graceMs <= nowMs)
      .slice(0, PERIODS_MAX);
  }

  /** When the next period with open trades is due; nothing without open trades. */
  nextDueMs(): number | undefined {
    const { ledger, periodMs, graceMs } = this.#options;
    let first: number | undefined;
    for (const slotMs of tradedSlots(ledger)) {
      const dueMs = slotMs - (slotMs % periodMs) + periodMs + graceMs;
      if (first === undefined || dueMs < first) first = dueMs;
    }
    return first;
  }

  #nowMs(): number {
    return Math.max(this.#options.clock.nowMs(), this.#options.ledger.info().timeMs);
  }

  /** One turn: brings every due period as far as it goes now. Turns stand in line. */
  tick(): Promise<readonly SettlementStep[]> {
    const result = this.#line.then(async () => {
      const steps: SettlementStep[] = [];
      for (const period of this.duePeriods()) steps.push(...(await this.#attempt(period)));
      return steps;
    });
    this.#line = result.catch(() => undefined);
    return result;
  }

  /** Resolves when no turn is under way. */
  async idle(): Promise<void> {
    await this.#line;
  }

  /** A period that the ledger refuses is told and tried again; the others do not wait for it. */
  async #attempt(period: Period): Promise<readonly SettlementStep[]> {
    try {
      return await this.#settle(period);
    } catch (error) {
      if (!(error instanceof OfficerRefusedError)) throw error;
      this.#options.logger.error({ ...period, refusal: error.refusal }, 'settlement refused');
      return [];
    }
  }

  async #settle(period: Period): Promise<readonly SettlementStep[]> {
    const { ledger, crypto, readings, officer } = this.#options;
    if (ledger.state.get(closedPeriods, period.periodFromMs) !== undefined) return [];
    const waiting = this.#waiting.get(period.periodFromMs);
    if (waiting !== undefined && this.#isOpen(waiting)) return [waiting];
    await officer.openLane(SETTLEMENT_LANE);
    // From here on what is committed to cannot change.
    await readings.close(period);
    await this.#commit(period, this.#input(period));
    const computed = computeRun(crypto.sha256, this.#input(period));
    const hash = runHash(crypto.sha256, computed.run);
    this.#report(period, computed);
    await this.#propose(period, computed, hash);
    const settled = ledger.state.get(settledPeriods, period.periodFromMs);
    const step = settled === undefined ? 'waits for checkers' : 'settled';
    const missingReadings = computed.missing.length;
    const done: SettlementStep = { ...period, runHash: hash, step, missingReadings };
    if (settled === undefined) this.#waiting.set(period.periodFromMs, done);
    else this.#waiting.delete(period.periodFromMs);
    return [done];
  }

  /** Whether a run waits on the ledger still: it ends when another takes effect instead. */
  #isOpen({ periodFromMs, runHash: hash }: SettlementStep): boolean {
    return this.#options.ledger.state.get(openRuns, { periodFromMs, runHash: hash }) !== undefined;
  }

  #input(period: Period): RunInput {
    const { ledger, crypto, readings } = this.#options;
    const { slotLengthMs } = readings;
    const { personal } = this;
    return openedPeriod(ledger, crypto.sha256, { ...period, slotLengthMs, personal });
  }

  /** Commits to the readings of every meter the officer may speak for. */
  async #commit(period: Period, input: RunInput): Promise<void> {
    const { ledger, crypto, officer } = this.#options;
    const standing = new Map(
      commitmentsAt(ledger, period).map(([key, one]) => [key.meter, one] as const),
    );
    // One action per member, so that each can show its own without the others'.
    const byMember = new Map<number, ReadingsRoot[]>();
    for (const [meter, ofMeter] of [...input.readings].sort(([a], [b]) => a - b)) {
      const registered = input.meters.get(meter);
      if (registered === undefined || !this.#speaksFor(registered)) continue;
      const root = readingsRootOf(crypto.sha256, ofMeter);
      const before = standing.get(meter);
      const stands =
        before?.periodUntilMs === period.periodUntilMs && equalBytes(before.root, root);
      if (stands) continue;
      const roots = byMember.get(registered.member) ?? [];
      byMember.set(registered.member, [...roots, { meter, root }]);
    }
    const actions = [...byMember.values()].map((roots) =>
      actionOf<CommitReadings>(ACTION.commitReadings, commitReadingsCodec, { ...period, roots }),
    );
    for (let at = 0; at < actions.length; at += ACTIONS_MAX) {
      await officer.submit(actions.slice(at, at + ACTIONS_MAX), { lane: SETTLEMENT_LANE });
    }
  }

  /** As the ledger judges it: metering's rule on who commits for a meter. */
  #speaksFor(meter: Meter): boolean {
    const { officer } = this.#options;
    if (officer.holds('provider')) return true;
    return meter.revokedMs === undefined && equalBytes(meter.key, officer.publicKey);
  }

  async #propose(period: Period, computed: ComputedRun, hash: Uint8Array): Promise<void> {
    const { ledger, officer, statements } = this.#options;
    const { periodFromMs } = period;
    const open = ledger.state.get(openRuns, { periodFromMs, runHash: hash });
    const lane = SETTLEMENT_LANE;
    if (open === undefined) {
      // Kept first: once the run takes effect its lines must not be lost.
      statements.keep(hash, computed.members);
      const { run } = computed;
      await officer.submit([actionOf<ProposeRun>(ACTION.proposeRun, proposeRunCodec, { run })], {
        lane,
      });
      return;
    }
    const own = officer.member;
    if (own === undefined || open.signedBy.includes(own) || !officer.holds('checker')) return;
    const message = { periodFromMs, runHash: hash };
    await officer.submit([actionOf<SignRun>(ACTION.signRun, signRunCodec, message)], { lane });
  }

  /** Whoever runs the community learns which readings are missing, and never what others say. */
  #report(period: Period, { run, missing, unusable }: ComputedRun): void {
    const { logger, crypto } = this.#options;
    const facts = { ...period, run: toHex(runHash(crypto.sha256, run)) };
    if (missing.length > 0) {
      const places = missing.slice(0, 100).map(({ meter, slotMs }) => ({ meter, slotMs }));
      logger.warn({ ...facts, count: missing.length, places }, 'readings missing, counted as zero');
    }
    if (unusable.length > 0) logger.warn({ ...facts, unusable }, 'readings without a commitment');
    logger.info({ ...facts, members: run.postings.length }, 'settlement run computed');
  }
}

/** Slots with trades that are not settled. */
function tradedSlots(ledger: Ledger): readonly number[] {
  return ledger.state.groupNames(tradesOfSlot).map(Number);
}
