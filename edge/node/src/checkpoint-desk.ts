/** Signs the head of every block as a checkpoint, so that nobody is shown two histories unseen. */

import {
  type Crypto,
  formatVerifierKey,
  type Ledger,
  NOTE_SIGNATURE,
  type Signer,
  signCheckpoint,
} from '@commonwatt/ledger';

export class CheckpointDesk {
  readonly #ledger: Ledger;
  readonly #crypto: Crypto;
  readonly #signer: Signer;
  #note: string | undefined;
  #size = 0;

  constructor(options: { ledger: Ledger; crypto: Crypto; signer: Signer }) {
    this.#ledger = options.ledger;
    this.#crypto = options.crypto;
    this.#signer = options.signer;
  }

  /** The verification key under which members check the notes: its name is the ledger's. */
  get verifierKey(): string {
    return formatVerifierKey(this.#crypto.sha256, {
      name: this.#ledger.genesis.name,
      type: NOTE_SIGNATURE,
      publicKey: this.#signer.publicKey,
    });
  }

  /** The signed note of the present head; nothing before the first block. */
  get note(): string | undefined {
    const { size } = this.#ledger.history;
    if (size === 0) return undefined;
    if (this.#note === undefined || this.#size !== size) {
      const origin = this.#ledger.genesis.name;
      this.#note = signCheckpoint(this.#crypto.sha256, {
        checkpoint: { origin, size, root: this.#ledger.history.root(size), extensions: [] },
        name: origin,
        signer: this.#signer,
      });
      this.#size = size;
    }
    return this.#note;
  }
}
