/**
 * The machine's clock, held against one that nobody sets. A ledger's time never goes back, so a
 * clock that jumps ahead for a moment would leave every honest validity window expired until real
 * time has caught up. Here time runs on as it did, and a jump is followed only when it stays, or
 * when an operator says that it is right. See docs/decisions/0008-clock-steps.md.
 */

import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Clock } from '@commonwatt/ledger';
import { systemClock } from './node-crypto.ts';

/** Three ways of the machine to say what time it is. */
export interface MachineTime {
  /** The clock that people and time services set. */
  readonly wall: Clock;
  /** Passes evenly and is never set; may stand still while the machine sleeps. */
  readonly runningMs: () => number;
  /** The same, but it passes while the machine sleeps. Asked only where the others disagree. */
  readonly uptimeMs: () => number;
}

export const machineTime: MachineTime = {
  wall: systemClock,
  runningMs: () => performance.now(),
  uptimeMs: () => uptime() * 1000,
};

export interface ClockLimits {
  /** A clock that is set by no more than this is followed at once. */
  readonly toleranceMs: number;
  /** A step that has stood this long is followed; never by itself where there is nothing. */
  readonly followAfterMs: number | undefined;
  /** How far after the last block the clock may stand when the node starts. */
  readonly restartGapMs: number;
}

export const CLOCK_LIMITS: ClockLimits = {
  toleranceMs: 30_000,
  followAfterMs: 3_600_000,
  restartGapMs: 7 * 86_400_000,
};

export interface SteadyClockOptions {
  readonly time: MachineTime;
  readonly limits?: ClockLimits;
  /** The latest instant known to be over: the ledger's time. */
  readonly knownMs: number;
}

/** A step that is not followed. */
export interface ClockStep {
  /** How far the machine's clock stands after this one; before it where negative. */
  readonly offsetMs: number;
  /** How long it has stood there. */
  readonly forMs: number;
}

export type ClockChange =
  /** The machine's clock stepped, and is not followed. */
  | 'held'
  /** It came back. */
  | 'over'
  /** It stayed where it is, and is followed now. */
  | 'followed'
  /** An operator says that it is right. */
  | 'confirmed'
  /** The machine slept: that long passed unseen. */
  | 'slept'
  /** The machine's clock was set after the start, as a time service does. */
  | 'set';

export interface ClockNews {
  readonly change: ClockChange;
  readonly offsetMs: number;
}

/** Smaller differences are the two clocks' grain and drift. */
const SLACK_MS = 250;
/** How much faster or slower than real time a clock may be led by a time service. */
const SLEW = 0.1;
/** A machine without a battery behind its clock learns the time soon after it started. */
const START_MS = 300_000;
/** A clock that jumps about is not told with every jump. */
const TELL_MS = 60_000;

export class SteadyClock implements Clock {
  readonly #time: MachineTime;
  readonly #limits: ClockLimits;
  readonly #knownMs: number;
  readonly #startMs: number;
  readonly #listeners = new Set<(news: ClockNews) => void>();
  /** What this clock says, and what the others said, at one moment. */
  #anchor: { readonly ms: number; readonly runningMs: number; readonly uptimeMs: number };
  /** By how much the clock may still be set without being held. */
  #creditMs: number;
  #creditAtMs: number;
  #step:
    | { readonly offsetMs: number; readonly foundMs: number; readonly isTold: boolean }
    | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;
  #steps = 0;

  constructor({ time, limits = CLOCK_LIMITS, knownMs }: SteadyClockOptions) {
    this.#time = time;
    this.#limits = limits;
    this.#knownMs = knownMs;
    const wallMs = time.wall.nowMs();
    this.#startMs = time.runningMs();
    this.#creditMs = limits.toleranceMs;
    this.#creditAtMs = this.#startMs;
    const isFarAhead = wallMs - knownMs > limits.restartGapMs;
    this.#anchor = this.#anchorAt(isFarAhead ? knownMs : wallMs);
  }

  /** What the machine's own clock says. */
  get machineMs(): number {
    return this.#time.wall.nowMs();
  }

  /** The step that is not followed; nothing while all is well. */
  get step(): ClockStep | undefined {
    this.nowMs();
    return this.#step && this.#stepAt(this.#step, this.#time.runningMs());
  }

