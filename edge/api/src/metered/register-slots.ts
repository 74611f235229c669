/**
 * Counters read at arbitrary instants become energies of slots. The value at a slot's boundary is
 * interpolated between the samples around it and cut to whole Wh, and a slot's energy is the
 * difference of its two boundaries: the fraction of a Wh stays in the counter, so that over any
 * number of slots none is lost, and one series gives the same energies however it was sampled at
 * the boundaries.
 *
 * 1. A boundary on which a sample falls, or whose samples are at most `sampleGapMs` apart, is
 *    measured; one between samples further apart is estimated, and so are the slots it bounds: the
 *    energy of a gap is spread evenly over it.
 * 2. Samples more than `gapMs` apart tell nothing of the slots between: those are missing.
 * 3. A counter that falls by so much that the way over its largest value is the likelier one has
 *    wrapped around; any other fall is a reset. A rise beyond `powerMostW` is another meter. After
 *    a reset or a swap nothing is known of the slots around it: they are missing.
 * 4. A sample that is not later than the one before is left out.
 */

import { FINE_PER_WH, type FineEnergy, wholeWh } from './metered-energy.ts';

export interface RegisterRules {
  readonly slotLengthMs: number;
  /** The farthest that two samples may be apart for a boundary between them to be measured. */
  readonly sampleGapMs: number;
  /** The farthest that two samples may be apart for the energy between them to be spread. */
  readonly gapMs: number;
  /** Where the counters begin anew at zero, if they do. */
  readonly wrapAt?: FineEnergy;
  /** More than the connection can carry is no delivery; no limit unless given. */
  readonly powerMostW?: bigint;
}

export interface RegisterSample {
  readonly atMs: number;
  /** Of every counter of the meter at the same instant, always in the same order. */
  readonly values: readonly FineEnergy[];
}

export interface RegisterSlot {
  readonly slotMs: number;
  /** Whole Wh, one per counter. */
  readonly energies: readonly bigint[];
  readonly quality: 'measured' | 'estimated';
}

/** Something odd between two samples. Slots from `missingFromMs` until `missingUntilMs` are lost. */
export interface RegisterFinding {
  readonly kind: 'reset' | 'swap' | 'gap' | 'wrap' | 'late';
  readonly atMs: number;
  readonly missingFromMs: number;
  readonly missingUntilMs: number;
}

export interface RegisterOutcome {
  readonly slots: readonly RegisterSlot[];
  readonly finding: RegisterFinding | undefined;
}

/** Everything that the next sample is judged by. */
export interface RegisterState {
  readonly sample: RegisterSample;
  /** What the counters counted before they wrapped. */
  readonly turned: readonly FineEnergy[];
  readonly boundary: RegisterBoundary | undefined;
}

interface RegisterBoundary {
  readonly atMs: number;
  readonly whole: readonly bigint[];
  readonly isMeasured: boolean;
}

/** Slots that one sample may end. */
const SLOTS_MAX = 100_000;
/** A counter that fell has wrapped when the way over its top is at most this part of its range. */
const WRAP_PART = 10n;

const NOTHING: RegisterOutcome = { slots: [], finding: undefined };

export class RegisterSlots {
  readonly #rules: RegisterRules;
  #state: RegisterState | undefined;

  constructor(rules: RegisterRules, state?: RegisterState) {
    const { slotLengthMs, sampleGapMs, gapMs } = rules;
    if (sampleGapMs > gapMs || gapMs > SLOTS_MAX * slotLengthMs) {
      const expected = `sampleGapMs <= gapMs <= ${SLOTS_MAX * slotLengthMs}`;
      throw new RangeError(`register: expected ${expected}, got ${sampleGapMs} and ${gapMs}`);
    }
    this.#rules = rules;
    this.#state = state;
  }

  /** What to go on from after a restart. */
  get state(): RegisterState | undefined {
    return this.#state;
  }

