/**
 * Small byte arrays cut from a large one: the host makes and collects one buffer instead of a
 * thousand. A piece keeps its whole slab alive, so pieces are for what lives and dies together.
 */

const SLAB_BYTES = 65_536;

/** A piece of some memory that others may have pieces of too. */
export interface Piece {
  readonly memory: Uint8Array;
  readonly from: number;
  readonly length: number;
}

export class Slab {
  #bytes = new Uint8Array(0);
  #used = 0;

  /** A piece of zeros. */
  piece(length: number): Piece {
    if (length > SLAB_BYTES / 8) return { memory: new Uint8Array(length), from: 0, length };
    if (this.#used + length > this.#bytes.length) {
      this.#bytes = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used = from + length;
    return { memory: this.#bytes, from, length };
  }
}
