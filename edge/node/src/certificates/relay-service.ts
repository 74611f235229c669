/**
 * Carries between a market's ledger and the one of certificates what left the one and has not arrived
 * at the other. It keeps nothing on disk and nothing that matters in memory: whatever step it is ended
 * at, it begins from what both ledgers say, sends what is still missing, and each crossing arrives
 * once, because the ledgers see to that themselves.
 */

import {
  ACTION,
  CARRIED_MAX,
  carryActions,
  crossingProofCodec,
  peers,
  relayActions,
} from '@commonwatt/contracts';
import {
  type Action,
  type Clock,
  type Crypto,
  decode,
  equalBytes,
  headerCodec,
  type Ledger,
  type Refusal,
  toHex,
} from '@commonwatt/ledger';
import type { Logger } from 'pino';
import type { CheckpointDesk } from '../checkpoint-desk.ts';

import { OfficerRefusedError } from '../officer.ts';
import type { CrossingWay, RefusedCrossing, RelayFigures } from './certificate-desk.ts';
import { CrossingIndex } from './crossing-index.ts';

/** Who brings the relay's batches to a ledger: the officer there, in a lane of its own. */
export const RELAY_LANE = 2;
/** Batches of one turn each way, before others get a turn. */
const BATCHES_MAX = 100;
/** What was refused is tried again so long after that, and not before: each try makes a block. */
const RETRY_MS = 10 * 60_000;
const REFUSED_MAX = 100;

/** The hand of the relay at a ledger. */
export interface RelayHand {
  openLane(lane: number): Promise<void>;
  submitEach(
    actions: readonly Action[],
    options: { lane: number },
  ): Promise<readonly (Refusal | undefined)[]>;
}

/** One of the two ledgers. */
export interface RelaySide {
  readonly ledger: Ledger;
  readonly checkpoints: CheckpointDesk;
  readonly officer: RelayHand;
}

export interface RelayOptions {
  readonly market: RelaySide;
  readonly certificates: RelaySide;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names the ledger of certificates at the market's, where the officer may do so alone. */
  readonly name: () => Promise<void>;
}

/** One way of the two, and what it was refused. */
interface Way {
  readonly name: CrossingWay;
  readonly from: RelaySide;
  readonly to: RelaySide;
  readonly index: CrossingIndex;
  nextHeight: number;
}

interface Refused {
  readonly crossing: RefusedCrossing | undefined;
  readonly atMs: number;
}

