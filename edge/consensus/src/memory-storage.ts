/**
 * The Storage port in memory, for tests and studies. What it holds can be copied, cut short and
 * altered from outside, so that a test can ask what the ledger makes of it.
 */

import type { Storage, StoredHead } from '@commonwatt/ledger';

export class MemoryStorage implements Storage {
  #genesis: Uint8Array | undefined;
  #head: StoredHead | undefined;
  readonly #records: Uint8Array[] = [];

  genesis(): Uint8Array | undefined {
    return this.#genesis?.slice();
  }

  async putGenesis(document: Uint8Array): Promise<void> {
    if (this.#genesis !== undefined)
      throw new Error('storage: the genesis document stands already');
    this.#genesis = Uint8Array.from(document);
  }

  head(): StoredHead | undefined {
    return this.#head;
  }

  lastHeight(): number | undefined {
    return this.#records.length === 0 ? undefined : this.#records.length - 1;
  }

  record(height: number): Uint8Array | undefined {
    return this.#records[height]?.slice();
  }

  async append(height: number, hash: Uint8Array, record: Uint8Array): Promise<void> {
    if (height !== this.#records.length) {
      throw new Error(`storage: expected height ${this.#records.length}, got ${height}`);
    }
    this.#records.push(Uint8Array.from(record));
    this.#head = { height, hash: Uint8Array.from(hash) };
  }

  async close(): Promise<void> {}

  /** A second storage with the same content: what a copy of the disk would hold. */
  clone(): MemoryStorage {
    const copy = new MemoryStorage();
    copy.#genesis = this.#genesis?.slice();
    copy.#head = this.#head;
    for (const record of this.#records) copy.#records.push(record.slice());
    return copy;
  }

  /** Turns over the bits of `mask` in one byte of a block's record. */
  alterRecord(height: number, offset: number, mask = 1): void {
    const record = this.#records[height];
    if (record === undefined || offset < 0 || offset >= record.length) {
      throw new RangeError(`storage: no byte ${offset} at height ${height}`);
    }
    record[offset] = (record[offset] as number) ^ mask;
  }

  /** Puts other bytes in a block's place. */
  replaceRecord(height: number, record: Uint8Array): void {
    if (height < 0 || height >= this.#records.length) {
      throw new RangeError(`storage: no block at height ${height}`);
    }
    this.#records[height] = Uint8Array.from(record);
  }

  replaceGenesis(document: Uint8Array | undefined): void {
    this.#genesis = document && Uint8Array.from(document);
  }

  replaceHead(head: StoredHead | undefined): void {
    this.#head = head;
  }

  /** Forgets the blocks from `height` on; the head is left as it is. */
  shorten(height: number): void {
    this.#records.length = Math.min(height, this.#records.length);
  }
}
