/**
 * Blocks and what came of them. A block's hash is the RFC 6962 leaf hash of its header, so a block
 * is the leaf of the history tree under that very name.
 */

import { bytesUpTo, type Codec, decode, encode, hash32, u16, u32, u64 } from './codec.ts';
import { list, optional, struct, unrolled } from './composite-codec.ts';
import { leafHash } from './merkle/tree.ts';
import { TRANSACTION_BYTES_MAX } from './transaction.ts';
import type { Crypto } from './world.ts';

export const BLOCK_VERSION = 1;
export const BLOCK_TRANSACTIONS_MAX = 100_000;

/** SETM's block (version, Merkle root, nonce; previous hash) with what a verifier needs besides. */
export interface Header {
  readonly version: number;
  readonly chain: Uint8Array;
  readonly height: number;
  readonly timeMs: number;
  /** The hash of the block before; 32 zero bytes in the genesis block. */
  readonly parent: Uint8Array;
  readonly transactionCount: number;
  /** RFC 6962 root over the transactions' bytes. */
  readonly transactionsRoot: Uint8Array;
  readonly receiptCount: number;
  /** RFC 6962 root over the receipts: one leaf per transaction, then one per event. */
  readonly receiptsRoot: Uint8Array;
  /** SHA-256 over the digest before and this block's write set. */
  readonly stateDigest: Uint8Array;
  /** Root of the map of balances and open positions as of the last checkpoint. */
  readonly balanceRoot: Uint8Array;
  readonly balanceHeight: number;
  /** Root of the history tree over all earlier headers. */
  readonly historyRoot: Uint8Array;
  /** Lowest number that gives the hash its proof of work; zero where the chain asks for none. */
  readonly nonce: number;
}

export const headerCodec: Codec<Header> = struct<Header>({
  version: u16,
  chain: hash32,
  height: u64,
  timeMs: u64,
  parent: hash32,
  transactionCount: u32,
  transactionsRoot: hash32,
  receiptCount: u32,
  receiptsRoot: hash32,
  stateDigest: hash32,
  balanceRoot: hash32,
  balanceHeight: u64,
  historyRoot: hash32,
  nonce: u64,
});

/** The hash of a block: the leaf hash of its header in the history tree. */
export function headerHash(crypto: Crypto, header: Header): Uint8Array {
  return leafHash(crypto.sha256, encode(headerCodec, header));
}

/** What became of one transaction: a code for the whole and one for each action; 0 is done. */
export interface TransactionReceipt {
  readonly transactionId: Uint8Array;
  readonly code: number;
  readonly actions: readonly number[];
}

/** Something that happened: a clearing, a trade, a posting. Its type says how to read the body. */
export interface LedgerEvent {
  /** Position of the transaction that caused it; nothing where the block's time did. */
  readonly transactionIndex: number | undefined;
  readonly type: number;
  readonly body: Uint8Array;
}

export const EVENT_BYTES_MAX = 16_777_216;

const ACTIONS_MAX = 1000;
const actionCodesCodec = list(u16, ACTIONS_MAX);
const isRefused = (code: number): boolean => code !== 0;
export const receiptCodec: Codec<TransactionReceipt> = unrolled(
  struct<TransactionReceipt>({ transactionId: hash32, code: u16, actions: actionCodesCodec }),
  {
    write(writer, value) {
      hash32.write(writer, value.transactionId);
      u16.write(writer, value.code);
      const { actions } = value;
      if (actions.some(isRefused)) {
        actionCodesCodec.write(writer, actions);
        return;
      }
      // Nearly always every action is taken.
      if (actions.length > ACTIONS_MAX) throw new RangeError(`actions: got ${actions.length}`);
      writer.u16(actions.length);
      writer.zeros(2 * actions.length);
    },
  },
);

export const eventCodec: Codec<LedgerEvent> = struct<LedgerEvent>({
  transactionIndex: optional(u32),
  type: u16,
  body: bytesUpTo(EVENT_BYTES_MAX),
});

/** Everything that is kept of a block, stored as one value. */
export interface BlockRecord {
  readonly header: Header;
  readonly transactions: readonly Uint8Array[];
  /** Encoded receipts, one per transaction, then encoded events. */
  readonly receipts: readonly Uint8Array[];
  /** The canonical bytes of the write set. */
  readonly writes: Uint8Array;
}

const RECORD_BYTES_MAX = 0x7fff_ffff;

export const recordCodec: Codec<BlockRecord> = struct<BlockRecord>({
  header: headerCodec,
  transactions: list(bytesUpTo(TRANSACTION_BYTES_MAX), BLOCK_TRANSACTIONS_MAX),
  receipts: list(bytesUpTo(EVENT_BYTES_MAX + 16), 10 * BLOCK_TRANSACTIONS_MAX),
  writes: bytesUpTo(RECORD_BYTES_MAX),
});

export function encodeRecord(record: BlockRecord): Uint8Array {
  return encode(recordCodec, record);
}

/** @throws DecodeError naming the field that is not as written. */
export function decodeRecord(bytes: Uint8Array): BlockRecord {
  return decode(recordCodec, bytes, 'block');
}

/** The leaf hashes under a block's receipts root. */
export function receiptLeafHashes(crypto: Crypto, receipts: readonly Uint8Array[]): Uint8Array[] {
  return receipts.map((receipt) => leafHash(crypto.sha256, receipt));
}

/** Number of leading zero bits of a hash: the proof of work it carries. */
export function leadingZeroBits(hash: Uint8Array): number {
  let bits = 0;
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
