/**
 * The embedded engine: one operator's ledger, driven in process through the Application port.
 *
 * Group commit: while a block is being made durable, the next transactions collect, and the next
 * block takes them all. A submitter is answered when the block with its transaction is on disk, not
 * before. The engine stops for good only on proof that something inside is wrong: a disk that failed,
 * an invariant that broke, rules that are missing.
 */

import {
  type Clock,
  type Ledger,
  LedgerDamagedError,
  type Refusal,
  TRANSACTION_BYTES_MAX,
  toHex,
  UnknownRulesError,
} from '@commonwatt/ledger';
import { answerAt, type CommittedBlock, type SubmitAnswer } from './answers.ts';
import { sha256 } from './node-crypto.ts';
import { Pool, type PoolLimits } from './pool.ts';

export interface EngineOptions {
  /** Begun or opened before the engine starts. */
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** By default 50,000 transactions and 64 MiB. */
  readonly pool?: PoolLimits;
  /** By default 10,000. */
  readonly blockTransactionsMax?: number;
  /** By default 16 MiB. */
  readonly blockBytesMax?: number;
  /** Blocks are made by `flush` and `tick` alone, so that a program decides what stands together. */
  readonly manual?: boolean;
  /** Told when a listener throws. By default it becomes a warning of the process. */
  readonly onListenerFault?: (fault: unknown) => void;
}

export interface EngineMetrics {
  readonly blocks: number;
  /** Blocks without a transaction, made because an instant had come. */
  readonly emptyBlocks: number;
  /** Transactions in committed blocks, refused there or not. */
  readonly transactions: number;
  readonly refusedAtDoor: number;
  readonly refusedInBlock: number;
  /** Transactions being checked, waiting or in the block that is being made, and their bytes. */
  readonly poolCount: number;
  readonly poolBytes: number;
  /** Of these, the transactions that passed the door and stand in no block yet. */
  readonly waitingCount: number;
}

/** The engine stopped itself. What stands on disk is whole; nothing more is accepted. */
export class EngineHaltedError extends Error {
  override readonly name = 'EngineHaltedError';
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(`the ledger halted: ${reason}`, { cause });
  }
}

/** An accepted transaction on its way into a block. */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly resolve: (answer: SubmitAnswer) => void;
  readonly reject: (reason: Error) => void;
}

/** Longer waits are cut into pieces, so that a clock that was set is noticed. */
const SLEEP_MS_MAX = 30_000;
/** How soon an empty block may follow one that changed nothing about what is due. */
const IDLE_MS = 1000;

export class EmbeddedEngine {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #blockTransactionsMax: number;
  readonly #blockBytesMax: number;
  readonly #isManual: boolean;
  readonly #onListenerFault: (fault: unknown) => void;
  readonly #pool: Pool<Waiting>;
  readonly #listeners = new Set<(block: CommittedBlock) => void>();
  readonly #haltListeners = new Set<(reason: EngineHaltedError) => void>();
  /** Submissions without an answer yet, by the hash of their bytes: a retry joins the first. */
  readonly #unanswered = new Map<string, Promise<SubmitAnswer>>();
  readonly #checks = new Set<Promise<unknown>>();
  /** Blocks are made one after the other: everything that makes one queues here. */
  #line: Promise<unknown> = Promise.resolve();
  #isAwake = false;
  #halted: EngineHaltedError | undefined;
  #isStopping = false;
  #timer: NodeJS.Timeout | undefined;
  #isDriven = false;
  /** An instant that an empty block did not settle, and when to look at it again. */
  #idle: { readonly dueMs: number; readonly untilMs: number } | undefined;
  #blocks = 0;
  #emptyBlocks = 0;
  #transactions = 0;
  #refusedAtDoor = 0;
  #refusedInBlock = 0;

