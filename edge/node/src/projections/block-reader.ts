/** A committed block as its readers want it: transactions read, events decoded, leaves in place. */

import { eventTypes } from '@commonwatt/contracts';
import {
  type BlockRecord,
  type Crypto,
  decode,
  type EventType,
  eventCodec,
  type Header,
  headerHash,
  type LedgerEvent,
  type ReadTransaction,
  readTransaction,
  receiptCodec,
  type TransactionReceipt,
} from '@commonwatt/ledger';

/** One event with its place among the leaves under the receipts root. */
export interface PlacedEvent {
  readonly leafIndex: number;
  readonly leaf: Uint8Array;
  readonly transactionIndex: number | undefined;
  readonly type: EventType<unknown>;
  readonly value: unknown;
}

export interface ReadBlock {
  readonly header: Header;
  readonly hash: Uint8Array;
  readonly transactions: readonly ReadTransaction[];
  readonly receipts: readonly TransactionReceipt[];
  readonly events: readonly PlacedEvent[];
  /** Receipts, then events, as they are hashed. */
  readonly leaves: readonly Uint8Array[];
}

/** Reads a stored block. Its bytes were checked when the ledger was opened or written. */
export function readBlock(crypto: Crypto, record: BlockRecord): ReadBlock {
  const count = record.transactions.length;
  return {
    header: record.header,
    hash: headerHash(crypto, record.header),
    transactions: record.transactions.map((bytes) => readTransaction(crypto, bytes)),
    receipts: record.receipts.slice(0, count).map((leaf) => decode(receiptCodec, leaf, 'receipt')),
    events: record.receipts.slice(count).map((leaf, at) => placed(leaf, count + at)),
    leaves: record.receipts,
  };
}

function placed(leaf: Uint8Array, leafIndex: number): PlacedEvent {
  const event: LedgerEvent = decode(eventCodec, leaf, 'event');
  const type = eventTypes.get(event.type) as EventType<unknown> | undefined;
  if (type === undefined) throw new Error(`event ${event.type} is unknown to this release`);
  return {
    leafIndex,
    leaf,
    transactionIndex: event.transactionIndex,
    type,
    value: decode(type.codec, event.body, type.name),
  };
}

/** Whether an event is of a type, and then its value. */
export function eventValue<T>(event: PlacedEvent, type: EventType<T>): T | undefined {
  return event.type.type === type.type ? (event.value as T) : undefined;
}

export { eventValue as valueOf };
