/** Remembers the nonces of signed requests while the requests could still be sent again. */

export class NonceCache {
  readonly #keepMs: number;
  readonly #countMax: number;
  /** Name and when it may be forgotten, in order of arrival, hence of that instant. */
  readonly #seen = new Map<string, number>();

  constructor(options: { readonly keepMs: number; readonly countMax: number }) {
    this.#keepMs = options.keepMs;
    this.#countMax = options.countMax;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** 'full' rather than forgetting a nonce too early: that would let a request in twice. */
  add(name: string, nowMs: number): 'new' | 'seen' | 'full' {
    for (const [oldest, untilMs] of this.#seen) {
      if (untilMs > nowMs) break;
      this.#seen.delete(oldest);
    }
    if (this.#seen.has(name)) return 'seen';
    if (this.#seen.size >= this.#countMax) return 'full';
    this.#seen.set(name, nowMs + this.#keepMs);
    return 'new';
  }
}
