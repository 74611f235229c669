/**
 * A small ordered store of encrypted records: in an LMDB environment of its own, or in memory. It
 * knows nothing of what the records hold. A batch of changes is on disk whole when `write` returns.
 */

import { mkdirSync } from 'node:fs';
import { writeFault } from '@commonwatt/consensus';
import { open, type RootDatabase } from 'lmdb';

export interface RecordChange {
  readonly key: string;
  /** Nothing removes the record. */
  readonly value: Uint8Array | undefined;
}

export interface RecordStore {
  get(key: string): Uint8Array | undefined;
  /** All changes or none; durable when it returns. */
  write(changes: readonly RecordChange[]): void;
  /** Records with from <= key < until in the order of their keys. */
  range(
    from: string,
    until: string,
    limit: number,
  ): Iterable<{ readonly key: string; readonly value: Uint8Array }>;
  close(): Promise<void>;
}

/**
 * The disk did not take records that had to be durable. The store takes nothing more until it is opened
 * again: of what LMDB holds in memory after such a failure nothing is certain.
 */
export class RecordStoreFailedError extends Error {
  override readonly name = 'RecordStoreFailedError';
  readonly path: string;
  constructor(path: string, cause: unknown) {
    super(
      `${path}: records were not made durable: ${writeFault(path, cause)}. ` +
        'Mend the disk and restart: what was acknowledged still stands',
      { cause },
    );
    this.path = path;
  }
}

/** The same store, which after one failed write fails every other without trying. */
export function failingForGood(
  store: RecordStore,
  path: string,
  onFailure: (fault: RecordStoreFailedError) => void = () => undefined,
): RecordStore {
  let failure: RecordStoreFailedError | undefined;
  return {
    get: (key) => store.get(key),
    range: (from, until, limit) => store.range(from, until, limit),
    close: () => store.close(),
    write(changes) {
      if (failure !== undefined) throw failure;
      try {
        store.write(changes);
      } catch (cause) {
        failure = new RecordStoreFailedError(path, cause);
        onFailure(failure);
        throw failure;
      }
    },
  };
}

/** Only the operator's own account may read the folder. */
const OWNER_ONLY = 0o700;

/** @param onFailure told once, when the disk does not take a write */
export function openRecordStore(
  path: string,
  onFailure?: (fault: RecordStoreFailedError) => void,
): RecordStore {
  return failingForGood(lmdbRecordStore(path), path, onFailure);
}

function lmdbRecordStore(path: string): RecordStore {
  mkdirSync(path, { recursive: true, mode: OWNER_ONLY });
  const environment: RootDatabase<Uint8Array, string> = open({
    path,
    encoding: 'binary',
    // `transactionSync` returns after the commit is on disk.
    overlappingSync: false,
    maxDbs: 1,
  });
  return {
    get(key) {
      const value = environment.get(key);
      return value && Uint8Array.from(value);
    },
    write(changes) {
      environment.transactionSync(() => {
        for (const { key, value } of changes) {
          // Inside a transaction both take effect at once; their promises are the transaction's.
          if (value === undefined) void environment.remove(key);
          else void environment.put(key, value);
        }
      });
    },
    *range(from, until, limit) {
      for (const { key, value } of environment.getRange({ start: from, end: until, limit })) {
        yield { key, value: Uint8Array.from(value) };
      }
    },
    close: () => environment.close(),
  };
}

/** The same in memory, for ledgers that end with their process. */
export class MemoryRecordStore implements RecordStore {
  readonly #values = new Map<string, Uint8Array>();
  /** The keys in order. */
  readonly #keys: string[] = [];

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key)?.slice();
  }

  write(changes: readonly RecordChange[]): void {
    for (const { key, value } of changes) {
      const isPresent = this.#values.has(key);
      if (value === undefined) {
        if (isPresent) this.#keys.splice(this.#placeOf(key), 1);
        this.#values.delete(key);
      } else {
        if (!isPresent) this.#keys.splice(this.#placeOf(key), 0, key);
        this.#values.set(key, Uint8Array.from(value));
      }
    }
  }

  /** Where the key stands, or would stand. */
  #placeOf(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  *range(from: string, until: string, limit: number) {
    const first = this.#placeOf(from);
    const last = Math.min(this.#placeOf(until), first + limit);
    for (const key of this.#keys.slice(first, last)) {
      yield { key, value: (this.#values.get(key) as Uint8Array).slice() };
    }
  }

  async close(): Promise<void> {
    this.#values.clear();
    this.#keys.length = 0;
  }
}
