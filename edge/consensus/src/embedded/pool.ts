/** Transactions that passed the door and wait for a block: first come, first served, and bounded. */

export interface PoolLimits {
  readonly countMax: number;
  readonly bytesMax: number;
}

/**
 * Room is taken before the check at the door, which may wait for another thread, so that a flood
 * cannot pass the limit while its checks are still running.
 */
export class Pool<T extends { readonly bytes: Uint8Array }> {
  readonly #limits: PoolLimits;
  #count = 0;
  #bytes = 0;
  #waiting: T[] = [];

  constructor(limits: PoolLimits) {
    this.#limits = limits;
  }

  /** Transactions being checked, waiting, or in the block that is being made. */
  get count(): number {
    return this.#count;
  }
  get bytes(): number {
    return this.#bytes;
  }
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Takes room for a transaction; false where there is none. */
  reserve(length: number): boolean {
    const { countMax, bytesMax } = this.#limits;
    if (this.#count + 1 > countMax || this.#bytes + length > bytesMax) return false;
    this.#count++;
    this.#bytes += length;
    return true;
  }

  /** Gives the room of a transaction back: it was refused, or its block is committed. */
  release(length: number): void {
    this.#count--;
    this.#bytes -= length;
  }

  push(one: T): void {
    this.#waiting.push(one);
  }

  /** The first `countMax` that wait; they stay until `remove`. */
  peek(countMax: number): readonly T[] {
    return this.#waiting.slice(0, countMax);
  }

  /** Takes the given ones out of the waiting line; their room stays taken. */
  remove(taken: ReadonlySet<T>): void {
    this.#waiting = this.#waiting.filter((one) => !taken.has(one));
  }

  /** Empties the waiting line. */
  takeAll(): readonly T[] {
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }
}
