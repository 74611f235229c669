/** Whether a stored block fits its place: every link is computed again from its bytes. */

import { BLOCK_VERSION, type BlockRecord, headerHash, leadingZeroBits } from './block.ts';
import { concatBytes, equalBytes } from './bytes.ts';
import { leavesRoot } from './merkle/packed-leaves.ts';
import { NOT_LINKED } from './stored-link.ts';
import type { Crypto } from './world.ts';

/** The stored ledger is not what it says it is. Names the height, or the part of the store. */
export class LedgerDamagedError extends Error {
  override readonly name = 'LedgerDamagedError';
  readonly height: number;
  constructor(height: number, reason: string) {
    super(`height ${height}: ${reason}`);
    this.height = height;
  }
}

/** The state digest of a block: SHA-256 over the digest before and the block's write set. */
export function nextDigest(crypto: Crypto, before: Uint8Array, writes: Uint8Array): Uint8Array {
  return crypto.sha256(concatBytes(before, writes));
}

/** What the place of a block asks of it. */
export interface Expected {
  readonly chain: Uint8Array;
  readonly height: number;
  readonly parent: Uint8Array;
  readonly historyRoot: Uint8Array;
  readonly sealBits: number;
  readonly stateDigest: Uint8Array;
}

/** What of a block does not hash to its header; nothing when all does. */
export function checkRoots(crypto: Crypto, record: BlockRecord): string | undefined {
  const { header } = record;
  const root = (parts: readonly Uint8Array[]) => leavesRoot(crypto, parts);
  if (header.transactionCount !== record.transactions.length) return 'transactions are missing';
  if (!equalBytes(header.transactionsRoot, root(record.transactions))) {
    return 'the transactions do not hash to the header';
  }
  if (header.receiptCount !== record.receipts.length) return 'receipts are missing';
  if (!equalBytes(header.receiptsRoot, root(record.receipts))) {
    return 'the receipts do not hash to the header';
  }
  return undefined;
}

/** What in a stored block does not fit its place; nothing when all does. */
export function checkRecord(
  crypto: Crypto,
  record: BlockRecord,
  expected: Expected,
): string | undefined {
  const { header } = record;
  if (header.version !== BLOCK_VERSION) return `block version ${header.version} is unknown`;
  if (header.height !== expected.height) return `the block says it is height ${header.height}`;
  if (!equalBytes(header.chain, expected.chain)) return 'the block belongs to another chain';
  if (!equalBytes(header.parent, expected.parent)) return NOT_LINKED;
  if (!equalBytes(header.historyRoot, expected.historyRoot)) return 'the history root is another';
  const fail = checkRoots(crypto, record);
  if (fail !== undefined) return fail;
  if (!equalBytes(header.stateDigest, nextDigest(crypto, expected.stateDigest, record.writes))) {
    return 'the write set does not hash to the header';
  }
  if (leadingZeroBits(headerHash(crypto, header)) < expected.sealBits) {
    return `the hash lacks the proof of work of ${expected.sealBits} bits`;
  }
  return undefined;
}