export class RelayService {
  readonly #options: RelayOptions;
  readonly #ways: readonly Way[];
  /** By the action's bytes: a try that would end as the last one did is not made at once. */
  readonly #refused = new Map<string, Refused>();
  #batches = 0;
  #carried = 0;
  #standing: string | undefined;
  #isNamed = false;
  #turn: Promise<void> | undefined;
  #isWoken = false;
  #isStopped = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { market, certificates } = options;
    const way = (name: CrossingWay, from: RelaySide, to: RelaySide): Way => {
      return { name, from, to, index: new CrossingIndex(from.ledger), nextHeight: 0 };
    };
    this.#ways = [
      way('to certificates', market, certificates),
      way('to market', certificates, market),
    ];
  }

  get figures(): RelayFigures {
    const refused = [...this.#refused.values()].flatMap(({ crossing }) => crossing ?? []);
    return {
      standing: this.#standing,
      batches: this.#batches,
      carried: this.#carried,
      refused: refused.slice(-REFUSED_MAX),
    };
  }

  /** Carries what is to be carried, now or right after the turn that is under way. */
  wake(): void {
    if (this.#isStopped) return;
    this.#isWoken = true;
    if (this.#turn !== undefined) return;
    this.#turn = this.#turns().finally(() => {
      this.#turn = undefined;
    });
  }

  /** The same, and resolves when nothing more can be carried now. */
  async tick(): Promise<void> {
    this.wake();
    await this.#turn;
  }

  /** Begins nothing more, and resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#turn;
  }

  async #turns(): Promise<void> {
    while (this.#isWoken && !this.#isStopped) {
      this.#isWoken = false;
      try {
        await this.#carry();
      } catch (fault) {
        // What is under way stays where it left; the next block of either ledger wakes the relay.
        const reason = fault instanceof Error ? fault.message : String(fault);
        if (this.#standing !== reason) {
          this.#options.logger.error({ err: fault }, 'nothing was carried between the ledgers');
        }
        this.#standing = reason;
      }
    }
  }

  async #carry(): Promise<void> {
    const { market, certificates } = this.#options;
    if (!this.#isNamed) {
      await this.#options.name();
      this.#isNamed = true;
    }
    const peer = peerOf(market.ledger, certificates.ledger.chain);
    if (peer === undefined) {
      this.#standing = 'operators have not named the ledger of certificates on the market';
      return;
    }
    this.#standing = this.#stopped();
    if (this.#standing !== undefined) return;
    await this.#lockDuties(peer);
    for (const way of this.#ways) await this.#carryOneWay(way);
  }

  /** Why the peg stands still on either side. */
  #stopped(): string | undefined {
    for (const { to, from } of this.#ways) {
      const peer = peerOf(to.ledger, from.ledger.chain);
      const stopped = peer === undefined ? undefined : to.ledger.state.get(peers, peer)?.stopped;
      if (stopped !== undefined) return stopped;
    }
    return undefined;
  }

  /** What a member owes, and corrections of what went before, wait for nobody's will. */
  async #lockDuties(peer: number): Promise<void> {
    const { market } = this.#options;
    for (let batch = 0; batch < BATCHES_MAX; batch++) {
      const actions = this.#untried(carryActions(market.ledger.state, peer));
      if (actions.length === 0) return;
      const refusals = await this.#send(market, actions);
      for (const [at, action] of actions.entries()) {
        this.#note(action, refusals[at], undefined);
      }
    }
  }

  async #carryOneWay(way: Way): Promise<void> {
    const { from, to, index } = way;
    for (let batch = 0; batch < BATCHES_MAX && !this.#isStopped; batch++) {
      await index.follow();
      const { note } = from.checkpoints;
      if (note === undefined) return;
      const { actions, nextHeight } = relayActions(this.#options.crypto, {
        from: index,
        note,
        to: to.ledger.state,
        toChain: to.ledger.chain,
        fromHeight: way.nextHeight,
      });
      way.nextHeight = nextHeight;
      index.forget(nextHeight);
      const first = actions[0];
      const head = first?.type === ACTION.advancePeer ? first : undefined;
      const claims = this.#untried(head === undefined ? actions : actions.slice(1));
      if (claims.length === 0) return;
      if (head !== undefined && this.#untried([head]).length === 0) return;
      const sent = head === undefined ? claims : [head, ...claims];
      const refusals = await this.#send(to, sent);
      const advance = head === undefined ? undefined : refusals[0];
      if (head !== undefined && advance !== undefined) {
        this.#note(head, advance, undefined);
        this.#standing = `a signed head was refused: ${advance.code}`;
        return;
      }
      this.#took(way, claims, head === undefined ? refusals : refusals.slice(1));
    }
  }

  #took(way: Way, claims: readonly Action[], refusals: readonly (Refusal | undefined)[]): void {
    for (const [at, claim] of claims.entries()) {
      const refusal = refusals[at];
      if (refusal === undefined) this.#carried++;
      // Another relayer was faster: it has arrived.
      const isThere = refusal?.code === 'crossing_claimed';
      const crossing = refusal && { way: way.name, ...placeOf(claim), code: refusal.code };
      this.#note(claim, isThere ? undefined : refusal, crossing);
    }
  }

  async #send(
    { officer }: RelaySide,
    actions: readonly Action[],
  ): Promise<readonly (Refusal | undefined)[]> {
    await officer.openLane(RELAY_LANE);
    this.#batches++;
    try {
      return await officer.submitEach(actions, { lane: RELAY_LANE });
    } catch (error) {
      if (!(error instanceof OfficerRefusedError)) throw error;
      // At the door, for nothing in the batch would have been done.
      return actions.map(() => error.refusal);
    }
  }

  /** What was not refused lately. */
  #untried(actions: readonly Action[]): readonly Action[] {
    const nowMs = this.#options.clock.nowMs();
    return actions.filter((action) => {
      const refused = this.#refused.get(nameOf(action));
      return refused === undefined || nowMs - refused.atMs >= RETRY_MS;
    });
  }

  #note(action: Action, refusal: Refusal | undefined, crossing: RefusedCrossing | undefined): void {
    const name = nameOf(action);
    this.#refused.delete(name);
    if (refusal === undefined) return;
    const { logger, clock } = this.#options;
    logger.warn({ ...crossing, refusal: refusal.code }, 'refused what the relay brought');
    if (this.#refused.size >= REFUSED_MAX * CARRIED_MAX) {
      const [oldest] = this.#refused.keys();
      if (oldest !== undefined) this.#refused.delete(oldest);
    }
    this.#refused.set(name, { crossing, atMs: clock.nowMs() });
  }
}

/** A claim is another action under another head, but the crossing is the same. */
function nameOf(action: Action): string {
  const isClaim = action.type === ACTION.claimAsset || action.type === ACTION.releaseCoin;
  if (!isClaim) return `${action.type}:${toHex(action.body)}`;
  const { height, receiptIndex } = placeOf(action);
  return `${action.type}:${height}:${receiptIndex}`;
}

function placeOf(claim: Action): { readonly height: number; readonly receiptIndex: number } {
  const { header, receiptIndex } = decode(crossingProofCodec, claim.body, 'crossing proof');
  return { height: decode(headerCodec, header, 'header').height, receiptIndex };
}

/** The number under which a ledger names another; nothing where it does not. */
export function peerOf({ state }: Ledger, chain: Uint8Array): number | undefined {
  return state.entries(peers).find(([, one]) => equalBytes(one.chain, chain))?.[0];
}