  constructor(options: EngineOptions) {
    this.#ledger = options.ledger;
    this.#clock = options.clock;
    this.#pool = new Pool(options.pool ?? { countMax: 50_000, bytesMax: 67_108_864 });
    this.#blockTransactionsMax = options.blockTransactionsMax ?? 10_000;
    this.#blockBytesMax = options.blockBytesMax ?? 16_777_216;
    if (this.#blockBytesMax < TRANSACTION_BYTES_MAX) {
      throw new RangeError(
        `blockBytesMax: expected at least ${TRANSACTION_BYTES_MAX}, got ${this.#blockBytesMax}`,
      );
    }
    this.#isManual = options.manual ?? false;
    this.#onListenerFault =
      options.onListenerFault ??
      ((fault) => process.emitWarning(fault instanceof Error ? fault : String(fault)));
    this.#ledger.checkTimeMs = () => this.#clock.nowMs();
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  /** Why the engine stopped itself; nothing while it works. */
  get halted(): EngineHaltedError | undefined {
    return this.#halted;
  }

  get metrics(): EngineMetrics {
    return {
      blocks: this.#blocks,
      emptyBlocks: this.#emptyBlocks,
      transactions: this.#transactions,
      refusedAtDoor: this.#refusedAtDoor,
      refusedInBlock: this.#refusedInBlock,
      poolCount: this.#pool.count,
      poolBytes: this.#pool.bytes,
      waitingCount: this.#pool.waitingCount,
    };
  }

  /** Hears of every block after its commit and before its submitters. Returns how to stop that. */
  onBlock(listener: (block: CommittedBlock) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hears when the engine stops itself. Returns how to stop that. */
  onHalt(listener: (reason: EngineHaltedError) => void): () => void {
    this.#haltListeners.add(listener);
    return () => this.#haltListeners.delete(listener);
  }

  /**
   * Takes a transaction. Resolves at once when it is refused at the door, and otherwise when the
   * block it stands in is durable. The same bytes sent again meanwhile get the same answer.
   * @throws EngineHaltedError when the engine halted; what then became of it, the ledger says
   * after it is opened again.
   */
  submit(bytes: Uint8Array): Promise<SubmitAnswer> {
    if (this.#halted !== undefined) return Promise.reject(this.#halted);
    if (this.#isStopping) return this.#refuse({ code: 'engine_stopping' });
    const name = toHex(sha256(bytes));
    const first = this.#unanswered.get(name);
    if (first !== undefined) return first;
    if (!this.#pool.reserve(bytes.length)) {
      const { count, bytes: length } = this.#pool;
      return this.#refuse({ code: 'pool_full', poolCount: count, poolBytes: length });
    }
    // A plain copy: the caller may use its buffer again.
    const answer = this.#admit(Uint8Array.from(bytes)).finally(() => {
      this.#unanswered.delete(name);
      this.#pool.release(bytes.length);
    });
    this.#unanswered.set(name, answer);
    return answer;
  }

  async #refuse(refusal: Refusal): Promise<SubmitAnswer> {
    this.#refusedAtDoor++;
    return { status: 'refused', refusal };
  }

  async #admit(bytes: Uint8Array): Promise<SubmitAnswer> {
    const check = this.#ledger.checkTx(bytes);
    this.#checks.add(check);
    try {
      const refusal = await check;
      if (refusal !== undefined) return await this.#refuse(refusal);
    } catch (error) {
      if (error instanceof UnknownRulesError || error instanceof LedgerDamagedError) {
        throw this.#halt(error);
      }
      throw error;
    } finally {
      this.#checks.delete(check);
    }
    if (this.#halted !== undefined) throw this.#halted;
    return new Promise((resolve, reject) => {
      this.#pool.push({ bytes, resolve, reject });
      if (!this.#isManual) this.#wake();
    });
  }

  /** Makes blocks while transactions wait, each after a turn in which more could arrive. */
  #wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    setImmediate(() => {
      void this.#inLine(async () => {
        this.#isAwake = false;
        if (this.#pool.waitingCount === 0) return;
        await this.#makeBlock();
        if (this.#pool.waitingCount > 0) this.#wake();
      }).catch(() => {
        // The halt has been told to every submitter and listener by #inLine.
      });
    });
  }

  /** Runs one piece of work after the pieces before it. Any fault in it halts the engine. */
  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(async () => {
      if (this.#halted !== undefined) throw this.#halted;
      try {
        return await work();
      } catch (error) {
        throw this.#halt(error);
      }
    });
    this.#line = result.catch(() => undefined);
    return result;
  }

  /**
   * Stops for good because something beside the ledger that must be durable failed, such as the store
   * of personal records. What stands on disk is whole.
   */
  halt(cause: Error): EngineHaltedError {
    return this.#halt(cause);
  }

  /** Stops for good. Everyone who waits is told why. */
  #halt(cause: unknown): EngineHaltedError {
    if (this.#halted !== undefined) return this.#halted;
    const reason = new EngineHaltedError(cause);
    this.#halted = reason;
    clearTimeout(this.#timer);
    for (const one of this.#pool.takeAll()) one.reject(reason);
    for (const listener of this.#haltListeners) this.#tell(listener, reason);
    return reason;
  }

  #tell<T>(listener: (news: T) => void, news: T): void {
    try {
      listener(news);
    } catch (fault) {
      this.#onListenerFault(fault);
    }
  }

  async #makeBlock(): Promise<CommittedBlock> {
    const ledger = this.#ledger;
    const candidates = this.#pool.peek(this.#blockTransactionsMax);
    const proposed = await ledger.prepareProposal(
      candidates.map((one) => one.bytes),
      this.#blockBytesMax,
    );
    const chosen = new Set(proposed);
    const taken = candidates.filter((one) => chosen.has(one.bytes));
    if (taken.length === 0 && candidates.length > 0) {
      throw new Error('engine: transactions wait, but none of them was proposed');
    }
    this.#pool.remove(new Set(taken));
    try {
      const block = await this.#commitBlock(taken.map((one) => one.bytes));
      const execution = ledger.execution(block.header.height);
      const answers = taken.map((_, at) => answerAt(block, at, execution));
      this.#count(block);
      for (const listener of this.#listeners) this.#tell(listener, block);
      for (const [at, one] of taken.entries()) one.resolve(answers[at] as SubmitAnswer);
      return block;
    } catch (error) {
      const reason = this.#halt(error);
      for (const one of taken) one.reject(reason);
      throw reason;
    }
  }

  async #commitBlock(transactions: readonly Uint8Array[]): Promise<CommittedBlock> {
    const info = this.#ledger.info();
    const outcome = await this.#ledger.finalizeBlock({
      height: (info.height ?? -1) + 1,
      timeMs: Math.max(info.timeMs, this.#clock.nowMs()),
      transactions,
    });
    await this.#ledger.commit();
    return { ...outcome, transactions };
  }

  #count({ receipts, transactions }: CommittedBlock): void {
    this.#blocks++;
    if (transactions.length === 0) this.#emptyBlocks++;
    this.#transactions += transactions.length;
    this.#refusedInBlock += receipts.filter((one) => one.code !== 0).length;
  }

  /** The next instant at which a block is due even if nobody sends anything. */
  #dueMs(): number | undefined {
    const { height, timeMs } = this.#ledger.info();
    const execution = this.#ledger.execution((height ?? -1) + 1);
    // Asked as of the ledger's own time: what fell due while the node was down is due now.
    const dueMs = execution.nextDueMs(this.#ledger.state, timeMs);
    if (dueMs === undefined || this.#idle?.dueMs !== dueMs) return dueMs;
    return Math.max(dueMs, this.#idle.untilMs);
  }

  /**
   * Makes one block if an instant has come at which one is due, and says whether. A program with a
   * clock of its own calls this after every step; in real time `start` does.
   */
  tick(): Promise<boolean> {
    return this.#inLine(async () => {
      const dueMs = this.#dueMs();
      if (dueMs === undefined || dueMs > this.#clock.nowMs()) return false;
      const { header, writeCount } = await this.#makeBlock();
      this.#idle = undefined;
      const changedNothing = writeCount === 0 && this.#dueMs() === dueMs;
      if (changedNothing) this.#idle = { dueMs, untilMs: header.timeMs + IDLE_MS };
      return true;
    });
  }

  /** Makes blocks of everything that was submitted so far; nothing when nothing waits. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#checks);
    await this.#inLine(async () => {
      while (this.#pool.waitingCount > 0) await this.#makeBlock();
    });
  }

  /** Makes due blocks in real time from now on. */
  start(): void {
    if (this.#isStopping) throw new Error('engine: it was stopped');
    if (this.#isDriven) return;
    this.#isDriven = true;
    this.onBlock(() => this.#sleep());
    this.#sleep();
  }

  /** Sets the alarm for the next due instant: at start, after every block and when it rings. */
  #sleep(): void {
    clearTimeout(this.#timer);
    if (this.#isStopping || this.#halted !== undefined) return;
    this.#timer = setTimeout(() => {
      this.tick()
        .then((made) => {
          if (!made) this.#sleep();
        })
        .catch(() => {
          // The halt has been told to every submitter and listener by #inLine.
        });
    }, this.#sleepMs());
  }

  #sleepMs(): number {
    try {
      const dueMs = this.#dueMs();
      if (dueMs === undefined) return SLEEP_MS_MAX;
      return Math.min(Math.max(dueMs - this.#clock.nowMs(), 0), SLEEP_MS_MAX);
    } catch (error) {
      throw this.#halt(error);
    }
  }

  /** Takes nothing more, makes what waits durable, and resolves when all are answered. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    if (this.#halted === undefined) await this.flush();
    await this.#line;
  }
}
