/** A clock and stores that do as a test says. */

import { randomBytes } from 'node:crypto';
import { type Clock, Ledger, type Storage, type StoredHead } from '@commonwatt/ledger';
import { NodeCrypto, NodeSigner } from '../embedded/node-crypto.ts';
import { MemoryStorage } from '../memory-storage.ts';
import { GENESIS_MS, notebookGenesis, notebookRules } from './notebook.ts';

export class SetClock implements Clock {
  ms = GENESIS_MS;
  nowMs(): number {
    return this.ms;
  }
}

/** Holds every append back until the test lets it through or fails it. */
export class GatedStorage implements Storage {
  readonly inner = new MemoryStorage();
  #waiting: (() => void)[] = [];
  #isOpen = true;
  failure: Error | undefined;
  appended = 0;
  /** Resolves when the next append has begun. */
  begun: Promise<void> = Promise.resolve();
  #tellBegun: () => void = () => undefined;

  hold(): void {
    this.#isOpen = false;
    this.begun = new Promise((resolve) => {
      this.#tellBegun = resolve;
    });
  }

  release(): void {
    this.#isOpen = true;
    for (const go of this.#waiting) go();
    this.#waiting = [];
  }

  genesis(): Uint8Array | undefined {
    return this.inner.genesis();
  }
  putGenesis(document: Uint8Array): Promise<void> {
    return this.inner.putGenesis(document);
  }
  head(): StoredHead | undefined {
    return this.inner.head();
  }
  lastHeight(): number | undefined {
    return this.inner.lastHeight();
  }
  record(height: number): Uint8Array | undefined {
    return this.inner.record(height);
  }
  async append(height: number, hash: Uint8Array, record: Uint8Array): Promise<void> {
    this.#tellBegun();
    if (!this.#isOpen) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    if (this.failure !== undefined) throw this.failure;
    await this.inner.append(height, hash, record);
    this.appended++;
  }
  close(): Promise<void> {
    return this.inner.close();
  }
}

export const crypto = new NodeCrypto();

export function newSigner(): NodeSigner {
  return new NodeSigner(randomBytes(32));
}

/** A ledger that has begun, over the given store. */
export async function begunLedger(storage: Storage, document = notebookGenesis()): Promise<Ledger> {
  const ledger = new Ledger({ crypto, storage, rules: notebookRules });
  await ledger.initChain(document);
  return ledger;
}

/** The ledger that a store holds. */
export function openedLedger(storage: Storage): Ledger {
  const ledger = new Ledger({ crypto, storage, rules: notebookRules });
  ledger.open();
  return ledger;
}
