/**
 * Reads ledgers whose folders it is told, one a line, and answers each with a verdict: opened as a
 * node opens it, executed again as an auditor does, and one block further where that went well.
 *
 * Opening and executing depend on what the store hands out alone. So contents that were judged whole
 * are not judged again: the store is opened, checked and read anew for every folder, and the ledger
 * is executed for every contents that were not seen yet. Verdicts on signatures are kept likewise.
 */

import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { EmbeddedEngine, openLmdbStorage, StoreDamagedError } from '@commonwatt/consensus';
import { ruleBook } from '@commonwatt/contracts';
import {
  auditLedger,
  type Crypto,
  Ledger,
  LedgerDamagedError,
  type Storage,
  type StoredHead,
  toHex,
} from '@commonwatt/ledger';
import { COMMUNITY_FROM_MS, Device, oneThreadCrypto, Traffic } from '@commonwatt/simulator';

export interface ReaderSetting {
  readonly homes: number;
  readonly plant?: string;
}

export type ReaderVerdict =
  /** The digest of everything that was read. */
  | { readonly kind: 'read'; readonly digest: string }
  | {
      readonly kind: 'refused';
      readonly height: number | undefined;
      /** The refusal names a file of the store. */
      readonly isStore: boolean;
      readonly message: string;
    };

export async function readerChild(setting: ReaderSetting): Promise<void> {
  const reader = new Reader(setting);
  for await (const folder of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await reader.verdictOn(folder))}\n`);
  }
}

/** What stands one block above contents that were judged whole. */
interface NextBlock {
  readonly height: number;
  readonly head: StoredHead;
  readonly record: Uint8Array;
}

interface Contents {
  readonly blocks: number;
  /** Over genesis and that many records. */
  readonly digest: string;
  /** Over all that a ledger asks its store for. */
  readonly name: string;
}

const VERDICTS_MAX = 10_000;
const CONTENTS_MAX = 1000;

class Reader {
  readonly #setting: ReaderSetting;
  readonly #crypto = rememberingCrypto();
  /** By the name of contents that were judged whole. */
  readonly #next = new Map<string, NextBlock>();

  constructor(setting: ReaderSetting) {
    this.#setting = setting;
  }

  async verdictOn(folder: string): Promise<ReaderVerdict> {
    const believes = this.#setting.plant !== undefined;
    try {
      const contents = await this.#read(folder, (storage) =>
        believes ? undefined : this.#judge(storage),
      );
      if (believes) return { kind: 'read', digest: contents.digest };
      // What comes next must not disturb what stands.
      const next = await this.#writeOne(folder, contents);
      const after = await this.#read(folder, (storage) => expectNext(storage, next), contents);
      if (after.digest !== contents.digest) {
        return refused(new Error('the next block disturbed the others'));
      }
      return { kind: 'read', digest: contents.digest };
    } catch (error) {
      return refused(error);
    }
  }

  /** Reads as many blocks as in `before`, all of them unless given. */
  async #read(
    folder: string,
    look: (storage: Storage) => Promise<void> | void,
    before?: Contents,
  ): Promise<Contents> {
    const storage = openLmdbStorage(folder, { readOnly: true });
    try {
      await look(storage);
      return contentsOf(storage, before?.blocks);
    } finally {
      await storage.close();
    }
  }

  /**
   * The auditor names the first height that is not what the rules make it; whoever opens the ledger
   * refuses it as well. @throws LedgerDamagedError with the auditor's height
   */
  async #judge(storage: Storage): Promise<void> {
    if (this.#next.has(contentsOf(storage).name)) return;
    const report = await auditLedger(storage, ruleBook, this.#crypto);
    const opened = this.#refusalOfOpening(storage);
    if (report.clean) {
      if (opened !== undefined) throw opened;
      return;
    }
    if (opened === undefined) throw new Error(`an altered ledger was opened: ${report.reason}`);
    if (opened.height !== report.height)
      throw new Error(`audit: height ${report.height}; opened: ${opened.message}`);
    throw new LedgerDamagedError(report.height, report.reason);
  }

  #refusalOfOpening(storage: Storage): LedgerDamagedError | undefined {
    try {
      new Ledger({ crypto: this.#crypto, storage, rules: ruleBook }).open();
      return undefined;
    } catch (error) {
      if (error instanceof LedgerDamagedError) return error;
      throw error;
    }
  }

  /** The store takes one more block: made by an engine, or the one that was made for these contents. */
  async #writeOne(folder: string, { name }: Contents): Promise<NextBlock> {
    const storage = openLmdbStorage(folder);
    try {
      const known = this.#next.get(name);
      if (known !== undefined) {
        await storage.append(known.height, known.head.hash, known.record);
        return known;
      }
      await this.#makeOne(storage);
      const head = storage.head();
      const record = head && storage.record(head.height);
      if (head === undefined || record === undefined) throw new Error('reader: no block was made');
      const next = { height: head.height, head, record: Uint8Array.from(record) };
      if (this.#next.size < CONTENTS_MAX) this.#next.set(name, next);
      return next;
    } finally {
      await storage.close();
    }
  }

  async #makeOne(storage: Storage): Promise<void> {
    const ledger = new Ledger({ crypto: this.#crypto, storage, rules: ruleBook });
    ledger.open();
    const engine = new EmbeddedEngine({ ledger, clock: { nowMs: () => COMMUNITY_FROM_MS } });
    const officer = new Device('officer', ledger.chain);
    officer.follow(ledger);
    const [first] = new Traffic(this.#setting.homes).opening();
    if (first === undefined) throw new Error('reader: no home');
    const meterOnly = first.actions.slice(1);
    const answer = await engine.submit(officer.sign(meterOnly, COMMUNITY_FROM_MS));
    if (answer.status === 'refused') throw new Error(`reader: ${answer.refusal.code}`);
    await engine.stop();
  }
}

function contentsOf(storage: Storage, first?: number): Contents {
  const last = storage.lastHeight();
  const blocks = first ?? (last ?? -1) + 1;
  const hash = createHash('sha256');
  const add = (bytes: Uint8Array | undefined) =>
    hash.update(`${bytes?.length ?? 'none'} `).update(bytes ?? new Uint8Array());
  add(storage.genesis());
  // An altered key can claim any last height: what follows the first gap is never asked for.
  for (let height = 0; height < blocks; height++) {
    const record = storage.record(height);
    add(record);
    if (record === undefined) break;
  }
  const digest = hash.digest('hex');
  const head = storage.head();
  return { blocks, digest, name: `${digest} ${last} ${head?.height} ${head && toHex(head.hash)}` };
}

function expectNext(storage: Storage, { height, record }: NextBlock): void {
  const found = storage.record(height);
  if (storage.head()?.height !== height || found === undefined || toHex(found) !== toHex(record)) {
    throw new Error('the next block was not kept');
  }
}

/** The same verdicts as ever; what was asked before is not computed again. */
function rememberingCrypto(): Crypto {
  const verdicts = new Map<string, boolean>();
  return {
    ...oneThreadCrypto,
    verify(publicKey, message, signature) {
      const name = [publicKey, oneThreadCrypto.sha256(message), signature].map(toHex).join();
      const known = verdicts.get(name);
      if (known !== undefined) return known;
      const verdict = oneThreadCrypto.verify(publicKey, message, signature);
      if (verdicts.size < VERDICTS_MAX) verdicts.set(name, verdict);
      return verdict;
    },
  };
}

function refused(error: unknown): ReaderVerdict {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const height = error instanceof LedgerDamagedError ? error.height : undefined;
  return { kind: 'refused', height, isStore: error instanceof StoreDamagedError, message };
}
