/**
 * The operator's own hand at the ledger: signs batches of actions with the officer's key and puts
 * them through the engine's normal door, one after the other in each lane.
 */

import type { Committed, EmbeddedEngine } from '@commonwatt/consensus';
import {
  ACTION,
  keys,
  lanes,
  members,
  type OpenLane,
  openLaneCodec,
  ROLE,
  type Role,
} from '@commonwatt/contracts';
import {
  type Action,
  type Clock,
  type Codec,
  type Crypto,
  encode,
  type Refusal,
  type Signer,
  signTransaction,
} from '@commonwatt/ledger';

export interface OfficerOptions {
  readonly engine: EmbeddedEngine;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly signer: Signer;
}

/** The officer's batch was refused: at the door, as a whole, or in one of its actions. */
export class OfficerRefusedError extends Error {
  override readonly name = 'OfficerRefusedError';
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(`the ledger refused what the officer sent: ${JSON.stringify(refusal)}`);
    this.refusal = refusal;
  }
}

/** How long what the officer signs stays valid, and how far the clocks may stand apart. */
const VALID_MS = 6 * 3_600_000;
const SKEW_MS = 3_600_000;

/** One action as it stands in a batch. */
export function actionOf<M>(type: number, codec: Codec<M>, message: M): Action {
  return { type, body: encode(codec, message) };
}

export class Officer {
  readonly #engine: EmbeddedEngine;
  readonly #crypto: Crypto;
  readonly #clock: Clock;
  readonly #signer: Signer;
  readonly #lines = new Map<number, Promise<unknown>>();

  constructor(options: OfficerOptions) {
    this.#engine = options.engine;
    this.#crypto = options.crypto;
    this.#clock = options.clock;
    this.#signer = options.signer;
  }

  get publicKey(): Uint8Array {
    return this.#signer.publicKey;
  }

  /** The officer's number among the members; nothing while its key is not registered. */
  get member(): number | undefined {
    return this.#engine.ledger.state.get(keys, this.#signer.publicKey)?.member;
  }

  holds(role: Role): boolean {
    const { member } = this;
    const found = member === undefined ? undefined : this.#engine.ledger.state.get(members, member);
    return ((found?.roles ?? 0) & ROLE[role]) !== 0;
  }

  /** Signs bytes that are no transaction, such as a checkpoint or a proof of possession. */
  sign(message: Uint8Array): Uint8Array {
    return this.#signer.sign(message);
  }

  /**
   * Submits one batch and resolves when it is on disk.
   * @throws OfficerRefusedError unless every action was done.
   */
  async submit(actions: readonly Action[], options: { lane?: number } = {}): Promise<Committed> {
    const answer = await this.#inLane(options.lane ?? 0, actions, true);
    const refusal = answer.actions.find((one) => one !== undefined);
    if (refusal !== undefined) throw new OfficerRefusedError(refusal);
    return answer;
  }

  /**
   * The same, where an action that is refused leaves the others as they are. Answers for each why it
   * was refused, or nothing.
   * @throws OfficerRefusedError when the batch was refused as a whole.
   */
  async submitEach(
    actions: readonly Action[],
    options: { lane?: number } = {},
  ): Promise<readonly (Refusal | undefined)[]> {
    return (await this.#inLane(options.lane ?? 0, actions, false)).actions;
  }

  /** One batch after the other in each lane. */
  #inLane(lane: number, actions: readonly Action[], atomic: boolean): Promise<Committed> {
    const before = this.#lines.get(lane) ?? Promise.resolve();
    const result = before.then(() => this.#send(actions, lane, atomic));
    this.#lines.set(
      lane,
      result.catch(() => undefined),
    );
    return result;
  }

  /** Opens a lane of the officer's key, once, so that services do not wait for one another. */
  async openLane(lane: number): Promise<void> {
    if (this.#next(lane) !== undefined) return;
    await this.submit([actionOf<OpenLane>(ACTION.openLane, openLaneCodec, { lane })]);
  }

  #next(lane: number): number | undefined {
    const key = this.#signer.publicKey;
    return this.#engine.ledger.state.get(lanes, { key, lane })?.next;
  }

  async #send(actions: readonly Action[], lane: number, atomic: boolean): Promise<Committed> {
    const sequence = this.#next(lane);
    if (sequence === undefined) throw new OfficerRefusedError({ code: 'lane_unknown', lane });
    const nowMs = Math.max(this.#clock.nowMs(), this.#engine.ledger.info().timeMs);
    const bytes = signTransaction(
      this.#crypto,
      this.#signer,
      {
        chain: this.#engine.ledger.chain,
        onBehalfOf: undefined,
        lane,
        sequence,
        validFromMs: Math.max(0, nowMs - SKEW_MS),
        validUntilMs: nowMs + VALID_MS,
        atomic,
      },
      actions,
    );
    const answer = await this.#engine.submit(bytes);
    if (answer.status === 'refused') throw new OfficerRefusedError(answer.refusal);
    if (answer.refusal !== undefined) throw new OfficerRefusedError(answer.refusal);
    return answer;
  }
}
