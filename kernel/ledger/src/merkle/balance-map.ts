/**
 * A compact sparse Merkle map from 32-byte key hashes to values, after the Jellyfish Merkle tree
 * (Gao, Hu and Wu 2021, section 3). The root depends on the pairs in the map alone, not on the
 * order in which they came or on what was deleted since; a proof shows a value or its absence.
 *
 * A node stands for all keys that begin with the same bits, first bit first. Its hash is
 * - 32 zero bytes when the map holds no such key,
 * - H(0x00 || key hash || H(value)) when it holds one, however short the shared beginning is,
 * - H(0x01 || left || right) when it holds more; left is the half whose next bit is 0.
 */
import { compareBytes, concatBytes, equalBytes } from '../bytes.ts';
import { HASH_LENGTH, leafHash, nodeHash, type Sha256 } from './tree.ts';

/** The hash that stands for no key at all. No message is known whose SHA-256 it is. */
const EMPTY = new Uint8Array(HASH_LENGTH);

const KEY_BITS = 8 * HASH_LENGTH;

export interface MapUpdate {
  /** SHA-256 of the key's canonical bytes. */
  readonly keyHash: Uint8Array;
  /** The value's canonical bytes; `undefined` takes the key out of the map. */
  readonly value: Uint8Array | undefined;
}

/** One pair as the map commits to it. */
export interface MapLeaf {
  readonly keyHash: Uint8Array;
  readonly valueHash: Uint8Array;
}

export interface MapProof {
  /** The other half's hash at every branching on the key's way, the root's first. */
  readonly siblings: readonly Uint8Array[];
  /**
   * For a key that is absent: the pair that stands alone where the key would be, or `undefined`
   * where nothing stands. Always `undefined` for a key that is present.
   */
  readonly other?: MapLeaf | undefined;
}

interface Leaf extends MapLeaf {
  readonly hash: Uint8Array;
}

interface Branch {
  readonly left: MapNode;
  readonly right: MapNode;
  readonly hash: Uint8Array;
}

type MapNode = Leaf | Branch | undefined;

/** A change to be applied: the new leaf, or none where the key is taken out. */
interface Change {
  readonly keyHash: Uint8Array;
  readonly leaf: Leaf | undefined;
}

