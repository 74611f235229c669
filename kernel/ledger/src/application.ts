/**
 * The Application port: what a consensus engine drives. The kernel owns it and imports no engine;
 * the embedded engine, a consensus network, the simulator and replay all drive the same one.
 */

import type { Header, LedgerEvent, TransactionReceipt } from './block.ts';
import type { MapProof } from './merkle/balance-map.ts';
import type { Refusal } from './rules.ts';

/** The block an engine has decided on. */
export interface DecidedBlock {
  readonly height: number;
  readonly timeMs: number;
  readonly transactions: readonly Uint8Array[];
}

/** What executing a decided block gave: the same on every node. */
export interface BlockOutcome {
  readonly header: Header;
  readonly hash: Uint8Array;
  readonly receipts: readonly TransactionReceipt[];
  readonly events: readonly LedgerEvent[];
  /** The encoded receipts and events as they stand under the receipts root. */
  readonly receiptLeaves: readonly Uint8Array[];
  /** Entries of the state that the block changed: none where it did nothing. */
  readonly writeCount: number;
}

export interface ApplicationInfo {
  readonly chain: Uint8Array;
  /** The last committed height; nothing before the genesis block. */
  readonly height: number | undefined;
  readonly hash: Uint8Array | undefined;
  readonly timeMs: number;
}

/** A committed value with the proof that it stands, or that nothing stands, under a root. */
export interface QueryAnswer {
  readonly value: Uint8Array | undefined;
  /** The height as of which the balance map proves it. */
  readonly height: number;
  readonly root: Uint8Array;
  /** Nothing where the table is not provable, or the entry changed since that height. */
  readonly proof: MapProof | undefined;
}

export interface Application {
  info(): ApplicationInfo;
  /** Starts a new ledger from its genesis document. */
  initChain(document: Uint8Array): Promise<void>;
  /** May this transaction wait in the pool? Changes nothing; a refusal consumes nothing. */
  checkTx(transaction: Uint8Array): Promise<Refusal | undefined>;
  /** The proposer's choice: drops what cannot stand in a block and keeps within the limits. */
  prepareProposal(transactions: readonly Uint8Array[], bytesMax: number): Promise<Uint8Array[]>;
  /** Whether a proposed block is well formed: a function of the block and the committed state. */
  processProposal(block: DecidedBlock): Promise<boolean>;
  /** Executes a decided block. Depends on the block and the previous state alone; writes nothing. */
  finalizeBlock(block: DecidedBlock): Promise<BlockOutcome>;
  /** Makes the last finalized block durable. */
  commit(): Promise<void>;
  /** A committed entry of a table, with its proof where the table is provable. */
  query(table: number, key: Uint8Array): QueryAnswer;
}
