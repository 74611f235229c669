/**
 * The history tree: an append-only RFC 9162 tree over leaf hashes that keeps the hash of every
 * complete subtree, so that an append costs two hashes on average, and a root or a proof at any
 * earlier size costs O(log n) (Crosby and Wallach 2009, section 3).
 */
import {
  consistencyRanges,
  emptyRoot,
  HASH_LENGTH,
  inclusionRanges,
  type LeafRange,
  nodeHash,
  type Sha256,
} from './tree.ts';

export class HistoryTree {
  readonly #sha256: Sha256;
  /** Level k holds, in order, the roots of the complete subtrees of 2^k leaves. */
  readonly #levels: HashColumn[] = [new HashColumn()];

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  get size(): number {
    return this.#level(0).length;
  }

  /** Appends one leaf and returns its index. */
  append(leafHash: Uint8Array): number {
    const index = this.size;
    let hash = leafHash;
    for (let height = 0; ; height++) {
      const level = this.#level(height);
      level.push(hash);
      if (level.length % 2 === 1) return index;
      hash = nodeHash(this.#sha256, level.get(level.length - 2), hash);
    }
  }

  /** The leaf hash that was appended at `index`. @throws RangeError beyond the last leaf. */
  leafHash(index: number): Uint8Array {
    return this.#level(0).get(index).slice();
  }

  /** The root over the first `size` leaves; over all of them unless told otherwise. */
  root(size: number = this.size): Uint8Array {
    this.#requireSize(size);
    return this.#rangeRoot({ start: 0, end: size });
  }

  /** That leaf `index` stands in the tree of the first `size` leaves. */
  inclusionProof(index: number, size: number = this.size): Uint8Array[] {
    this.#requireSize(size);
    return inclusionRanges(index, size).map((range) => this.#rangeRoot(range));
  }

  /** That the tree of the first `size1` leaves grew into that of the first `size2`. */
  consistencyProof(size1: number, size2: number = this.size): Uint8Array[] {
    this.#requireSize(size2);
    return consistencyRanges(size1, size2).map((range) => this.#rangeRoot(range));
  }

  #requireSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size) {
      throw new RangeError(`history tree: expected a size from 0 to ${this.size}, got ${size}`);
    }
  }

  #level(height: number): HashColumn {
    const level = this.#levels[height];
    if (level !== undefined) return level;
    const added = new HashColumn();
    this.#levels.push(added);
    return added;
  }

  /**
   * A range of a proof starts at a multiple of the power of two that holds it, so it falls into
   * complete subtrees of falling size; they are folded from the right.
   */
  #rangeRoot({ start, end }: LeafRange): Uint8Array {
    if (start === end) return emptyRoot(this.#sha256);
    let rest = end;
    let size = 1;
    let height = 0;
    let root: Uint8Array | undefined;
    while (rest > start) {
      while (rest % (size * 2) === 0 && rest - size * 2 >= start) {
        size *= 2;
        height++;
      }
      const peak = this.#level(height).get(rest / size - 1);
      root = root === undefined ? peak.slice() : nodeHash(this.#sha256, peak, root);
      rest -= size;
    }
    return root as Uint8Array;
  }
}

const HASHES_AT_FIRST = 16;

/** Hashes one behind the other in one buffer: a million of them stay 32 MB. */
class HashColumn {
  #bytes = new Uint8Array(HASHES_AT_FIRST * HASH_LENGTH);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(hash: Uint8Array): void {
    if (hash.length !== HASH_LENGTH) {
      throw new RangeError(`history tree: expected a hash of 32 bytes, got ${hash.length}`);
    }
    const at = this.#length * HASH_LENGTH;
    if (at === this.#bytes.length) {
      const wider = new Uint8Array(at * 2);
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    this.#bytes.set(hash, at);
    this.#length++;
  }

  /** A view, not a copy: it must not leave this file. */
  get(index: number): Uint8Array {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.#length) {
      throw new RangeError(`history tree: expected 0 <= index < ${this.#length}, got ${index}`);
    }
    return this.#bytes.subarray(index * HASH_LENGTH, (index + 1) * HASH_LENGTH);
  }
}