  /** The slots that are over with this sample. @throws RangeError for another number of counters */
  take(sample: RegisterSample): RegisterOutcome {
    const before = this.#state;
    if (before === undefined) return this.#begin(sample, undefined);
    const { atMs, values } = before.sample;
    if (values.length !== sample.values.length) {
      const got = sample.values.length;
      throw new RangeError(`register: expected ${values.length} counters, got ${got}`);
    }
    if (sample.atMs <= atMs) {
      const isRepeated = sample.atMs === atMs && values.every((one, i) => one === sample.values[i]);
      return isRepeated ? NOTHING : { slots: [], finding: finding('late', sample.atMs) };
    }
    if (sample.atMs - atMs > this.#rules.gapMs) return this.#begin(sample, 'gap');
    const rises = values.map((from, i) => this.#rise(from, sample.values[i] ?? from, sample, atMs));
    const broken = rises.find((one) => one.broken !== undefined)?.broken;
    if (broken !== undefined) return this.#begin(sample, broken);
    const slots = this.#advance(
      before,
      sample,
      rises.map(({ by }) => by),
    );
    const hasWrapped = rises.some(({ turned }) => turned > 0n);
    if (hasWrapped) this.#turn(rises.map(({ turned }) => turned));
    return { slots, finding: hasWrapped ? finding('wrap', sample.atMs) : undefined };
  }

  /** How far a counter went, or why that cannot be told. */
  #rise(from: FineEnergy, to: FineEnergy, sample: RegisterSample, sinceMs: number) {
    const { wrapAt, powerMostW, slotLengthMs } = this.#rules;
    // A coarse counter steps all at once: no less than a slot's energy is taken for a rise.
    const spanMs = Math.max(sample.atMs - sinceMs, slotLengthMs);
    const most = powerMostW === undefined ? undefined : (powerMostW * BigInt(spanMs)) / 1000n;
    const isPossible = (by: FineEnergy) => most === undefined || by <= most * 10n ** 24n;
    const by = to - from;
    if (by >= 0n) {
      return { by, turned: 0n, broken: isPossible(by) ? undefined : ('swap' as const) };
    }
    if (wrapAt !== undefined && from < wrapAt) {
      const around = by + wrapAt;
      if (around * WRAP_PART <= wrapAt && isPossible(around)) {
        return { by: around, turned: wrapAt, broken: undefined };
      }
    }
    return { by, turned: 0n, broken: 'reset' as const };
  }

  #turn(turns: readonly FineEnergy[]): void {
    const state = this.#state;
    if (state === undefined) return;
    this.#state = { ...state, turned: state.turned.map((one, i) => one + (turns[i] ?? 0n)) };
  }

  /** From here on as if nothing had been before. */
  #begin(sample: RegisterSample, kind: 'gap' | 'reset' | 'swap' | undefined): RegisterOutcome {
    const { slotLengthMs } = this.#rules;
    const last = this.#state?.sample.atMs;
    const whole = sample.values.map((value) => wholeWh(value));
    const isBoundary = sample.atMs % slotLengthMs === 0;
    this.#state = {
      sample,
      turned: sample.values.map(() => 0n),
      boundary: isBoundary ? { atMs: sample.atMs, whole, isMeasured: true } : undefined,
    };
    if (kind === undefined || last === undefined) return NOTHING;
    const missingFromMs = last - (last % slotLengthMs);
    const missingUntilMs = Math.ceil(sample.atMs / slotLengthMs) * slotLengthMs;
    return { slots: [], finding: { kind, atMs: sample.atMs, missingFromMs, missingUntilMs } };
  }

  /** Steps over every boundary between two samples. */
  #advance(
    before: RegisterState,
    sample: RegisterSample,
    rises: readonly FineEnergy[],
  ): readonly RegisterSlot[] {
    const { slotLengthMs, sampleGapMs } = this.#rules;
    const { atMs: fromMs, values } = before.sample;
    const spanMs = BigInt(sample.atMs - fromMs);
    const slots: RegisterSlot[] = [];
    let boundary = before.boundary;
    let atMs = (Math.floor(fromMs / slotLengthMs) + 1) * slotLengthMs;
    for (; atMs <= sample.atMs; atMs += slotLengthMs) {
      const sinceMs = BigInt(atMs - fromMs);
      const whole = values.map((value, i) => {
        const start = (before.turned[i] ?? 0n) + value;
        return wholeWh(start + ((rises[i] ?? 0n) * sinceMs) / spanMs);
      });
      const isMeasured = atMs === sample.atMs || Number(spanMs) <= sampleGapMs;
      if (boundary !== undefined) slots.push(slotBetween(boundary, { whole, isMeasured }));
      boundary = { atMs, whole, isMeasured };
    }
    this.#state = { sample, turned: before.turned, boundary };
    return slots;
  }
}

function slotBetween(
  from: RegisterBoundary,
  until: Pick<RegisterBoundary, 'whole' | 'isMeasured'>,
): RegisterSlot {
  return {
    slotMs: from.atMs,
    energies: until.whole.map((whole, i) => whole - (from.whole[i] ?? 0n)),
    quality: from.isMeasured && until.isMeasured ? 'measured' : 'estimated',
  };
}

function finding(kind: 'wrap' | 'late', atMs: number): RegisterFinding {
  return { kind, atMs, missingFromMs: atMs, missingUntilMs: atMs };
}

/** A counter may not show more than this: 15 digits of MWh. */
export const REGISTER_MOST: FineEnergy = FINE_PER_WH * 10n ** 21n;
