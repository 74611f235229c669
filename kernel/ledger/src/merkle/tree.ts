/**
 * Merkle trees of RFC 6962 section 2.1 and RFC 9162 section 2.1: roots, inclusion and consistency
 * proofs, and the verifiers that know the size of the tree. A leaf and an inner node are hashed
 * under different first bytes, so that neither can pass for the other.
 *
 * Sizes and indices are numbers up to 2^53 - 1. They are halved by division: JavaScript's shifts
 * would cut them to 32 bits.
 */
import { equalBytes } from '../bytes.ts';

export type Sha256 = (message: Uint8Array) => Uint8Array;

export const HASH_LENGTH = 32;

/** No tree of at most 2^53 - 1 leaves needs a longer proof: one node a level, and the start node. */
const PROOF_NODES_MAX = 54;

/** The leaves `start` to `end` (exclusive), whose root is one node of a proof. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** H(0x00 || data): RFC 9162 section 2.1.1. */
export function leafHash(sha256: Sha256, data: Uint8Array): Uint8Array {
  const message = new Uint8Array(1 + data.length);
  message.set(data, 1);
  return sha256(message);
}

/** Reused for every node: filled and hashed before anything else can run. */
const nodeMessage = new Uint8Array(1 + 2 * HASH_LENGTH);

/** H(0x01 || left || right): RFC 9162 section 2.1.1. `sha256` must not keep its argument. */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_LENGTH || right.length !== HASH_LENGTH) {
    throw new RangeError(`node hash: expected two hashes, got ${left.length}, ${right.length}`);
  }
  nodeMessage[0] = 1;
  nodeMessage.set(left, 1);
  nodeMessage.set(right, 1 + HASH_LENGTH);
  return sha256(nodeMessage);
}

/** The root of the tree without leaves: the hash of nothing. */
export function emptyRoot(sha256: Sha256): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** The root over the leaf hashes in order: n - 1 node hashes for n leaves. */
export function treeRoot(sha256: Sha256, leafHashes: readonly Uint8Array[]): Uint8Array {
  return rangeRoot(sha256, leafHashes, { start: 0, end: leafHashes.length });
}

/**
 * Pairs are hashed level by level; an odd last node rises as it is, which gives the same tree as
 * the RFC's split at the largest power of two below the size.
 */
function rangeRoot(
  sha256: Sha256,
  leafHashes: readonly Uint8Array[],
  { start, end }: LeafRange,
): Uint8Array {
  if (end === start) return emptyRoot(sha256);
  const level = leafHashes.slice(start, end);
  let width = level.length;
  while (width > 1) {
    let next = 0;
    for (let at = 0; at + 1 < width; at += 2) {
      level[next++] = nodeHash(sha256, level[at] as Uint8Array, level[at + 1] as Uint8Array);
    }
    if (width % 2 === 1) level[next++] = level[width - 1] as Uint8Array;
    width = next;
  }
  return level[0] as Uint8Array;
}

/** RFC 9162 section 2.1.3.1. @throws RangeError when `index` is not below the number of leaves. */
export function inclusionProof(
  sha256: Sha256,
  leafHashes: readonly Uint8Array[],
  index: number,
): Uint8Array[] {
  const ranges = inclusionRanges(index, leafHashes.length);
  return ranges.map((range) => rangeRoot(sha256, leafHashes, range));
}

/**
 * RFC 9162 section 2.1.4.1: that the tree of the first `size1` leaves grew into this one. Empty
 * when `size1` is zero or the whole size. @throws RangeError when `size1` is beyond the size.
 */
export function consistencyProof(
  sha256: Sha256,
  leafHashes: readonly Uint8Array[],
  size1: number,
): Uint8Array[] {
  const ranges = consistencyRanges(size1, leafHashes.length);
  return ranges.map((range) => rangeRoot(sha256, leafHashes, range));
}

/** The subtrees whose roots make the inclusion proof, deepest first. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!isCount(index) || !isCount(size) || index >= size) {
    throw new RangeError(`inclusion proof: expected 0 <= index < ${size}, got ${index}`);
  }
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/** The subtrees whose roots make the consistency proof, deepest first. */
export function consistencyRanges(size1: number, size2: number): LeafRange[] {
  if (!isCount(size1) || !isCount(size2) || size1 > size2) {
    throw new RangeError(`consistency proof: expected 0 <= size1 <= ${size2}, got ${size1}`);
  }
  const ranges: LeafRange[] = [];
  if (size1 === 0) return ranges;
  let start = 0;
  let end = size2;
  while (size1 !== end) {
    const middle = start + largestPowerBelow(end - start);
    if (size1 <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // The subtree where both trees end is the old root itself unless something stands left of it.
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** The largest power of two strictly below `count`, which is at least 2. */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.3.2. Total: whatever is claimed, the answer is yes or no. */
export function verifyInclusion(sha256: Sha256, claim: InclusionClaim): boolean {
  const { index, size, proof, root } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (!isHash(claim.leafHash) || !isHash(root) || !isProof(proof)) return false;
  let node = index;
  let last = size - 1;
  let hash = claim.leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sha256, sibling, hash);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equalBytes(hash, root);
}

export interface ConsistencyClaim {
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * RFC 9162 section 2.1.4.2. Total: whatever is claimed, the answer is yes or no.
 *
 * Two cases stand outside the RFC's `0 < first < second` and follow the certificate transparency
 * community's published vectors. Equal sizes above zero: the proof is empty and the roots are the
 * same bytes, whatever they are. `size1` zero: refused, because nothing can be learned from it;
 * who starts from nothing needs no proof and must not take one.
 */
export function verifyConsistency(sha256: Sha256, claim: ConsistencyClaim): boolean {
  const { size1, size2, root1, root2, proof } = claim;
  if (!isCount(size1) || !isCount(size2) || size1 > size2 || size1 === 0) return false;
  if (!isProof(proof)) return false;
  if (size1 === size2) return proof.length === 0 && isSameBytes(root1, root2);
  if (!isHash(root1) || !isHash(root2)) return false;

  let node = size1 - 1;
  let last = size2 - 1;
  while (isOdd(node)) {
    node = half(node);
    last = half(last);
  }
  // A power of two: the old root is itself the node where the walk starts, and is not sent.
  const path = node === 0 ? [root1, ...proof] : proof;
  const start = path[0];
  if (start === undefined || path.length < 2) return false;
  let hash1 = start;
  let hash2 = start;
  for (let at = 1; at < path.length; at++) {
    const sibling = path[at] as Uint8Array;
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash1 = nodeHash(sha256, sibling, hash1);
      hash2 = nodeHash(sha256, sibling, hash2);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hash2 = nodeHash(sha256, hash2, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equalBytes(hash1, root1) && equalBytes(hash2, root2);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHash(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === HASH_LENGTH;
}

function isProof(value: unknown): value is readonly Uint8Array[] {
  return Array.isArray(value) && value.length <= PROOF_NODES_MAX && value.every(isHash);
}

function isSameBytes(a: unknown, b: unknown): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array && equalBytes(a, b);
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
