/** A ledger that executes another one's blocks again, one after the other, and keeps the state alone. */

import { ruleBook } from '@commonwatt/contracts';
import { type Crypto, encodeGenesis, Ledger, type Storage } from '@commonwatt/ledger';

/** Remembers nothing: what is executed again is stored already. */
class NoStorage implements Storage {
  genesis(): undefined {}
  async putGenesis(): Promise<void> {}
  head(): undefined {}
  lastHeight(): undefined {}
  record(): undefined {}
  async append(): Promise<void> {}
  async close(): Promise<void> {}
}

export class ReplayedLedger {
  /** As it stood after the blocks that were taken so far. */
  readonly ledger: Ledger;
  readonly #stored: Ledger;
  #height = 0;

  private constructor(ledger: Ledger, stored: Ledger) {
    this.ledger = ledger;
    this.#stored = stored;
  }

  static async begin(stored: Ledger, crypto: Crypto): Promise<ReplayedLedger> {
    const ledger = new Ledger({ crypto, storage: new NoStorage(), rules: ruleBook });
    await ledger.initChain(encodeGenesis(stored.genesis));
    return new ReplayedLedger(ledger, stored);
  }

  /** Takes the next block. @throws Error when there is none. */
  async next(): Promise<void> {
    const height = this.#height++;
    const record = this.#stored.record(height);
    if (record === undefined) throw new Error(`replay: no block at height ${height}`);
    const { header, transactions } = record;
    await this.ledger.finalizeBlock({ height, timeMs: header.timeMs, transactions });
    await this.ledger.commit();
  }
}
