/**
 * The Storage port on disk. One folder per ledger:
 *
 *   DIR/blocks/   an LMDB environment: the genesis document, and one value per block that holds the
 *                 block, its receipts and its write set, so that they are there together or not
 *   DIR/head      which block was acknowledged last, kept apart: see head-file.ts
 *   DIR/lock      the process that has the ledger open: see lock-file.ts
 *
 * `append` first commits the block (with `overlappingSync: false` the call returns when LMDB has
 * synced the data and the meta page), then replaces the head, and resolves after both. So the blocks
 * may be ahead of the head, by the one block that was never acknowledged, and never behind it.
 */

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { equalBytes, type Storage, type StoredHead } from '@commonwatt/ledger';
import { open, type RootDatabase } from 'lmdb';
import { checkEnvironment } from './environment-check.ts';
import { type HeadContent, readHeadFile, syncDirectory, writeHeadFile } from './head-file.ts';
import { leaveLock, lockHolder, takeLock } from './lock-file.ts';
import { sha256 } from './node-crypto.ts';
import { StoreDamagedError, StoreFailedError, StoreLockedError } from './store-errors.ts';

/** The parts of a ledger's folder. */
export function storePaths(directory: string) {
  const blocks = join(directory, 'blocks');
  return {
    blocks,
    data: join(blocks, 'data.mdb'),
    head: join(directory, 'head'),
    lock: join(directory, 'lock'),
  };
}

/** Stands in the folder of a backup: see backup.ts. */
export function backupMark(directory: string): string {
  return join(directory, 'backup');
}

const RESTORE = 'Restore the folder from a backup or from another node';

const GENESIS_KEY = Uint8Array.of(0);
const BLOCK_PREFIX = 1;

/** A byte that says block, then the height in eight bytes: keys stand in the order of heights. */
function blockKey(height: number): Uint8Array {
  const key = new Uint8Array(9);
  key[0] = BLOCK_PREFIX;
  new DataView(key.buffer).setBigUint64(1, BigInt(height));
  return key;
}

function heightOf(key: Uint8Array): number | undefined {
  if (key.length !== 9 || key[0] !== BLOCK_PREFIX) return undefined;
  return Number(new DataView(key.buffer, key.byteOffset, key.byteLength).getBigUint64(1));
}

type Environment = RootDatabase<Uint8Array, Uint8Array>;

function openEnvironment(path: string, readOnly: boolean): Environment {
  return open<Uint8Array, Uint8Array>({
    path,
    keyEncoding: 'binary',
    encoding: 'binary',
    overlappingSync: false,
    readOnly,
    maxDbs: 1,
  });
}

export interface LmdbStorageOptions {
  /** For audits: takes no lock, writes nothing and may look at a folder another process works on. */
  readonly readOnly?: boolean;
}

/**
 * Opens the ledger in a folder; makes the folder unless it is opened for reading alone.
 * @throws StoreLockedError when another process has it open, StoreDamagedError when a file is
 * altered. What is in the blocks is judged by `Ledger.open`.
 */
export function openLmdbStorage(directory: string, options: LmdbStorageOptions = {}): LmdbStorage {
  return new LmdbStorage(directory, options);
}

export class LmdbStorage implements Storage {
  readonly directory: string;
  readonly readOnly: boolean;
  readonly #paths: ReturnType<typeof storePaths>;
  readonly #environment: Environment;
  #genesisHash: Uint8Array | undefined;
  #head: StoredHead | undefined;
  #failure: StoreFailedError | undefined;
  #isClosed = false;

