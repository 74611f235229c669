/**
 * A small ordered store of encrypted records: in an LMDB environment of its own, or in memory. It
 * knows nothing of what the records hold. A batch of changes is on disk whole when `write` returns.
 */

import { mkdirSync } from 'node:fs';
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

/** Only the operator's own account may read the folder. */
const OWNER_ONLY = 0o700;

export function openRecordStore(path: string): RecordStore {
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
