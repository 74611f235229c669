/**
 * The clock of a demonstration. At first it is set by hand from event to event, as fast as the
 * machine goes; once let go it runs with the machine's own, so many times faster.
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@commonwatt/ledger';

/** Longer waits are cut into pieces, so that a stop is noticed. */
const WAIT_MS_MAX = 200;

export class DemoClock implements Clock {
  readonly #machineMs: () => number;
  #setMs: number;
  /** The machine's clock when this one was let go. */
  #letGoMs: number | undefined;
  #speed = 1;

  constructor(startMs: number, machineMs: () => number = () => performance.now()) {
    this.#setMs = startMs;
    this.#machineMs = machineMs;
  }

  nowMs(): number {
    if (this.#letGoMs === undefined) return this.#setMs;
    return this.#setMs + Math.floor((this.#machineMs() - this.#letGoMs) * this.#speed);
  }

  /** From now on an instant comes when the machine's clock brings it. */
  letGo(speed: number): void {
    this.#letGoMs = this.#machineMs();
    this.#speed = speed;
  }

  /** Resolves at an instant, at once where it has passed, and early when the signal aborts. */
  async until(instantMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#letGoMs === undefined) {
      this.#setMs = Math.max(this.#setMs, instantMs);
      return;
    }
    while (signal?.aborted !== true) {
      const leftMs = (instantMs - this.nowMs()) / this.#speed;
      if (leftMs <= 0) return;
      await wait(Math.min(Math.ceil(leftMs), WAIT_MS_MAX));
    }
  }
}
