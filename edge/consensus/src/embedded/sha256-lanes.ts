/**
 * Merkle trees hashed four nodes at a time by `laneModule`. OpenSSL hashes one message faster than
 * any WebAssembly; what is saved here is the call for each of them and the copying around it.
 */

import { packedLeafHash } from '@commonwatt/ledger';
import {
  CONSTANTS_AT,
  FREE_FROM,
  INITIAL_AT,
  type LaneExports,
  laneModule,
  NODE_MESSAGE_BYTES,
  NODE_MESSAGES_AT,
} from './sha256-lanes-module.ts';

const HASH_BYTES = 32;
const BLOCK_BYTES = 64;
/** First byte, 0x80 and the eight bytes of the length: what padding adds at the least. */
const PADDING_BYTES = 10;
/** The longest leaf in the lanes: for a longer one the call costs little beside its own hashing. */
const LEAF_BLOCKS_MAX = 64;
const LANE_BYTES = LEAF_BLOCKS_MAX * BLOCK_BYTES;
const LEAVES_AT = FREE_FROM;
/** An odd last node waits here while the others are paired, which may write over its place. */
const WAITING_AT = LEAVES_AT + 4 * LANE_BYTES;
/** Four hashes whose leaves do not stand side by side. */
const APART_AT = WAITING_AT + BLOCK_BYTES;
const HASHES_AT = APART_AT + 4 * HASH_BYTES;
const PAGE_BYTES = 65_536;
/** Leaves of one tree: 32 MiB of hashes, which stay with the module. */
const LEAVES_MAX = 1 << 20;
/** Below this many bytes words are copied one by one, which is faster than the host's own copying. */
const SHORT = 128;

/** What of WebAssembly is used; Node has it, though its types do not say so. */
interface Host {
  /** Whether the engine knows every instruction of a module. */
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: unknown };
  readonly Memory: new (size: { initial: number }) => LaneMemory;
}
interface LaneMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

type Sha256 = (message: Uint8Array) => Uint8Array;

export class LaneTree {
  readonly #memory: LaneMemory;
  /** Hashes what is too long for the lanes. */
  readonly #sha256: Sha256;
  /** By number of blocks: how many leaves wait for a full four, and which. */
  readonly #waiting = new Uint8Array(LEAF_BLOCKS_MAX + 1);
  readonly #waitingLeaves = new Int32Array(4 * (LEAF_BLOCKS_MAX + 1));
  readonly #exports: LaneExports;
  #bytes: Uint8Array;
  #view: DataView;
  /** Length of the leaf that each lane held last: of the same length the padding stands already. */
  readonly #laneLengths = [-1, -1, -1, -1];

  private constructor(memory: LaneMemory, exports: LaneExports, sha256: Sha256) {
    this.#memory = memory;
    this.#sha256 = sha256;
    this.#exports = exports;
    this.#bytes = new Uint8Array(memory.buffer);
    const view = new DataView(memory.buffer);
    this.#view = view;
    for (const [at, constant] of ROUND_CONSTANTS.entries()) {
      view.setUint32(CONSTANTS_AT + 4 * at, constant, true);
    }
    for (const [at, word] of INITIAL_WORDS.entries()) {
      view.setUint32(INITIAL_AT + 4 * at, word, true);
    }
    for (let lane = 0; lane < 4; lane++) {
      const message = NODE_MESSAGES_AT + lane * NODE_MESSAGE_BYTES;
      this.#bytes[message] = 1;
      this.#bytes[message + 1 + 2 * HASH_BYTES] = 0x80;
      view.setUint16(message + NODE_MESSAGE_BYTES - 2, 8 * (1 + 2 * HASH_BYTES));
    }
  }

  /** Nothing where the host has no WebAssembly with vectors. */
  static create(sha256: Sha256): LaneTree | undefined {
    const host = (globalThis as { readonly WebAssembly?: Host }).WebAssembly;
    if (host === undefined) return undefined;
    const bytes = laneModule();
    if (!host.validate(bytes)) return undefined;
    const memory = new host.Memory({ initial: 2 });
    const { exports } = new host.Instance(new host.Module(bytes), { world: { memory } });
    return new LaneTree(memory, exports as LaneExports, sha256);
  }

  /** The root over packed leaves (RFC 9162 section 2.1.1); nothing for what it does not take. */
  root(leaves: Uint8Array, ends: readonly number[]): Uint8Array | undefined {
    if (ends.length < 1 || ends.length > LEAVES_MAX) return undefined;
    this.#reserve(HASHES_AT + HASH_BYTES * (ends.length + 8));
    this.#hashLeaves(leaves, ends);
    let width = ends.length;
    while (width > 1) {
      const pairs = width >> 1;
      const isOdd = width % 2 === 1;
      if (isOdd) this.#copyHash(HASHES_AT + (width - 1) * HASH_BYTES, WAITING_AT);
      this.#exports.nodes(HASHES_AT, (pairs + 3) >> 2, HASHES_AT);
      if (isOdd) this.#copyHash(WAITING_AT, HASHES_AT + pairs * HASH_BYTES);
      width = pairs + (isOdd ? 1 : 0);
    }
    return this.#bytes.slice(HASHES_AT, HASHES_AT + HASH_BYTES);
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.#bytes.length;
    if (missing <= 0) return;
    this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }

  #copyHash(from: number, to: number): void {
    this.#bytes.copyWithin(to, from, from + HASH_BYTES);
  }

  /** Leaves of equally many blocks go through the lanes together, wherever they stand. */
  #hashLeaves(packed: Uint8Array, ends: readonly number[]): void {
    const leaves = new DataView(packed.buffer, packed.byteOffset, packed.length);
    const waiting = this.#waiting;
    let from = 0;
    for (let leaf = 0; leaf < ends.length; leaf++) {
      const end = ends[leaf] as number;
      const blocks = blocksOf(end - from);
      if (blocks > LEAF_BLOCKS_MAX) this.#hashAlone(packed.subarray(from, end), leaf);
      else {
        const count = waiting[blocks] as number;
        this.#waitingLeaves[4 * blocks + count] = leaf;
        waiting[blocks] = count + 1;
        if (count === 3) this.#hashWaiting(leaves, ends, blocks);
      }
      from = end;
    }
    for (let blocks = 1; blocks <= LEAF_BLOCKS_MAX; blocks++) {
      if (waiting[blocks] !== 0) this.#hashWaiting(leaves, ends, blocks);
    }
  }

  #hashAlone(leaf: Uint8Array, place: number): void {
    this.#bytes.set(packedLeafHash(this.#sha256, leaf), HASHES_AT + place * HASH_BYTES);
  }

  /** Hashes the leaves of so many blocks that wait, four or fewer, each to its own place. */
  #hashWaiting(leaves: DataView, ends: readonly number[], blocks: number): void {
    const places = this.#waitingLeaves;
    const count = this.#waiting[blocks] as number;
    this.#waiting[blocks] = 0;
    const first = places[4 * blocks] as number;
    for (let lane = 0; lane < count; lane++) {
      const leaf = places[4 * blocks + lane] as number;
      const from = leaf === 0 ? 0 : (ends[leaf - 1] as number);
      this.#fillLane(lane, leaves, from, ends[leaf] as number, blocks);
    }
    if (count === 4 && places[4 * blocks + 3] === first + 3) {
      this.#exports.hash4(LEAVES_AT, LANE_BYTES, blocks, HASHES_AT + first * HASH_BYTES);
      return;
    }
    this.#exports.hash4(LEAVES_AT, LANE_BYTES, blocks, APART_AT);
    for (let lane = 0; lane < count; lane++) {
      const leaf = places[4 * blocks + lane] as number;
      this.#copyHash(APART_AT + lane * HASH_BYTES, HASHES_AT + leaf * HASH_BYTES);
    }
  }

  #copy(source: DataView, from: number, to: number, length: number): void {
    if (length > SHORT) {
      this.#bytes.set(new Uint8Array(source.buffer, source.byteOffset + from, length), to);
      return;
    }
    const view = this.#view;
    let at = 0;
    for (; at + 4 <= length; at += 4) view.setInt32(to + at, source.getInt32(from + at));
    for (; at < length; at++) view.setUint8(to + at, source.getUint8(from + at));
  }

  /** Puts 0x00, a leaf and its padding into a lane. */
  #fillLane(lane: number, leaves: DataView, from: number, end: number, blocks: number): void {
    const bytes = this.#bytes;
    const base = LEAVES_AT + lane * LANE_BYTES;
    const length = end - from;
    this.#copy(leaves, from, base + 1, length);
    if (this.#laneLengths[lane] === length) return;
    this.#laneLengths[lane] = length;
    const messageEnd = base + blocks * BLOCK_BYTES;
    bytes[base] = 0;
    bytes[base + 1 + length] = 0x80;
    for (let at = base + 2 + length; at < messageEnd - 4; at++) bytes[at] = 0;
    const bits = 8 * (1 + length);
    for (let at = 0; at < 4; at++) bytes[messageEnd - 1 - at] = bits >>> (8 * at);
  }
}

function blocksOf(leafLength: number): number {
  return Math.ceil((leafLength + PADDING_BYTES) / BLOCK_BYTES);
}

/** FIPS 180-4, section 5.3.3: fractional bits of the square roots of the first eight primes. */
const INITIAL_WORDS = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/** FIPS 180-4, section 4.2.2: fractional bits of the cube roots of the first 64 primes. */
const ROUND_CONSTANTS = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];
