/**
 * A proposer of its own blocks: it decides what stands together and under which time, and drives
 * the ledger's Application port as an engine does. The case study needs that: its genesis block
 * holds the enrolments and what an enrolled party signed, and every customer's block a whole
 * negotiation, of which no door would take the second move before the first is committed.
 */

import {
  type Action,
  type BlockOutcome,
  type Codec,
  type Crypto,
  encode,
  type Ledger,
  readTransaction,
  type Signer,
  signTransaction,
  toHex,
} from '@commonwatt/ledger';

/** How long before and after its block what is signed here is valid. */
const VALID_MS = 3_600_000;

export interface SignedBatch {
  readonly bytes: Uint8Array;
  readonly id: Uint8Array;
}

/** One action as it stands in a batch. */
export function actionOf<M>(type: number, codec: Codec<M>, message: M): Action {
  return { type, body: encode(codec, message) };
}

export class Proposer {
  readonly ledger: Ledger;
  readonly crypto: Crypto;
  readonly #next = new Map<string, number>();
  #waiting: Uint8Array[] = [];

  constructor(ledger: Ledger, crypto: Crypto) {
    this.ledger = ledger;
    this.crypto = crypto;
  }

  /** A batch that its sender signed, with the next sequence of lane 0. It waits for the block. */
  send(signer: Signer, timeMs: number, ...actions: readonly Action[]): SignedBatch {
    const batch = this.sign(signer, timeMs, ...actions);
    const sender = toHex(signer.publicKey);
    this.#next.set(sender, (this.#next.get(sender) ?? 0) + 1);
    this.#waiting.push(batch.bytes);
    return batch;
  }

  /** The same without sending it. */
  sign(signer: Signer, timeMs: number, ...actions: readonly Action[]): SignedBatch {
    const envelope = {
      chain: this.ledger.chain,
      onBehalfOf: undefined,
      lane: 0,
      sequence: this.#next.get(toHex(signer.publicKey)) ?? 0,
      validFromMs: timeMs - VALID_MS,
      validUntilMs: timeMs + VALID_MS,
      atomic: true,
    };
    const bytes = signTransaction(this.crypto, signer, envelope, actions);
    return { bytes, id: readTransaction(this.crypto, bytes).id };
  }

  /** Executes and commits what waits. @throws Error when anything in it is refused. */
  async block(timeMs: number): Promise<BlockOutcome> {
    const transactions = this.#waiting;
    this.#waiting = [];
    const height = (this.ledger.info().height ?? -1) + 1;
    const outcome = await this.ledger.finalizeBlock({ height, timeMs, transactions });
    const names = new Map(
      [...this.ledger.execution(height).refusals].map(([name, number]) => [number, name]),
    );
    for (const [at, receipt] of outcome.receipts.entries()) {
      const code = [receipt.code, ...receipt.actions].find((one) => one !== 0);
      if (code === undefined) continue;
      throw new Error(`block ${height}: transaction ${at} was refused: ${names.get(code)}`);
    }
    await this.ledger.commit();
    return outcome;
  }
}
