/**
 * The settlement service: when a period is over it commits to its readings, computes the run and
 * puts it before the checkers; when corrections of a settled period came, it does so again, and the
 * ledger posts the difference. Every step looks at ledger and store first, so that a service that
 * was stopped anywhere goes on where it was, and doing a step twice changes nothing.
 */

import {
  ACTION,
  type CommitReadings,
  type ComputedRun,
  closedPeriods,
  commitmentsOf,
  commitmentsRootOf,
  commitReadingsCodec,
  computeRun,
  correctables,
  type Meter,
  openRuns,
  ownersOf,
  type ProposeRun,
  proposeRunCodec,
  type ReadingsRoot,
  type RunInput,
  readingsRootOf,
  runHash,
  type SettledPeriod,
  type SignRun,
  settledPeriods,
  sharingRootOfRun,
  signRunCodec,
} from '@commonwatt/contracts';
import { type Clock, type Crypto, equalBytes, type Ledger, toHex } from '@commonwatt/ledger';
import type { Logger } from 'pino';
import { actionOf, type Officer, OfficerRefusedError } from '../officer.ts';
import type { PersonalRecords } from '../personal/personal-records.ts';
import { READINGS_MAX, type ReadingsStore } from '../personal/readings-store.ts';
import type { SharingStore } from '../personal/sharing-store.ts';
import type { Projections } from '../projections/projections.ts';
import { DuePeriods, PERIODS_MAX, type SettlementTimes } from './due-periods.ts';
import {
  commitmentsAt,
  connectionMeters,
  type OpenedReadings,
  openedPeriod,
  type Period,
  reopenedPeriod,
} from './opened-period.ts';
import type { StatementBook } from './statement-book.ts';

/** The lane of the officer's key in which the service sends. */
export const SETTLEMENT_LANE = 1;
/** Commitments in one batch: about 60 bytes for each member with one meter. */
const ACTIONS_MAX = 500;

export interface SettlementOptions extends SettlementTimes {
  readonly ledger: Ledger;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly officer: Officer;
  readonly readings: ReadingsStore;
  readonly records: PersonalRecords;
  readonly statements: StatementBook;
  readonly sharing: SharingStore;
  readonly projections: Projections;
  readonly logger: Logger;
}

/** What became of a period in a turn. */
export interface SettlementStep extends Period {
  readonly runHash: Uint8Array;
  /** 0 for the period's first run. */
  readonly sequence: number;
  readonly step: 'settled' | 'waits for checkers';
  readonly missingReadings: number;
}

export class SettlementService {
  readonly #options: SettlementOptions;
  readonly #due: DuePeriods;
  /** Runs that wait for checkers, by the beginning of their period. */
  readonly #waiting = new Map<number, SettlementStep>();
  #line: Promise<unknown> = Promise.resolve();

  constructor(options: SettlementOptions) {
    this.#options = options;
    this.#due = new DuePeriods(options.ledger, options);
  }

  /** Where the personal part of a run comes from. */
  get personal(): OpenedReadings {
    const { readings, records, sharing } = this.#options;
    return {
      readingsOf: (member, { periodFromMs, periodUntilMs }) =>
        readings.of(member, periodFromMs, periodUntilMs, READINGS_MAX),
      secretOf: (member) => records.secretOf(member),
      sharingOf: (member, period) => sharing.of(member, period),
    };
  }

  /** Periods that are over and were never settled, oldest first. */
  duePeriods(): readonly Period[] {
    return this.#due.first(this.#nowMs());
  }

