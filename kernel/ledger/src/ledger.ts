/**
 * The ledger: the Application port filled by a rule book and a store. Execution is synchronous and
 * total: same bytes in, same bytes out. A bad transaction gets a coded receipt and changes nothing.
 */

import type {
  Application,
  ApplicationInfo,
  BlockOutcome,
  DecidedBlock,
  QueryAnswer,
} from './application.ts';
import { Balances } from './balances.ts';
import { isRefusal, malformed, refusalOfBatch, runActions, WRONG_USER } from './batch.ts';
import {
  BLOCK_TRANSACTIONS_MAX,
  BLOCK_VERSION,
  type BlockRecord,
  decodeRecord,
  type Header,
  headerHash,
  type TransactionReceipt,
} from './block.ts';
import { DecodeError } from './byte-stream.ts';
import { equalBytes } from './bytes.ts';
import { decode, encode } from './codec.ts';
import { EventLog } from './event-log.ts';
import { chainOf, type Genesis, readGenesis } from './genesis.ts';
import { HistoryTree } from './merkle/history.ts';
import { PackedBlock } from './packed-block.ts';
import {
  type Actor,
  activate,
  activations,
  activeActivation,
  activeVersion,
  type BlockContext,
  EXECUTION,
  type Execution,
  type Refusal,
  type RuleBook,
  requireKnownRules,
  UnknownRulesError,
} from './rules.ts';
import { sealed } from './seal.ts';
import { decodeWrites, State, type Write } from './state.ts';
import { checkRecord, checkRoots, LedgerDamagedError } from './stored-block.ts';
import { blameLink, NOT_LINKED } from './stored-link.ts';
import { type ReadTransaction, readTransaction } from './transaction.ts';
import { Verdicts } from './verdicts.ts';
import { WaitingLanes } from './waiting-lanes.ts';
import type { Crypto, Storage, StoredHead } from './world.ts';

const ZERO_HASH = new Uint8Array(32);

export interface LedgerOptions {
  readonly crypto: Crypto;
  readonly storage: Storage;
  readonly rules: RuleBook;
}

interface Finalized {
  readonly record: Uint8Array;
  readonly hash: Uint8Array;
  readonly outcome: BlockOutcome;
}

export class Ledger implements Application {
  readonly state: State;
  readonly #crypto: Crypto;
  readonly #storage: Storage;
  readonly #rules: RuleBook;
  readonly #history: HistoryTree;
  readonly #balances: Balances;
  readonly #verdicts: Verdicts;
  readonly #waiting = new WaitingLanes();
  readonly #packed = new PackedBlock();
  readonly #events = new EventLog();
  #genesis: Genesis | undefined;
  #chain: Uint8Array = ZERO_HASH;
  #head: Header | undefined;
  #headHash: Uint8Array = ZERO_HASH;
  #finalized: Finalized | undefined;
  #lastCheck: Promise<unknown> = Promise.resolve();

  constructor(options: LedgerOptions) {
    this.#crypto = options.crypto;
    this.#verdicts = new Verdicts(options.crypto);
    this.#storage = options.storage;
    this.#rules = options.rules;
    const { tables, groupings, tallies } = options.rules;
    this.state = new State([activations, ...tables], groupings, tallies);
    this.#history = new HistoryTree(options.crypto.sha256);
    this.#balances = new Balances(options.crypto.sha256, this.state);
  }

