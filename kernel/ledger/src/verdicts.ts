/**
 * Signature verdicts, each found once and remembered between check, proposal and execution, and
 * found off the main thread where the host offers one.
 */

import { textOf } from './byte-stream.ts';
import { verifyRegistered } from './ed25519.ts';
import type { ReadTransaction } from './transaction.ts';
import type { Crypto } from './world.ts';

/** Verdicts kept at the most; then all are forgotten, and found again when they are asked for. */
const VERDICTS_MAX = 50_000;

export class Verdicts {
  readonly #crypto: Crypto;
  readonly #known = new Map<string, boolean>();
  /** The transactions of one block and their verdicts, between `judge` and `take`. */
  #block: readonly ReadTransaction[] = [];
  readonly #ofBlock: (boolean | undefined)[] = [];

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  #remember(transaction: ReadTransaction, verdict: boolean): void {
    if (this.#known.size >= VERDICTS_MAX) this.#known.clear();
    this.#known.set(verdictKey(transaction), verdict);
  }

  /** Whether the sender signed it. The sender's key was judged when it was registered. */
  of(transaction: ReadTransaction): boolean {
    const known = this.#known.get(verdictKey(transaction));
    if (known !== undefined) return known;
    const verdict = this.#verify(transaction);
    this.#remember(transaction, verdict);
    return verdict;
  }

  /**
   * Finds the verdicts of a block's transactions, for `take`: one after the other, because what a
   * verification needs stays near the processor as long as nothing else is done in between.
   */
  async judge(transactions: readonly ReadTransaction[]): Promise<void> {
    this.#ofBlock.length = 0;
    this.#block = transactions;
    if (this.#crypto.verifyLater !== undefined) {
      await Promise.all(transactions.map((one) => this.prepare(one)));
      return;
    }
    for (const one of transactions) this.#ofBlock.push(this.#takeKnown(one) ?? this.#verify(one));
  }

  /** The same verdict, for the last time: the transaction stands at a place of a block now. */
  take(transaction: ReadTransaction, index: number): boolean {
    const judged = this.#block[index] === transaction ? this.#ofBlock[index] : undefined;
    if (judged !== undefined) this.#ofBlock[index] = undefined;
    return judged ?? this.#takeKnown(transaction) ?? this.#verify(transaction);
  }

  /** Forgets the block that was judged last. */
  forgetBlock(): void {
    this.#block = [];
    this.#ofBlock.length = 0;
  }

  #takeKnown(transaction: ReadTransaction): boolean | undefined {
    if (this.#known.size === 0) return undefined;
    const key = verdictKey(transaction);
    const known = this.#known.get(key);
    if (known !== undefined) this.#known.delete(key);
    return known;
  }

  #verify({ envelope, signed, signature }: ReadTransaction): boolean {
    return verifyRegistered(this.#crypto, envelope.sender, signed, signature);
  }

  /** Finds the verdict on another thread where the host offers one, for `of` to answer later. */
  async prepare(transaction: ReadTransaction): Promise<void> {
    if (this.#crypto.verifyLater === undefined) return;
    if (this.#known.has(verdictKey(transaction))) return;
    const { envelope, signed, signature } = transaction;
    const verdict = await verifyRegisteredLater(this.#crypto, envelope.sender, signed, signature);
    this.#remember(transaction, verdict);
  }
}

function verdictKey(transaction: ReadTransaction): string {
  return textOf(transaction.id) + textOf(transaction.signature);
}

async function verifyRegisteredLater(
  crypto: Crypto,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  let pending: Promise<boolean> | undefined;
  const verdict = verifyRegistered(
    {
      sha256: crypto.sha256,
      verify: (key, text, sig) => {
        pending = crypto.verifyLater?.(key, text, sig);
        return true;
      },
    },
    publicKey,
    message,
    signature,
  );
  return verdict && pending !== undefined ? pending : verdict;
}
