/**
 * The leaves of one tree, one behind the other in one buffer, and their root. A host that hashes
 * many messages at once takes them all in one call; every other one hashes leaf by leaf.
 */

import { Writer } from '../byte-stream.ts';
import type { Crypto } from '../world.ts';
import { type Sha256, treeRoot } from './tree.ts';

/** A buffer that some huge leaf made larger than this is given back. */
const KEPT_BYTES_MAX = 33_554_432;

/** What hashes them: the Crypto port, or as much of it. */
export type LeafHost = Pick<Crypto, 'sha256' | 'packedRoot'>;

export class PackedLeaves {
  /** Takes the bytes of the leaf that `endLeaf` then ends. */
  writer = new Writer(4096);
  /** Where each leaf ends; it begins where the one before ended. */
  readonly #ends: number[] = [];

  /** Forgets all leaves and keeps the buffer. */
  clear(): void {
    this.#ends.length = 0;
    if (this.writer.capacity > KEPT_BYTES_MAX) this.writer = new Writer(4096);
    this.writer.reset();
  }

  endLeaf(): void {
    this.#ends.push(this.writer.length);
  }

  /** Appends leaves that stand packed already, each up to where `ends` says. */
  addPacked(bytes: DataView, ends: readonly number[]): void {
    const from = this.writer.length;
    this.writer.rawPart(bytes, 0, ends.at(-1) ?? 0);
    for (const end of ends) this.#ends.push(from + end);
  }

  get count(): number {
    return this.#ends.length;
  }

  /** The leaves as a record lists them: their number, and each behind its length. */
  writeList(writer: Writer): void {
    const { view } = this.writer;
    writer.u32(this.#ends.length);
    let from = 0;
    for (const end of this.#ends) {
      writer.u32(end - from);
      writer.rawPart(view, from, end - from);
      from = end;
    }
  }

  /** Bytes of that list. */
  get listLength(): number {
    return 4 + 4 * this.#ends.length + this.writer.length;
  }

  /** Keeps what stands here now, and cuts it into leaves when it is asked to. */
  kept(): () => readonly Uint8Array[] {
    const bytes = this.writer.take();
    const ends = this.#ends.slice();
    let leaves: readonly Uint8Array[] | undefined;
    return () => {
      leaves ??= ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
      return leaves;
    };
  }

  add(leaf: Uint8Array): void {
    this.writer.raw(leaf);
    this.endLeaf();
  }

  /** RFC 9162 section 2.1.1: the root over the leaves in order. */
  root(host: LeafHost): Uint8Array {
    const bytes = this.writer.written();
    if (host.packedRoot !== undefined) return host.packedRoot(bytes, this.#ends);
    return plainPackedRoot(host.sha256, bytes, this.#ends);
  }
}

/** The root of packed leaves by one hash after the other: what every host's own way must equal. */
export function plainPackedRoot(
  sha256: Crypto['sha256'],
  bytes: Uint8Array,
  ends: readonly number[],
): Uint8Array {
  let from = 0;
  const hashes = ends.map((end) => {
    const leaf = bytes.subarray(from, end);
    from = end;
    return packedLeafHash(sha256, leaf);
  });
  return treeRoot(sha256, hashes);
}

/** Reused for every leaf: filled and hashed before anything else can run. */
const leafMessage = new Writer(256);

/** As `leafHash`, without new bytes for each. `sha256` must not keep its argument. */
export function packedLeafHash(sha256: Sha256, leaf: Uint8Array): Uint8Array {
  leafMessage.reset();
  leafMessage.u8(0);
  leafMessage.raw(leaf);
  return sha256(leafMessage.written());
}

const packed = new PackedLeaves();

/** The root over a list of leaves. */
export function leavesRoot(host: LeafHost, leaves: readonly Uint8Array[]): Uint8Array {
  return rootOf(host, leaves, (writer, leaf) => writer.raw(leaf));
}

/** Where one hash after the other is all there is, the hash alone says it. */
export type RootHost = LeafHost | Sha256;

/** The root over a list whose leaves are written one behind the other. `write` asks for no other root. */
export function rootOf<T>(
  host: RootHost,
  list: readonly T[],
  write: (writer: Writer, one: T) => void,
): Uint8Array {
  packed.clear();
  for (const one of list) {
    write(packed.writer, one);
    packed.endLeaf();
  }
  return packed.root(typeof host === 'function' ? { sha256: host } : host);
}

export function sha256Of(host: RootHost): Sha256 {
  return typeof host === 'function' ? host : host.sha256;
}