  /** Settled periods that are to be settled again: corrections waited long enough, or the final run is due. */
  periodsToCorrect(): readonly Period[] {
    const nowMs = this.#nowMs();
    const waiting = new Map<number, Period>();
    for (const period of this.#options.readings.unsettled()) {
      if (this.#correctionDueMs(period) <= nowMs) waiting.set(period.periodFromMs, period);
    }
    for (const period of this.#due.provisional()) {
      if (this.#due.stageOf(period, this.#lastRun(period), nowMs) !== 'final') continue;
      waiting.set(period.periodFromMs, period);
    }
    return [...waiting.values()]
      .sort((a, b) => a.periodFromMs - b.periodFromMs)
      .slice(0, PERIODS_MAX);
  }

  /** When there is something to do next, or to look for; nothing where nothing can come. */
  nextDueMs(): number | undefined {
    const { ledger, readings, correctionEveryMs } = this.#options;
    const nowMs = this.#nowMs();
    const firstMs = this.#due.nextMs(nowMs) ?? Number.POSITIVE_INFINITY;
    // Corrections come at any time while a period can be corrected.
    let nextMs = ledger.state.size(correctables) > 0 ? nowMs + correctionEveryMs : firstMs;
    for (const period of readings.unsettled()) {
      nextMs = Math.min(nextMs, this.#correctionDueMs(period));
    }
    const dueMs = Math.min(firstMs, nextMs);
    return dueMs === Number.POSITIVE_INFINITY ? undefined : dueMs;
  }

  #lastRun({ periodFromMs }: Period): SettledPeriod | undefined {
    return this.#options.ledger.state.get(settledPeriods, periodFromMs);
  }

  /** What was begun goes on at once; never where the ledger takes no correction of the period. */
  #correctionDueMs(period: Period): number {
    const { ledger, readings, projections, correctionEveryMs, graceMs } = this.#options;
    const last = this.#lastRun(period);
    const kept = ledger.state.get(correctables, period.periodFromMs);
    const nowMs = this.#nowMs();
    if (last === undefined || kept === undefined || kept.untilMs <= nowMs) {
      return Number.POSITIVE_INFINITY;
    }
    if (!readings.hasCorrections(period)) return nowMs;
    const lastMs = projections.block(last.height)?.header.timeMs ?? 0;
    return Math.min(lastMs + correctionEveryMs, kept.untilMs - graceMs);
  }

  #nowMs(): number {
    return Math.max(this.#options.clock.nowMs(), this.#options.ledger.info().timeMs);
  }

  /** One turn: brings every due period as far as it goes now. Turns stand in line. */
  tick(): Promise<readonly SettlementStep[]> {
    const result = this.#line.then(async () => {
      const steps: SettlementStep[] = [];
      const settle = (period: Period) => this.#settle(period);
      const correct = (period: Period) => this.#correct(period);
      for (const one of this.duePeriods()) steps.push(...(await this.#attempt(one, settle)));
      for (const one of this.periodsToCorrect()) steps.push(...(await this.#attempt(one, correct)));
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
  async #attempt(
    period: Period,
    work: (period: Period) => Promise<readonly SettlementStep[]>,
  ): Promise<readonly SettlementStep[]> {
    try {
      return await work(period);
    } catch (error) {
      if (!(error instanceof OfficerRefusedError)) throw error;
      this.#options.logger.error({ ...period, refusal: error.refusal }, 'settlement refused');
      return [];
    }
  }

  async #settle(period: Period): Promise<readonly SettlementStep[]> {
    const { ledger, readings, officer } = this.#options;
    if (ledger.state.get(closedPeriods, period.periodFromMs) !== undefined) return [];
    const waiting = this.#waiting.get(period.periodFromMs);
    if (waiting !== undefined && this.#isOpen(waiting)) return [waiting];
    await officer.openLane(SETTLEMENT_LANE);
    // From here on what is committed to cannot change.
    await readings.close(period);
    await this.#commit(period, this.#input(period));
    return this.#run(period, this.#input(period));
  }

  /** A later run of a settled period, by the readings as they are now. */
  async #correct(period: Period): Promise<readonly SettlementStep[]> {
    const { readings, officer, logger } = this.#options;
    const last = this.#lastRun(period);
    if (last === undefined) return [];
    const waiting = this.#waiting.get(period.periodFromMs);
    if (waiting !== undefined && this.#isOpen(waiting)) return [waiting];
    const erased = this.#erasedOf(period);
    if (erased !== undefined) {
      // What its meters counted is gone; without it the run would take back what was delivered.
      logger.warn(
        { ...period, member: erased },
        'not corrected: a member of the period was erased',
      );
      await readings.adopt(period);
      await readings.settled(period);
      return [];
    }
    await officer.openLane(SETTLEMENT_LANE);
    await readings.adopt(period);
    await this.#commit(period, this.#laterInput(period, last));
    const input = this.#laterInput(period, last);
    const isSame =
      equalBytes(readingsRootOfRun(this.#options.crypto, input), last.readingsRoot) &&
      equalBytes(sharingRootOfRun(this.#options.crypto.sha256, input), last.sharingRoot);
    if (isSame && !(last.stage === 'provisional' && input.stage === 'final')) {
      await readings.settled(period);
      return [];
    }
    return this.#run(period, input);
  }

  /** A member of the period whose readings are gone. */
  #erasedOf(period: Period): number | undefined {
    const { ledger, records, projections } = this.#options;
    const { periodFromMs, periodUntilMs } = period;
    const owners = ownersOf(connectionMeters(ledger.state), commitmentsAt(ledger, period));
    const parties = projections
      .tradesIn(periodFromMs, periodUntilMs)
      .flatMap(({ terms }) => [terms.seller, terms.buyer]);
    return [...owners, ...parties].find((member) => records.isErased(member));
  }

  /** Puts a run before the checkers, and says how far it came. */
  async #run(period: Period, input: RunInput): Promise<readonly SettlementStep[]> {
    const { crypto, readings } = this.#options;
    const computed = computeRun(crypto, input);
    const hash = runHash(crypto.sha256, computed.run);
    this.#report(period, computed);
    await this.#propose(period, computed, hash);
    const settled = this.#lastRun(period);
    const isSettled = settled !== undefined && equalBytes(settled.runHash, hash);
    const step = isSettled ? 'settled' : 'waits for checkers';
    const missingReadings = computed.missing.length;
    const { sequence } = computed.run;
    const done: SettlementStep = { ...period, runHash: hash, sequence, step, missingReadings };
    if (isSettled) {
      await readings.settled(period);
      this.#waiting.delete(period.periodFromMs);
    } else this.#waiting.set(period.periodFromMs, done);
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
    const opened = openedPeriod(ledger, crypto.sha256, { ...period, slotLengthMs, personal });
    if (opened.version < 3) return opened;
    return { ...opened, stage: this.#due.stageOf(period, undefined, this.#nowMs()) };
  }

  #laterInput(period: Period, last: SettledPeriod): RunInput {
    const { ledger, crypto, readings, projections } = this.#options;
    const { periodFromMs, periodUntilMs } = period;
    return reopenedPeriod(ledger, crypto.sha256, {
      ...period,
      slotLengthMs: readings.slotLengthMs,
      personal: this.personal,
      trades: projections.tradesIn(periodFromMs, periodUntilMs).map(({ id, terms }) => [id, terms]),
      last,
      stage: this.#due.stageOf(period, last, this.#nowMs()),
    });
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
      const root = readingsRootOf(crypto, ofMeter);
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
    const { ledger, officer, statements, sharing } = this.#options;
    const { periodFromMs } = period;
    const open = ledger.state.get(openRuns, { periodFromMs, runHash: hash });
    const lane = SETTLEMENT_LANE;
    if (open === undefined) {
      // Kept first: once the run takes effect its lines must not be lost.
      statements.keep(hash, computed.members);
      const { run } = computed;
      sharing.keepDifferences(run, hash, computed.differences);
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
  #report(period: Period, { run, missing, unusable, differences }: ComputedRun): void {
    const { logger, crypto } = this.#options;
    const facts = { ...period, run: toHex(runHash(crypto.sha256, run)) };
    if (missing.length > 0) {
      const places = missing.slice(0, 100).map(({ meter, slotMs }) => ({ meter, slotMs }));
      logger.warn({ ...facts, count: missing.length, places }, 'readings missing, counted as zero');
    }
    if (unusable.length > 0) logger.warn({ ...facts, unusable }, 'readings without a commitment');
    if (differences.length > 0) {
      logger.warn({ ...facts, count: differences.length }, 'allocated values that do not stand');
    }
    logger.info({ ...facts, members: run.postings.length }, 'settlement run computed');
  }
}

/** The root that a run of this input has. */
function readingsRootOfRun(crypto: Crypto, input: RunInput): Uint8Array {
  return commitmentsRootOf(crypto, commitmentsOf(input, input.commitments));
}
