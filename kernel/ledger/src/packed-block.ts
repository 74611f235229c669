/**
 * The leaves of a block's two trees, each packed once: they are hashed where they stand, and copied
 * from there into the record.
 */

import type { BlockOutcome } from './application.ts';
import {
  eventCodec,
  type Header,
  headerCodec,
  type LedgerEvent,
  receiptCodec,
  type TransactionReceipt,
} from './block.ts';
import { Writer } from './byte-stream.ts';
import { decode, encode } from './codec.ts';
import type { EventLog } from './event-log.ts';
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
    events: EventLog,
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
    events.addTo(this.receipts);
  }

  /** What came of the block, whose events are read from their leaves when they are asked for. */
  outcome(facts: Omit<BlockOutcome, 'events' | 'receiptLeaves'>): BlockOutcome {
    const leaves = this.receipts.kept();
    const { length } = facts.receipts;
    let read: readonly LedgerEvent[] | undefined;
    return {
      ...facts,
      get events() {
        read ??= leaves().slice(length).map(readEvent);
        return read;
      },
      get receiptLeaves() {
        return leaves();
      },
    };
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

function readEvent(leaf: Uint8Array): LedgerEvent {
  return decode(eventCodec, leaf, 'event');
}
