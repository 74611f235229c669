/** How many checked transactions of each lane wait for a block: the next one follows them. */

import { toHex } from './bytes.ts';
import type { ReadTransaction } from './transaction.ts';

export class WaitingLanes {
  readonly #counts = new Map<string, number>();

  countBefore(transaction: ReadTransaction): number {
    return this.#counts.get(laneKey(transaction)) ?? 0;
  }

  enter(transaction: ReadTransaction): void {
    this.#counts.set(laneKey(transaction), this.countBefore(transaction) + 1);
  }

  /** It stands in a block now, or was dropped. */
  leave(transaction: ReadTransaction): void {
    if (this.#counts.size === 0) return;
    const waiting = this.countBefore(transaction);
    if (waiting > 1) this.#counts.set(laneKey(transaction), waiting - 1);
    else this.#counts.delete(laneKey(transaction));
  }
}

function laneKey(transaction: ReadTransaction): string {
  return `${toHex(transaction.envelope.sender)}/${transaction.envelope.lane}`;
}
