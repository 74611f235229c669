/**
 * The leaves of a block's two trees, each packed once: they are hashed where they stand, and copied
 * from there into the record.
 */

import {
  eventCodec,
  type Header,
  headerCodec,
  type LedgerEvent,
  receiptCodec,
  type TransactionReceipt,
} from './block.ts';
import { Writer } from './byte-stream.ts';
import { encode } from './codec.ts';
import { PackedLeaves } from './merkle/packed-leaves.ts';
import type { ReadTransaction } from './transaction.ts';

export class PackedBlock {
  readonly transactions = new PackedLeaves();
  /** Receipts first, then events. */
  readonly receipts = new PackedLeaves();

  /** Takes another block in place of the one before. */
  fill(
    transactions: readonly Pick<ReadTransaction, 'writeTo'>[],
    receipts: readonly TransactionReceipt[],
    events: readonly LedgerEvent[],
  ): void {
    this.transactions.clear();
    this.receipts.clear();
    for (const one of transactions) {
      one.writeTo(this.transactions.writer);
      this.transactions.endLeaf();
    }
    for (const one of receipts) {
      receiptCodec.write(this.receipts.writer, one);
      this.receipts.endLeaf();
    }
    for (const one of events) {
      eventCodec.write(this.receipts.writer, one);
      this.receipts.endLeaf();
    }
  }

  /** The bytes that `encodeRecord` gives for the same block. */
  record(header: Header, writes: Uint8Array): Uint8Array {
    const head = encode(headerCodec, header);
    const lists = this.transactions.listLength + this.receipts.listLength;
    // Exactly as long as it becomes, so that nothing is copied twice.
    const writer = new Writer(head.length + lists + 4 + writes.length);
    writer.raw(head);
    this.transactions.writeList(writer);
    this.receipts.writeList(writer);
    writer.u32(writes.length);
    writer.raw(writes);
    return writer.written();
  }
}
