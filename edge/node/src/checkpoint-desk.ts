/**
 * Signs the head of every block as a checkpoint, so that nobody is shown two histories unseen, and
 * keeps the newest one that witnesses cosigned.
 */

import { presentEpoch } from '@commonwatt/contracts';
import {
  type Crypto,
  epochOrigin,
  formatVerifierKey,
  type Ledger,
  NOTE_SIGNATURE,
  type Signer,
  signCheckpoint,
} from '@commonwatt/ledger';

/** The newest checkpoint that witnesses cosigned. */
export interface Cosigned {
  readonly size: number;
  readonly note: string;
  /** The earliest of its cosignatures, by the witness's own clock. */
  readonly timestampMs: number;
  readonly witnesses: readonly string[];
}

export class CheckpointDesk {
  readonly #ledger: Ledger;
  readonly #crypto: Crypto;
  readonly #signer: Signer;
  #note: string | undefined;
  #size = 0;
  /** The newest checkpoint that witnesses cosigned: see `Cosigning`. */
  cosigned: Cosigned | undefined;

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

  /** The note of the present head, cosigned if it is already; nothing before the first block. */
  get note(): string | undefined {
    const { cosigned } = this;
    return cosigned?.size === this.#ledger.history.size ? cosigned.note : this.signedNote;
  }

  /** The note of the present head under the ledger's own signature alone. */
  get signedNote(): string | undefined {
    const { size } = this.#ledger.history;
    if (size === 0) return undefined;
    if (this.#note === undefined || this.#size !== size) {
      const { name } = this.#ledger.genesis;
      const origin = epochOrigin(name, presentEpoch(this.#ledger.state));
      this.#note = signCheckpoint(this.#crypto.sha256, {
        checkpoint: { origin, size, root: this.#ledger.history.root(size), extensions: [] },
        name,
        signer: this.#signer,
      });
      this.#size = size;
    }
    return this.#note;
  }
}