  get chain(): Uint8Array {
    return this.#chain;
  }
  get genesis(): Genesis {
    if (this.#genesis === undefined) throw new Error('ledger: no genesis document yet');
    return this.#genesis;
  }
  get head(): Header | undefined {
    return this.#head;
  }
  get headHash(): Uint8Array {
    return this.#headHash;
  }
  /** The history tree over all committed headers. */
  get history(): HistoryTree {
    return this.#history;
  }

  info(): ApplicationInfo {
    const head = this.#head;
    return {
      chain: this.#chain,
      height: head?.height,
      hash: head && this.#headHash,
      timeMs: head?.timeMs ?? this.#genesis?.timeMs ?? 0,
    };
  }

  /** The execution rules active at a height. @throws UnknownRulesError when they are missing. */
  execution(height: number): Execution {
    const active = activeActivation(this.state, EXECUTION, height);
    const version = active?.version ?? 1;
    const execution = this.#rules.executions.get(version);
    if (execution === undefined) {
      throw new UnknownRulesError(EXECUTION, version, active?.fromHeight ?? 0, height);
    }
    return execution;
  }

  #begin(document: Uint8Array): void {
    const genesis = readGenesis(document);
    this.#genesis = genesis;
    this.#chain = chainOf(this.#crypto, document);
    const execution = this.#rules.executions.get(genesis.executionVersion);
    if (execution === undefined)
      throw new UnknownRulesError(EXECUTION, genesis.executionVersion, 0);
    activate(this.state, EXECUTION, { version: genesis.executionVersion, fromHeight: 0 });
    execution.genesis(this.#context(0, genesis.timeMs, new EventLog()), genesis.parameters);
    execution.checkInvariants(this.state);
  }

  async initChain(document: Uint8Array): Promise<void> {
    if (this.#genesis !== undefined) throw new Error('ledger: already begun');
    this.#begin(document);
    await this.#storage.putGenesis(document);
  }

  /**
   * Opens a stored ledger: rebuilds the state from the write sets and checks every link on the way.
   * @throws LedgerDamagedError naming the height, when the store is shortened or altered.
   */
  open(progress?: (height: number, of: number) => void): void {
    const document = this.#storage.genesis();
    if (document === undefined) throw new LedgerDamagedError(0, 'the genesis document is missing');
    try {
      readGenesis(document);
    } catch (error) {
      throw new LedgerDamagedError(0, (error as Error).message);
    }
    this.#begin(document);
    const kept = this.#storage.head();
    const last = this.#storage.lastHeight();
    // Each crash between a block and its head leaves one more block that no head names yet.
    if (kept !== undefined && (last ?? -1) < kept.height) {
      throw new LedgerDamagedError(
        (last ?? -1) + 1,
        `the store ends before the head at height ${kept.height}: it was shortened`,
      );
    }
    this.#replay(last ?? -1, kept, progress);
    requireKnownRules(this.#rules, this.state, this.#nextHeight());
  }

  #replay(
    last: number,
    kept: StoredHead | undefined,
    progress?: (height: number, of: number) => void,
  ): void {
    for (let height = 0; height <= last; height++) {
      const record = this.#readRecord(height);
      this.#replayWrites(record);
      if (height === kept?.height && !equalBytes(this.#headHash, kept.hash)) {
        throw new LedgerDamagedError(height, 'the block is not the one the head names');
      }
      progress?.(height, last);
    }
  }

  /** @throws LedgerDamagedError when the record is missing or its bytes are not canonical. */
  #readRecord(height: number): BlockRecord {
    const bytes = this.#storage.record(height);
    if (bytes === undefined) throw new LedgerDamagedError(height, 'the block is missing');
    try {
      return decodeRecord(bytes);
    } catch (error) {
      if (error instanceof DecodeError) throw new LedgerDamagedError(height, error.message);
      throw error;
    }
  }

  #replayWrites(record: BlockRecord): void {
    const height = this.#nextHeight();
    requireKnownRules(this.#rules, this.state, height);
    const fail = checkRecord(this.#crypto, record, {
      chain: this.#chain,
      height,
      parent: this.#headHash,
      historyRoot: this.#history.root(),
      sealBits: this.genesis.sealBits,
      stateDigest: this.#head?.stateDigest ?? ZERO_HASH,
    });
    if (fail === NOT_LINKED) {
      const broken = blameLink(this.#storage, this.#crypto, record, height);
      throw new LedgerDamagedError(broken.height, broken.reason);
    }
    if (fail !== undefined) throw new LedgerDamagedError(height, fail);
    let writes: readonly Write[];
    try {
      writes = decodeWrites(record.writes);
      if (height === 0) this.state.rollback(0);
      this.state.apply(writes);
    } catch (error) {
      if (error instanceof DecodeError) throw new LedgerDamagedError(height, error.message);
      throw error;
    }
    this.#balances.follow(height, this.genesis.checkpointBlocks);
    if (
      !equalBytes(this.#balances.root(), record.header.balanceRoot) ||
      record.header.balanceHeight !== this.#balances.height
    ) {
      throw new LedgerDamagedError(height, 'the balance map does not match the header');
    }
    this.#advance(record.header, headerHash(this.#crypto, record.header));
  }

  #nextHeight(): number {
    return this.#head === undefined ? 0 : this.#head.height + 1;
  }

  #advance(header: Header, hash: Uint8Array): void {
    this.#history.append(hash);
    this.#head = header;
    this.#headHash = hash;
  }

  #context(height: number, timeMs: number, events: EventLog, index?: number): BlockContext {
    return {
      state: this.state,
      crypto: this.#crypto,
      chain: this.#chain,
      height,
      timeMs,
      parent: this.#headHash,
      version: (ruleSet) => activeVersion(this.state, ruleSet, height),
      emit: (type, value) => events.add(index, type, value),
    };
  }

