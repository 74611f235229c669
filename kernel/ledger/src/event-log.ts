/**
 * What happens in a block, taken down in the bytes in which it is hashed and stored: a run tells each of
 * a thousand members, and an object for each would cost more than what it says.
 */

import type { LedgerEvent } from './block.ts';
import { Writer } from './byte-stream.ts';
import type { Codec } from './codec.ts';
import type { PackedLeaves } from './merkle/packed-leaves.ts';

/** A buffer that some huge block made larger than this is given back. */
const KEPT_BYTES_MAX = 33_554_432;
const LENGTH_BYTES = 4;

export class EventLog {
  #writer = new Writer(4096);
  /** Where each event ends; it begins where the one before ended. */
  readonly #ends: number[] = [];

  get length(): number {
    return this.#ends.length;
  }

  /** Appends an event as `eventCodec` has it, its body written in place. */
  add<T>(
    transactionIndex: LedgerEvent['transactionIndex'],
    { type, codec }: { readonly type: number; readonly codec: Codec<T> },
    value: T,
  ): void {
    const writer = this.#writer;
    // What a value that could not be written left behind goes.
    writer.truncate(this.#ends.at(-1) ?? 0);
    writer.u8(transactionIndex === undefined ? 0 : 1);
    if (transactionIndex !== undefined) writer.u32(transactionIndex);
    writer.u16(type);
    const at = writer.length;
    writer.u32(0);
    codec.write(writer, value);
    writer.putU32(at, writer.length - at - LENGTH_BYTES);
    this.#ends.push(writer.length);
  }

  /** Forgets the events after the first `count`. */
  truncate(count: number): void {
    if (count < this.#ends.length) this.#ends.length = count;
  }

  clear(): void {
    this.#ends.length = 0;
    if (this.#writer.capacity > KEPT_BYTES_MAX) this.#writer = new Writer(4096);
    this.#writer.reset();
  }

  /** Appends each event as a leaf. */
  addTo(leaves: PackedLeaves): void {
    leaves.addPacked(this.#writer.view, this.#ends);
  }
}
