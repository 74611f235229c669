/**
 * Small byte arrays cut from a large one: the host makes and collects one buffer instead of a
 * thousand. A piece keeps its whole slab alive, so pieces are for what lives and dies together.
 */

const SLAB_BYTES = 65_536;

export class Slab {
  #bytes = new Uint8Array(0);
  #used = 0;

  /** A piece of zeros. */
  take(length: number): Uint8Array {
    if (length > SLAB_BYTES / 8) return new Uint8Array(length);
    if (this.#used + length > this.#bytes.length) {
      this.#bytes = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used = from + length;
    return this.#bytes.subarray(from, this.#used);
  }
}