  /** Who acts, or why nobody may: what needs no state first, the signature last. */
  #judge(
    execution: Execution,
    context: BlockContext,
    transaction: ReadTransaction,
    pendingCount: number,
    isSigned: (transaction: ReadTransaction) => boolean,
  ): Actor | Refusal {
    const { envelope } = transaction;
    if (!equalBytes(envelope.chain, this.#chain)) return { code: 'wrong_chain' };
    if (envelope.validUntilMs <= context.timeMs) {
      return { code: 'expired', validUntilMs: envelope.validUntilMs, timeMs: context.timeMs };
    }
    if (envelope.validFromMs > context.timeMs) {
      return { code: 'not_yet_valid', validFromMs: envelope.validFromMs, timeMs: context.timeMs };
    }
    const answer = execution.authenticate(context, transaction, pendingCount);
    if (isRefusal(answer)) return answer;
    if (!isSigned(transaction)) return { code: 'bad_signature', message: WRONG_USER };
    return answer;
  }

  async checkTx(bytes: Uint8Array): Promise<Refusal | undefined> {
    let transaction: ReadTransaction;
    try {
      transaction = readTransaction(this.#crypto, bytes);
    } catch (error) {
      if (error instanceof DecodeError) return malformed(error);
      throw error;
    }
    // Verdicts come from other threads in any order. The dry runs stand in the order of asking, so
    // that numbers of one lane may follow each other closely.
    const ready = Promise.all([this.#verdicts.prepare(transaction), this.#lastCheck]);
    const check = ready.then(() => this.#dryRun(transaction));
    this.#lastCheck = check.catch(() => undefined);
    return check;
  }

  #dryRun(transaction: ReadTransaction): Refusal | undefined {
    const height = this.#nextHeight();
    // The next block would stop for the same reason: whoever asks is told now, and waits for nothing.
    requireKnownRules(this.#rules, this.state, height);
    const execution = this.execution(height);
    const events = new EventLog();
    const context = this.#context(height, this.#checkTimeMs(), events);
    const before = this.#waiting.countBefore(transaction);
    const isSigned = (one: ReadTransaction) => this.#verdicts.of(one);
    const actor = this.#judge(execution, context, transaction, before, isSigned);
    if (isRefusal(actor)) return actor;
    const mark = this.state.mark();
    try {
      const place = { execution, context, transaction, actor, transactionIndex: 0, events };
      const refusal = refusalOfBatch(transaction, runActions(place));
      if (refusal !== undefined) return refusal;
    } finally {
      this.state.rollback(mark);
    }
    this.#waiting.enter(transaction);
    return undefined;
  }

  /** Set by the engine before checks: the time the next block would carry. */
  checkTimeMs: (() => number) | undefined;
  #checkTimeMs(): number {
    const last = this.#head?.timeMs ?? this.genesis.timeMs;
    return Math.max(last, this.checkTimeMs?.() ?? last);
  }

  async prepareProposal(
    transactions: readonly Uint8Array[],
    bytesMax: number,
  ): Promise<Uint8Array[]> {
    const kept: Uint8Array[] = [];
    let total = 0;
    for (const bytes of transactions) {
      if (total + bytes.length > bytesMax || kept.length === BLOCK_TRANSACTIONS_MAX) break;
      try {
        readTransaction(this.#crypto, bytes);
      } catch (error) {
        if (error instanceof DecodeError) continue;
        throw error;
      }
      kept.push(bytes);
      total += bytes.length;
    }
    return kept;
  }

  async processProposal(block: DecidedBlock): Promise<boolean> {
    if (block.height !== this.#nextHeight()) return false;
    if (block.transactions.length > BLOCK_TRANSACTIONS_MAX) return false;
    if (block.timeMs < (this.#head?.timeMs ?? this.genesis.timeMs)) return false;
    try {
      for (const bytes of block.transactions) readTransaction(this.#crypto, bytes);
    } catch (error) {
      if (error instanceof DecodeError) return false;
      throw error;
    }
    return true;
  }

  async finalizeBlock(block: DecidedBlock): Promise<BlockOutcome> {
    const transactions = block.transactions.map((bytes) => readTransaction(this.#crypto, bytes));
    await this.#verdicts.judge(transactions);
    const outcome = this.executeBlock(block, transactions);
    this.#verdicts.forgetBlock();
    return outcome;
  }

  /** The synchronous transition. Leaves the block finalized, waiting for `commit`. */
  executeBlock(block: DecidedBlock, transactions: readonly ReadTransaction[]): BlockOutcome {
    const { height, timeMs } = block;
    if (height !== this.#nextHeight()) {
      throw new Error(`finalizeBlock: expected height ${this.#nextHeight()}, got ${height}`);
    }
    if (timeMs < (this.#head?.timeMs ?? this.genesis.timeMs)) {
      throw new Error(`finalizeBlock: time ${timeMs} is before the block it follows`);
    }
    requireKnownRules(this.#rules, this.state, height);
    const execution = this.execution(height);
    for (const one of transactions) this.#waiting.leave(one);
    const events = this.#events;
    events.clear();
    execution.begin(this.#context(height, timeMs, events));
    const receipts = transactions.map((transaction, at) =>
      this.#executeTransaction(execution, height, timeMs, transaction, at, events),
    );
    execution.checkInvariants(this.state);
    return this.#close(block, transactions, receipts, events);
  }

  #executeTransaction(
    execution: Execution,
    height: number,
    timeMs: number,
    transaction: ReadTransaction,
    index: number,
    events: EventLog,
  ): TransactionReceipt {
    const context = this.#context(height, timeMs, events, index);
    const codeOf = (refusal: Refusal | undefined): number => {
      if (refusal === undefined) return 0;
      const code = execution.refusals.get(refusal.code);
      if (code === undefined) throw new Error(`refusal code '${refusal.code}' has no number`);
      return code;
    };
    const isSigned = (one: ReadTransaction) => this.#verdicts.take(one, index);
    const actor = this.#judge(execution, context, transaction, 0, isSigned);
    if (isRefusal(actor)) {
      return { transactionId: transaction.id, code: codeOf(actor), actions: [] };
    }
    execution.consume(context, transaction, actor);
    const place = { execution, context, transaction, actor, transactionIndex: index, events };
    const refusals = runActions(place);
    return { transactionId: transaction.id, code: 0, actions: refusals.map(codeOf) };
  }

  #close(
    block: DecidedBlock,
    transactions: readonly ReadTransaction[],
    receipts: readonly TransactionReceipt[],
    events: EventLog,
  ): BlockOutcome {
    const packed = this.#packed;
    packed.fill(transactions, receipts, events);
    const stateDigest = this.#head?.stateDigest ?? ZERO_HASH;
    const { bytes: digested, count: writeCount } = this.state.closeBlock(stateDigest);
    const writes = digested.subarray(stateDigest.length);
    this.#balances.follow(block.height, this.genesis.checkpointBlocks);
    const header = sealed(this.#crypto, this.genesis.sealBits, {
      version: BLOCK_VERSION,
      chain: this.#chain,
      height: block.height,
      timeMs: block.timeMs,
      parent: this.#headHash,
      transactionCount: transactions.length,
      transactionsRoot: packed.transactions.root(this.#crypto),
      receiptCount: packed.receipts.count,
      receiptsRoot: packed.receipts.root(this.#crypto),
      // As `nextDigest` has it, without copying the write set.
      stateDigest: this.#crypto.sha256(digested),
      balanceRoot: this.#balances.root(),
      balanceHeight: this.#balances.height,
      historyRoot: this.#history.root(),
      nonce: 0,
    });
    const hash = headerHash(this.#crypto, header);
    const outcome = packed.outcome({ header, hash, receipts, writeCount });
    this.#finalized = { record: packed.record(header, writes), hash, outcome };
    return outcome;
  }

  async commit(): Promise<void> {
    const finalized = this.#finalized;
    if (finalized === undefined) throw new Error('commit: no finalized block');
    const { header } = finalized.outcome;
    await this.#storage.append(header.height, finalized.hash, finalized.record);
    this.state.settle();
    this.#finalized = undefined;
    this.#advance(header, finalized.hash);
  }

  query(tableId: number, key: Uint8Array): QueryAnswer {
    const of = this.state.tableOf(tableId);
    if (of === undefined) throw new DecodeError('query.table', 'a known table', `${tableId}`);
    const value = this.state.get(of, decode(of.key, key, `${of.name}.key`));
    return {
      value: value === undefined ? undefined : encode(of.value, value),
      height: this.#balances.height,
      root: this.#balances.root(),
      proof: this.#balances.proof(of, key),
    };
  }

  /** A committed block as it is stored. @throws LedgerDamagedError when it is not what it was. */
  record(height: number): BlockRecord | undefined {
    const head = this.#head;
    if (head === undefined || height > head.height) return undefined;
    const record = this.#readRecord(height);
    if (!equalBytes(headerHash(this.#crypto, record.header), this.#history.leafHash(height))) {
      throw new LedgerDamagedError(height, 'the stored header is not the one that was committed');
    }
    const fail = checkRoots(this.#crypto, record);
    if (fail !== undefined) throw new LedgerDamagedError(height, fail);
    return record;
  }
}
