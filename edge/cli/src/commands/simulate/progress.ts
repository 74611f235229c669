/** How far a study is: one line for people, rewritten where they watch, now and then where they do not. */

import type { Terminal } from '../../terminal/terminal.ts';

const WATCHED_EVERY_MS = 200;
const UNWATCHED_EVERY_MS = 10_000;

export class Progress {
  readonly #terminal: Terminal;
  readonly #slots: readonly number[];
  readonly #done: number[];
  readonly #begunMs = Date.now();
  #toldMs = 0;
  #wasTold = false;

  constructor(terminal: Terminal, slots: readonly number[]) {
    this.#terminal = terminal;
    this.#slots = slots;
    this.#done = slots.map(() => 0);
  }

  /** So many slots of a run are done. */
  at(run: number, slots: number): void {
    this.#done[run] = slots;
    const nowMs = Date.now();
    const every = this.#terminal.isWatched ? WATCHED_EVERY_MS : UNWATCHED_EVERY_MS;
    if (this.#toldMs === 0) this.#toldMs = this.#begunMs;
    if (nowMs - this.#toldMs < every) return;
    this.#toldMs = nowMs;
    this.#wasTold = true;
    this.#tell(nowMs);
  }

  /** All slots of a run are done. */
  done(run: number): void {
    this.at(run, this.#slots[run] as number);
  }

  end(): void {
    if (this.#wasTold && this.#terminal.isWatched) this.#terminal.stderr.write('\n');
  }

  #tell(nowMs: number): void {
    const all = this.#slots.reduce((sum, one) => sum + one, 0);
    const done = this.#done.reduce((sum, one) => sum + one, 0);
    const seconds = (nowMs - this.#begunMs) / 1000;
    // What a run needs to begin says nothing of how long its slots take.
    const left =
      done < all / 50 ? '' : `, about ${Math.ceil((seconds * (all - done)) / done)} s left`;
    const finished = this.#done.filter((one, at) => one === this.#slots[at]).length;
    const line = `${finished} of ${this.#slots.length} runs, ${Math.floor((100 * done) / all)} %${left}`;
    this.#terminal.stderr.write(this.#terminal.isWatched ? `\r\u001b[K${line}` : `${line}\n`);
  }
}