export class BalanceMap {
  readonly #sha256: Sha256;
  /** Nodes never change: an update makes new ones and shares the rest. */
  #top: MapNode;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** A map of its own with the same pairs, at no cost: later updates of one leave the other be. */
  copy(): BalanceMap {
    const other = new BalanceMap(this.#sha256);
    other.#top = this.#top;
    return other;
  }

  root(): Uint8Array {
    return hashOf(this.#top).slice();
  }

  /**
   * Applies all updates at once, which costs far fewer hashes than one after the other. Taking out
   * a key that is absent changes nothing. All or nothing:
   * @throws RangeError when two updates name the same key, or a key hash is not 32 bytes.
   */
  update(updates: readonly MapUpdate[]): void {
    const changes = updates.map(({ keyHash, value }) => {
      if (keyHash.length !== HASH_LENGTH) {
        throw new RangeError(`balance map: expected a key hash of 32 bytes, got ${keyHash.length}`);
      }
      const key = keyHash.slice();
      return { keyHash: key, leaf: value && makeLeaf(this.#sha256, key, value) };
    });
    changes.sort((a, b) => compareBytes(a.keyHash, b.keyHash));
    for (let at = 1; at < changes.length; at++) {
      const [before, change] = [changes[at - 1] as Change, changes[at] as Change];
      if (equalBytes(before.keyHash, change.keyHash)) {
        throw new RangeError('balance map: expected one update a key, got two');
      }
    }
    this.#top = apply(this.#sha256, this.#top, changes, 0);
  }

  /** Proves the value at `keyHash`, or that there is none. */
  proof(keyHash: Uint8Array): MapProof {
    if (keyHash.length !== HASH_LENGTH) {
      throw new RangeError(`balance map: expected a key hash of 32 bytes, got ${keyHash.length}`);
    }
    const siblings: Uint8Array[] = [];
    let node = this.#top;
    while (node !== undefined && 'left' in node) {
      const right = bitAt(keyHash, siblings.length) === 1;
      siblings.push(hashOf(right ? node.left : node.right).slice());
      node = right ? node.right : node.left;
    }
    if (node === undefined || equalBytes(node.keyHash, keyHash)) return { siblings };
    const other = { keyHash: node.keyHash.slice(), valueHash: node.valueHash.slice() };
    return { siblings, other };
  }
}

function hashOf(node: MapNode): Uint8Array {
  return node === undefined ? EMPTY : node.hash;
}

function makeLeaf(sha256: Sha256, keyHash: Uint8Array, value: Uint8Array): Leaf {
  const valueHash = sha256(value);
  return { keyHash, valueHash, hash: leafHash(sha256, concatBytes(keyHash, valueHash)) };
}

function bitAt(keyHash: Uint8Array, depth: number): number {
  return ((keyHash[depth >> 3] as number) >> (7 - (depth & 7))) & 1;
}

/** The node at `depth` after `changes`, which are sorted, distinct, and all on its side. */
function apply(sha256: Sha256, node: MapNode, changes: readonly Change[], depth: number): MapNode {
  if (changes.length === 0) return node;
  if (node === undefined || !('left' in node)) {
    return build(sha256, mergedLeaves(node, changes), depth, node);
  }
  const middle = firstOnTheRight(changes, depth);
  const left = apply(sha256, node.left, changes.slice(0, middle), depth + 1);
  const right = apply(sha256, node.right, changes.slice(middle), depth + 1);
  if (left === node.left && right === node.right) return node;
  return join(sha256, left, right);
}

/** The sorted leaves that remain when `changes` meet what was at most one leaf. */
function mergedLeaves(kept: Leaf | undefined, changes: readonly Change[]): Leaf[] {
  const leaves: Leaf[] = [];
  let waiting = kept;
  for (const { keyHash, leaf } of changes) {
    if (waiting !== undefined) {
      const order = compareBytes(waiting.keyHash, keyHash);
      if (order < 0) leaves.push(waiting);
      if (order <= 0) waiting = undefined;
    }
    if (leaf !== undefined) leaves.push(leaf);
  }
  if (waiting !== undefined) leaves.push(waiting);
  return leaves;
}

/** The node over sorted leaves; the very same `kept` node when it is all that is there. */
function build(
  sha256: Sha256,
  leaves: readonly Leaf[],
  depth: number,
  kept?: Leaf | undefined,
): MapNode {
  const only = leaves[0];
  if (leaves.length <= 1) {
    return kept !== undefined && only !== undefined && equalBytes(kept.hash, only.hash)
      ? kept
      : only;
  }
  const middle = firstOnTheRight(leaves, depth);
  const left = build(sha256, leaves.slice(0, middle), depth + 1);
  const right = build(sha256, leaves.slice(middle), depth + 1);
  return join(sha256, left, right);
}

/** A leaf beside nothing rises; everything else branches. */
function join(sha256: Sha256, left: MapNode, right: MapNode): MapNode {
  if (left === undefined && (right === undefined || !('left' in right))) return right;
  if (right === undefined && left !== undefined && !('left' in left)) return left;
  return { left, right, hash: nodeHash(sha256, hashOf(left), hashOf(right)) };
}

/** Where, among sorted keys that agree on the bits before `depth`, the bit at `depth` turns 1. */
function firstOnTheRight(keys: readonly { readonly keyHash: Uint8Array }[], depth: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const key = keys[middle] as { readonly keyHash: Uint8Array };
    if (bitAt(key.keyHash, depth) === 1) high = middle;
    else low = middle + 1;
  }
  return low;
}

export interface MapClaim {
  readonly root: Uint8Array;
  readonly keyHash: Uint8Array;
  /** The value claimed to stand at the key, or `undefined` for the claim that there is none. */
  readonly value: Uint8Array | undefined;
  readonly proof: MapProof;
}

/** Total: whatever is claimed, the answer is yes or no. */
export function verifyMapProof(sha256: Sha256, claim: MapClaim): boolean {
  const { root, keyHash, value, proof } = claim;
  if (!isHash(root) || !isHash(keyHash) || !isMapProof(proof)) return false;
  if (value !== undefined && !(value instanceof Uint8Array)) return false;
  const { siblings, other } = proof;
  let hash: Uint8Array = EMPTY;
  if (value !== undefined) {
    if (other !== undefined) return false;
    hash = makeLeaf(sha256, keyHash, value).hash;
  } else if (other !== undefined) {
    if (equalBytes(other.keyHash, keyHash)) return false;
    for (let depth = 0; depth < siblings.length; depth++) {
      if (bitAt(other.keyHash, depth) !== bitAt(keyHash, depth)) return false;
    }
    hash = leafHash(sha256, concatBytes(other.keyHash, other.valueHash));
  }
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth] as Uint8Array;
    hash =
      bitAt(keyHash, depth) === 1
        ? nodeHash(sha256, sibling, hash)
        : nodeHash(sha256, hash, sibling);
  }
  return equalBytes(hash, root);
}

function isHash(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === HASH_LENGTH;
}

function isMapProof(value: unknown): value is MapProof {
  if (typeof value !== 'object' || value === null) return false;
  const { siblings, other } = value as Partial<MapProof>;
  if (!Array.isArray(siblings) || siblings.length > KEY_BITS || !siblings.every(isHash)) {
    return false;
  }
  if (other === undefined) return true;
  return (
    typeof other === 'object' && other !== null && isHash(other.keyHash) && isHash(other.valueHash)
  );
}