  constructor(directory: string, options: LmdbStorageOptions = {}) {
    this.directory = directory;
    this.readOnly = options.readOnly ?? false;
    this.#paths = storePaths(directory);
    const { blocks, data, lock } = this.#paths;
    if (this.readOnly) {
      // LMDB would begin an empty file anew, and ends the process where it may not write.
      if ((statSync(data, { throwIfNoEntry: false })?.size ?? 0) === 0) {
        throw new StoreDamagedError(data, 'there is no ledger here', 'Name the folder of a ledger');
      }
    } else {
      const mark = backupMark(directory);
      if (existsSync(mark)) {
        const mend = 'Go on from it with: commonwatt restore';
        throw new StoreDamagedError(mark, 'this folder is a backup', mend);
      }
      mkdirSync(blocks, { recursive: true });
      const holder = lockHolder(lock);
      if (holder !== undefined) throw new StoreLockedError(lock, holder);
    }
    // The head is read before the blocks: whatever it names must already be there.
    const content = readHeadFile(this.#paths.head);
    const found = checkEnvironment(data);
    if (typeof found === 'string') throw new StoreDamagedError(data, found, RESTORE);
    this.#environment = openEnvironment(blocks, this.readOnly);
    try {
      if (!this.readOnly) this.#environment.transactionSync(() => takeLock(lock));
      this.#acceptHead(content);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  #release(): void {
    this.#isClosed = true;
    if (!this.readOnly) leaveLock(this.#paths.lock);
    void this.#environment.close();
  }

  /** @throws StoreDamagedError unless head and blocks belong to one ledger, begun or not. */
  #acceptHead(content: HeadContent | undefined): void {
    const { head: file, data } = this.#paths;
    const document = this.genesis();
    if (content === undefined) {
      if (document === undefined && this.lastHeight() === undefined) return;
      const reason = 'the file is missing, though the folder holds a ledger';
      throw new StoreDamagedError(file, reason, RESTORE);
    }
    this.#head = content.head;
    if (document === undefined) {
      // The head file is written first: alone and empty it is a ledger that never began.
      if (content.head === undefined && this.lastHeight() === undefined) return;
      throw new StoreDamagedError(data, 'the genesis document is missing', RESTORE);
    }
    this.#genesisHash = content.genesisHash;
    if (!equalBytes(sha256(document), content.genesisHash)) {
      const reason = `the genesis document is not the one that ${file} names`;
      throw new StoreDamagedError(data, reason, RESTORE);
    }
  }

  #read(key: Uint8Array): Uint8Array | undefined {
    const bytes = this.#environment.get(key);
    // A plain array: `slice` of Node's Buffer would not copy.
    return bytes && new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  genesis(): Uint8Array | undefined {
    return this.#read(GENESIS_KEY);
  }

  head(): StoredHead | undefined {
    return this.#head;
  }

  lastHeight(): number | undefined {
    for (const key of this.#environment.getKeys({ reverse: true, limit: 1 })) return heightOf(key);
    return undefined;
  }

  record(height: number): Uint8Array | undefined {
    return this.#read(blockKey(height));
  }

  #requireWritable(): void {
    if (this.#isClosed) throw new Error(`${this.directory}: the store is closed`);
    if (this.readOnly) throw new Error(`${this.directory}: the store was opened for reading alone`);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async putGenesis(document: Uint8Array): Promise<void> {
    this.#requireWritable();
    if (this.genesis() !== undefined) {
      throw new Error(`${this.directory}: the genesis document stands already`);
    }
    const genesisHash = sha256(document);
    await this.#durable(0, this.#paths.head, async () => {
      await writeHeadFile(this.#paths.head, { genesisHash, head: undefined });
      this.#environment.transactionSync(() => {
        this.#environment.put(GENESIS_KEY, document);
      });
      await syncDirectory(this.#paths.blocks);
    });
    this.#genesisHash = genesisHash;
  }

  async append(height: number, hash: Uint8Array, record: Uint8Array): Promise<void> {
    this.#requireWritable();
    const genesisHash = this.#genesisHash;
    if (genesisHash === undefined) throw new Error(`${this.directory}: no genesis document yet`);
    const head = { height, hash: Uint8Array.from(hash) };
    const content: HeadContent = { genesisHash, head };
    await this.#durable(height, this.#paths.data, async () => this.#putBlock(height, record));
    await this.#durable(height, this.#paths.head, () => writeHeadFile(this.#paths.head, content));
    this.#head = head;
  }

  /** Commits one block, unless someone else wrote to this store behind our back. */
  #putBlock(height: number, record: Uint8Array): void {
    this.#environment.transactionSync(() => {
      const next = (this.lastHeight() ?? -1) + 1;
      if (height !== next) throw new Error(`the store expects height ${next}, not ${height}`);
      this.#environment.put(blockKey(height), record);
    });
  }

  /** After one failed write nothing is known about the disk, so nothing more is accepted. */
  async #durable(height: number, file: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#failure = new StoreFailedError(file, height, error);
      throw this.#failure;
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.readOnly) {
      this.#environment.transactionSync(() => leaveLock(this.#paths.lock));
    }
    await this.#environment.close();
  }
}
