/**
 * A member's hand at the ledger: signs batches in one lane of its key, one after the other, sends
 * the same bytes again until their outcome is known, and believes an answer once it is proven.
 */
import {
  type Action,
  type Crypto,
  DecodeError,
  fromHex,
  readTransaction,
  type Signer,
  signTransaction,
  toHex,
  VALIDITY_MS_MAX,
} from '@commonwatt/ledger';
import type { CheckpointMemory, PinnedLedger } from './checkpoint-memory.ts';
import { browserCrypto } from './crypto/browser-crypto.ts';
import { ClientError } from './http/client-error.ts';
import type { Client } from './http/typed-client.ts';
import type { Verifier } from './verify/proven-block.ts';
import { StepFault } from './verify/steps.ts';
import {
  UnprovenAnswerError,
  type VerifiedSubmission,
  verifySubmission,
} from './verify/submission.ts';

export interface MemberClientOptions {
  readonly client: Client;
  readonly signer: Signer;
  readonly ledger: PinnedLedger;
  readonly memory: CheckpointMemory;
  readonly crypto?: Crypto;
  /** The lane of the key that this device uses: 0 unless given. Others are opened first. */
  readonly lane?: number;
  /** How long what is signed may wait for a block, by the ledger's clock: six hours unless given. */
  readonly validForMs?: number;
  /** Between two attempts to find out an outcome: rising from half a second unless given. */
  readonly wait?: (attempt: number) => Promise<void>;
}

export interface SubmitOptions {
  /** One refused action refuses them all. */
  readonly atomic?: boolean;
  /** The member for whom this key acts under a mandate. */
  readonly onBehalfOf?: number;
}

const VALID_FOR_MS_DEFAULT = 6 * 3_600_000;
/** The ledger's clock may be behind what the node says of it. */
const VALID_BEFORE_MS = 3_600_000;
const ATTEMPTS_MAX = 4;
const WAIT_FIRST_MS = 500;

export class MemberClient {
  readonly #options: MemberClientOptions;
  readonly #verifier: Verifier;
  readonly #lane: number;
  /** The next number of the lane, once it is known. */
  #next: number | undefined;
  /** Bytes that were sent and whose outcome nobody has told yet. */
  #unknown: Uint8Array | undefined;
  #line: Promise<unknown> = Promise.resolve();

  constructor(options: MemberClientOptions) {
    const { client, ledger, memory } = options;
    this.#options = options;
    this.#verifier = { client, ledger, memory, crypto: options.crypto ?? browserCrypto };
    this.#lane = options.lane ?? 0;
  }

  get publicKey(): Uint8Array {
    return this.#options.signer.publicKey;
  }

  /**
   * Signs a batch, sends it and resolves once its receipt is proven, whatever the receipt says.
   * @throws ClientError `refused` when the ledger did not take it, with the ledger's own code in
   * `facts.code`: nothing was consumed. Nothing is signed anew by itself, not even when another
   * device used the number: a node that only says so would hold two batches good for a block.
   * `outcome_unknown` when no answer came: `facts.transaction`
   * are the bytes, and `resend` or the next `submit` finds out. UnprovenAnswerError when the answer
   * does not hold.
   */
  submit(actions: readonly Action[], options: SubmitOptions = {}): Promise<VerifiedSubmission> {
    return this.#inLine(async () => {
      await this.#settleUnknown();
      return this.#send(await this.#sign(actions, options), { sentBefore: false });
    });
  }

  /** Sends bytes again that were sent before: they have one effect, and this tells which. */
  resend(bytes: Uint8Array): Promise<VerifiedSubmission> {
    return this.#inLine(() => this.#send(bytes, { sentBefore: true }));
  }

  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work);
    this.#line = result.catch(() => undefined);
    return result;
  }

  /** Nothing is signed while it is open whether the number before was used. */
  async #settleUnknown(): Promise<void> {
    const bytes = this.#unknown;
    if (bytes === undefined) return;
    try {
      await this.#send(bytes, { sentBefore: true });
    } catch (error) {
      // A refusal settles it too. Who submitted those bytes was told that the outcome was unknown.
      if (!(error instanceof ClientError) || error.code !== 'refused') throw error;
    }
  }

  async #sign(actions: readonly Action[], options: SubmitOptions): Promise<Uint8Array> {
    const { client, signer, ledger } = this.#options;
    const lane = this.#lane;
    const key = toHex(signer.publicKey);
    this.#next ??= (await client.laneStatus({ params: { key, lane } })).next;
    const { nowMs, timeMs } = await client.ledgerStatus();
    const validForMs = this.#options.validForMs ?? VALID_FOR_MS_DEFAULT;
    const validFromMs = Math.max(0, Math.min(nowMs, timeMs) - VALID_BEFORE_MS);
    const validUntilMs = Math.min(
      Math.max(nowMs, timeMs) + validForMs,
      validFromMs + VALIDITY_MS_MAX,
    );
    const envelope = {
      chain: fromHex(ledger.chain),
      onBehalfOf: options.onBehalfOf,
      lane,
      sequence: this.#next,
      validFromMs,
      validUntilMs,
      atomic: options.atomic ?? false,
    };
    return signTransaction(this.#verifier.crypto, signer, envelope, actions);
  }

  async #send(
    bytes: Uint8Array,
    past: { readonly sentBefore: boolean },
  ): Promise<VerifiedSubmission> {
    const answer = await this.#answerTo(bytes, past);
    const { envelope, id } = readTransaction(this.#verifier.crypto, bytes);
    let verified: VerifiedSubmission;
    this.#next = undefined;
    try {
      verified = await verifySubmission(this.#verifier, { bytes, answer });
    } catch (error) {
      if (error instanceof StepFault || error instanceof DecodeError) {
        throw new UnprovenAnswerError(toHex(id), error.message, answer);
      }
      throw error;
    }
    // An older batch that is told of again does not say what comes next.
    if (envelope.lane === this.#lane && !past.sentBefore) this.#next = envelope.sequence + 1;
    return verified;
  }

  /** The very same bytes again until somebody says what became of them. */
  async #answerTo(bytes: Uint8Array, { sentBefore }: { readonly sentBefore: boolean }) {
    const transaction = toHex(bytes);
    this.#unknown = bytes;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.#options.client.submitTransaction({ body: { transaction } });
        this.#unknown = undefined;
        return answer;
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        if (error.code !== 'outcome_unknown') {
          // A refusal of the door before the ledger, a rate limit for instance, settles nothing
          // about bytes that were sent before.
          const isFirst = attempt === 1 && !sentBefore;
          if (isFirst || error.code === 'refused') this.#unknown = undefined;
          // The next batch asks for the lane's number again.
          this.#next = undefined;
          throw error;
        }
        if (attempt >= ATTEMPTS_MAX) {
          const facts = { ...error.facts, transaction };
          throw new ClientError('submitTransaction', {
            code: 'outcome_unknown',
            facts,
            cause: error,
          });
        }
      }
      await (this.#options.wait ?? waitLonger)(attempt);
    }
  }
}

function waitLonger(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, WAIT_FIRST_MS * 2 ** (attempt - 1)));
}
