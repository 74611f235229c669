/** Progress of long work on standard error: a line that renews itself, or now and then a new one. */

import type { Terminal } from './terminal.ts';

const WATCHED_EVERY_MS = 100;
const UNWATCHED_EVERY_MS = 5_000;

export class Progress {
  readonly #terminal: Terminal;
  readonly #what: string;
  readonly #nowMs: () => number;
  #shownMs: number;
  #isShown = false;

  constructor(terminal: Terminal, what: string, nowMs: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#what = what;
    this.#nowMs = nowMs;
    this.#shownMs = nowMs();
  }

  /** `done` of `all` pieces are behind us. Cheap to call for each. */
  at(done: number, all: number): void {
    const nowMs = this.#nowMs();
    const everyMs = this.#terminal.isWatched ? WATCHED_EVERY_MS : UNWATCHED_EVERY_MS;
    if (nowMs - this.#shownMs < everyMs) return;
    this.#shownMs = nowMs;
    this.#isShown = true;
    const share = all === 0 ? 100 : Math.floor((100 * done) / all);
    const line = `${this.#what}: ${done} of ${all} (${share} %)`;
    this.#terminal.stderr.write(this.#terminal.isWatched ? `\r\x1b[K${line}` : `${line}\n`);
  }

  /** Clears the line that renewed itself. */
  end(): void {
    if (this.#isShown && this.#terminal.isWatched) this.#terminal.stderr.write('\r\x1b[K');
  }
}
