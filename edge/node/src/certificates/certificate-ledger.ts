/**
 * The ledger of certificates that a node keeps beside its market's: a folder, an engine, blocks and
 * checkpoints of its own, and the relay between the two.
 */

import { EmbeddedEngine } from '@commonwatt/consensus';
import {
  ACTION,
  keys,
  type NamePeer,
  namePeerCodec,
  PEERS_MAX,
  peers,
  presentEpoch,
  ruleBook,
} from '@commonwatt/contracts';
import {
  type Clock,
  type Crypto,
  epochOrigin,
  Ledger,
  type Signer,
  type Storage,
} from '@commonwatt/ledger';
import type { Logger } from 'pino';
import { CheckpointDesk } from '../checkpoint-desk.ts';
import { actionOf, Officer, OfficerRefusedError } from '../officer.ts';
import type { CertificateDesk, RelayFigures } from './certificate-desk.ts';
import { peerOf, RELAY_LANE, type RelayHand, RelayService } from './relay-service.ts';

/** A ledger as another names it: its chain, its log and the key under which it signs. */
export type LedgerIdentity = Omit<NamePeer, 'peer' | 'finalityBlocks'>;

/** What a node keeps certificates by. */
export interface CertificateOptions {
  /** The genesis document of a new ledger of certificates, once the market's ledger is known. */
  readonly genesis: (market: LedgerIdentity) => Uint8Array;
  /** How many blocks must stand behind what left it before the market takes that; 0 unless given. */
  readonly finalityBlocks?: number;
}

export interface MarketSide {
  readonly ledger: Ledger;
  readonly checkpoints: CheckpointDesk;
  readonly officer: RelayHand & Pick<Officer, 'submit'>;
}

interface CertificateParts extends CertificateOptions {
  readonly market: MarketSide;
  readonly storage: Storage;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly checkpointSigner: Signer;
  readonly manual: boolean;
  readonly logger: Logger;
}

export class CertificateLedger implements CertificateDesk {
  readonly ledger: Ledger;
  readonly engine: EmbeddedEngine;
  readonly checkpoints: CheckpointDesk;
  readonly officer: Officer;
  readonly carrier: RelayService;
  readonly #market: MarketSide;
  readonly #storage: Storage;
  readonly #finalityBlocks: number;
  readonly #logger: Logger;

  private constructor(parts: CertificateParts, ledger: Ledger) {
    const { market, crypto, clock, signer, checkpointSigner, manual, logger } = parts;
    this.ledger = ledger;
    this.#market = market;
    this.#storage = parts.storage;
    this.#finalityBlocks = parts.finalityBlocks ?? 0;
    this.#logger = logger;
    this.engine = new EmbeddedEngine({
      ledger,
      clock,
      manual,
      onListenerFault: (fault) => logger.error({ err: fault }, 'a follower of blocks failed'),
    });
    this.checkpoints = new CheckpointDesk({ ledger, crypto, signer: checkpointSigner });
    this.officer = new Officer({ engine: this.engine, crypto, clock, signer });
    this.carrier = new RelayService({
      market,
      certificates: this,
      crypto,
      clock,
      logger,
      name: () => this.#nameItself(),
    });
    this.engine.onBlock(({ header: { height, timeMs }, transactions, events }) => {
      const counts = { transactions: transactions.length, events: events.length };
      logger.info({ ledger: 'certificates', height, timeMs, ...counts }, 'block');
    });
    this.engine.onHalt((reason) =>
      logger.fatal({ err: reason }, 'the ledger of certificates halted'),
    );
  }

  /** Opens the ledger of the store, or begins it. @throws the storage's and the ledger's own errors. */
  static async open(parts: CertificateParts): Promise<CertificateLedger> {
    const { crypto, storage, market } = parts;
    const ledger = new Ledger({ crypto, storage, rules: ruleBook });
    if (storage.genesis() !== undefined) ledger.open();
    else await ledger.initChain(parts.genesis(identityOf(market)));
    return new CertificateLedger(parts, ledger);
  }

  get peer(): number | undefined {
    return peerOf(this.#market.ledger, this.ledger.chain);
  }

  get marketPeer(): number | undefined {
    return peerOf(this.ledger, this.#market.ledger.chain);
  }

  /** As operators name it on the market. */
  get identity(): LedgerIdentity {
    return identityOf(this);
  }

  get relay(): RelayFigures {
    return this.carrier.figures;
  }

  memberOf(marketMember: number): number | undefined {
    const { state } = this.ledger;
    for (const [key, { member }] of this.#market.ledger.state.entries(keys)) {
      const there = member === marketMember ? state.get(keys, key)?.member : undefined;
      if (there !== undefined) return there;
    }
    return undefined;
  }

  /** Blocks of either ledger wake the relay from now on. */
  start(): void {
    this.engine.start();
    this.engine.onBlock(() => this.carrier.wake());
    this.carrier.wake();
  }

  /** The relay first: what it sent is answered before the engine ends. */
  async stopCarrying(): Promise<void> {
    await this.carrier.stop();
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    await this.#storage.close();
  }

  /** Where several operators decide, they name it themselves, and the relay waits for that. */
  async #nameItself(): Promise<void> {
    const { ledger, officer } = this.#market;
    if (this.peer !== undefined) return;
    const taken = ledger.state.entries(peers).map(([peer]) => peer);
    const peer = Array.from({ length: PEERS_MAX }, (_, at) => at + 1).find(
      (number) => !taken.includes(number),
    );
    if (peer === undefined) return;
    const named = { peer, ...this.identity, finalityBlocks: this.#finalityBlocks };
    try {
      await officer.openLane(RELAY_LANE);
      await officer.submit([actionOf(ACTION.namePeer, namePeerCodec, named)], { lane: RELAY_LANE });
    } catch (error) {
      if (!(error instanceof OfficerRefusedError)) throw error;
      const { refusal } = error;
      this.#logger.warn({ refusal }, 'operators must name the ledger of certificates');
    }
  }
}

/** What another ledger must know of one to believe its proofs. */
function identityOf({
  ledger,
  checkpoints,
}: Pick<MarketSide, 'ledger' | 'checkpoints'>): LedgerIdentity {
  return {
    chain: ledger.chain,
    origin: epochOrigin(ledger.genesis.name, presentEpoch(ledger.state)),
    keys: [checkpoints.verifierKey],
    threshold: 1,
  };
}