  #stepAt(step: { offsetMs: number; foundMs: number }, runningMs: number): ClockStep {
    return { offsetMs: step.offsetMs, forMs: Math.round(runningMs - step.foundMs) };
  }

  /** Steps that were held since the start. */
  get steps(): number {
    return this.#steps;
  }

  /** Hears of steps and of their ends. Returns how to stop that. */
  onChange(listener: (news: ClockNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  nowMs(): number {
    const wallMs = this.#time.wall.nowMs();
    const runningMs = this.#time.runningMs();
    const plainMs = this.#anchor.ms + (runningMs - this.#anchor.runningMs);
    if (Math.abs(wallMs - plainMs) <= SLACK_MS && this.#step === undefined) return wallMs;
    const estimateMs = plainMs + this.#sleptMs(plainMs, runningMs);
    const offsetMs = Math.round(wallMs - estimateMs);
    const distanceMs = Math.abs(offsetMs);
    this.#refill(runningMs);
    if (distanceMs <= Math.max(this.#creditMs, SLACK_MS)) {
      this.#creditMs = Math.max(0, this.#creditMs - distanceMs);
      this.#end('over', wallMs);
      return wallMs;
    }
    const reason = this.#reasonToFollow(offsetMs, wallMs, runningMs);
    if (reason === undefined) return Math.round(estimateMs);
    this.#creditMs = this.#limits.toleranceMs;
    this.#end(reason, wallMs, offsetMs);
    return wallMs;
  }

  /** How long the machine slept since the anchor; from here on that counts as passed. */
  #sleptMs(plainMs: number, runningMs: number): number {
    const uptimeMs = this.#time.uptimeMs();
    const ranMs = runningMs - this.#anchor.runningMs;
    const sleptMs = uptimeMs - this.#anchor.uptimeMs - ranMs;
    if (sleptMs <= SLACK_MS) return 0;
    this.#anchor = { ms: plainMs + sleptMs, runningMs, uptimeMs };
    this.#tell({ change: 'slept', offsetMs: Math.round(sleptMs) });
    return sleptMs;
  }

  /**
   * An operator says that a step is right. What it was told must be what there is, so that it does
   * not confirm another one.
   * @returns whether there was such a step
   */
  confirm(offsetMs: number): boolean {
    const wallMs = this.#time.wall.nowMs();
    this.nowMs();
    const step = this.#step;
    if (step === undefined || !this.#isNear(step.offsetMs, offsetMs)) return false;
    this.#creditMs = this.#limits.toleranceMs;
    this.#end('confirmed', wallMs, step.offsetMs);
    return true;
  }

  #anchorAt(ms: number) {
    const { runningMs, uptimeMs } = this.#time;
    return { ms, runningMs: runningMs(), uptimeMs: uptimeMs() };
  }

  #isNear(a: number, b: number): boolean {
    return Math.abs(a - b) <= this.#limits.toleranceMs;
  }

  #refill(runningMs: number): void {
    const earnedMs = SLEW * (runningMs - this.#creditAtMs);
    this.#creditMs = Math.min(this.#limits.toleranceMs, this.#creditMs + earnedMs);
    this.#creditAtMs = runningMs;
  }

  /** Why a step is followed now; nothing while it is held. */
  #reasonToFollow(offsetMs: number, wallMs: number, runningMs: number): ClockChange | undefined {
    const { followAfterMs, restartGapMs } = this.#limits;
    const isStart = runningMs - this.#startMs <= START_MS;
    if (isStart && offsetMs > 0 && wallMs - this.#knownMs <= restartGapMs) return 'set';
    const step = this.#step;
    if (step === undefined || !this.#isNear(step.offsetMs, offsetMs)) {
      this.#hold(offsetMs, runningMs);
      return undefined;
    }
    const hasStood = followAfterMs !== undefined && runningMs - step.foundMs >= followAfterMs;
    return hasStood ? 'followed' : undefined;
  }

  #hold(offsetMs: number, runningMs: number): void {
    const isTold = runningMs - this.#toldMs >= TELL_MS;
    this.#step = { offsetMs, foundMs: runningMs, isTold };
    this.#steps++;
    if (!isTold) return;
    this.#toldMs = runningMs;
    this.#tell({ change: 'held', offsetMs });
  }

  #end(change: ClockChange, ms: number, offsetMs = this.#step?.offsetMs ?? 0): void {
    const step = this.#step;
    this.#anchor = this.#anchorAt(ms);
    this.#step = undefined;
    if (change === 'over' && step?.isTold !== true) return;
    this.#tell({ change, offsetMs });
  }

  #tell(news: ClockNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}
