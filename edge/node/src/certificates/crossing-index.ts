/**
 * Where assets left a ledger, by height: each block is looked at once, so that asking again what is
 * still to be carried costs nothing for the blocks in which nothing left.
 */

import { crossingsIn, type PeerBlocks } from '@commonwatt/contracts';
import type { BlockRecord, HistoryTree } from '@commonwatt/ledger';

/** Blocks that are looked at before others get a turn. */
const SLICE_BLOCKS = 500;

/** A ledger's blocks, of which those in which nothing left need not be read. */
export class CrossingIndex implements PeerBlocks {
  readonly #blocks: PeerBlocks;
  readonly #heights = new Set<number>();
  #next = 0;

  constructor(blocks: PeerBlocks) {
    this.#blocks = blocks;
  }

  get history(): HistoryTree {
    return this.#blocks.history;
  }

  /** The first block says which ledger it is; of the others only those with crossings are read. */
  record(height: number): BlockRecord | undefined {
    const isWanted = height === 0 || height >= this.#next || this.#heights.has(height);
    return isWanted ? this.#blocks.record(height) : undefined;
  }

  /** Looks at the blocks that came since. */
  async follow(): Promise<void> {
    while (this.#next < this.history.size) {
      const end = Math.min(this.#next + SLICE_BLOCKS, this.history.size);
      for (; this.#next < end; this.#next++) {
        const record = this.#blocks.record(this.#next);
        if (record !== undefined && crossingsIn(record).length > 0) this.#heights.add(this.#next);
      }
      if (this.#next < this.history.size) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
    }
  }

  /** What left below a height has all arrived. */
  forget(belowHeight: number): void {
    for (const height of this.#heights) {
      if (height < belowHeight) this.#heights.delete(height);
    }
  }
}
