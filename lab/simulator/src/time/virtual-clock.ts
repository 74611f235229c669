/** Time that passes only when someone says so, and that may be stepped back like any machine's. */

import type { Clock } from '@commonwatt/ledger';

export class VirtualClock implements Clock {
  #ms: number;

  constructor(startMs: number) {
    this.#ms = expectInstant(startMs);
  }

  nowMs(): number {
    return this.#ms;
  }

  /** Lets time pass, or, where negative, takes it back. */
  step(ms: number): void {
    this.#ms = expectInstant(this.#ms + ms);
  }

  set(ms: number): void {
    this.#ms = expectInstant(ms);
  }
}

function expectInstant(ms: number): number {
  if (Number.isSafeInteger(ms) && ms >= 0) return ms;
  throw new RangeError(`clock: expected whole milliseconds >= 0, got ${ms}`);
}
