/**
 * The composition root: one community's node, the MiM agent of Ko and Praca 2021. It opens the
 * ledger, drives it, keeps what is personal off it, settles, and serves its desks over HTTP.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  EmbeddedEngine,
  LmdbStorage,
  MemoryStorage,
  NodeCrypto,
  nodeRandom,
  SteadyClock,
  systemClock,
} from '@commonwatt/consensus';
import { cleared, markets, meters, parameters, ruleBook } from '@commonwatt/contracts';
import { type Clock, type Crypto, Ledger, type Storage, toHex } from '@commonwatt/ledger';
import { type Logger, pino } from 'pino';
import { type BillArchive, openBillArchive } from './billing/bill-archive.ts';
import type { Billing } from './billing/billing.ts';
import { openBilling } from './billing/open-billing.ts';
import { BundleMaker } from './bundle.ts';
import { CERTIFICATES_FOLDER } from './certificates/backup-ledgers.ts';
import { CertificateLedger } from './certificates/certificate-ledger.ts';
import { CheckpointDesk } from './checkpoint-desk.ts';
import { followClock } from './clock-news.ts';
import { Community } from './community.ts';
import type { CommunityFigures, Desks, StatementDesk } from './desks.ts';
import { blockWords } from './explain/block-words.ts';
import { whyThisPrice } from './explain/price-words.ts';
import { createServer, type HttpServer } from './http/server.ts';
import { openMailbox, type SealedMailbox } from './mailbox.ts';
import { MqttDoor, type MqttOptions } from './mqtt/mqtt-door.ts';
import { registerMemory } from './mqtt/register-memory.ts';
import type { NodeOptions } from './node-options.ts';
import { Officer } from './officer.ts';
import { AccessLog } from './personal/access-log.ts';
import { openVault } from './personal/open-vault.ts';
import { PersonalRecords } from './personal/personal-records.ts';
import type { PersonalVault } from './personal/personal-vault.ts';
import { ReadingsStore } from './personal/readings-store.ts';
import { SharingStore } from './personal/sharing-store.ts';
import { eventValue } from './projections/block-reader.ts';
import { Projections } from './projections/projections.ts';
import type { SettlementTimes } from './settlement/due-periods.ts';
import { SettlementService, type SettlementStep } from './settlement/settlement-service.ts';
import { StatementBook } from './settlement/statement-book.ts';
import { Cosigning } from './witness/cosigning.ts';

const DAY_MS = 86_400_000;
const GRACE_MS = 2 * 3_600_000;
const ACCEPTANCE_MS = 7 * DAY_MS;
/** Blocks that one `tick` may make before it returns to its caller. */
const BLOCKS_MAX = 10_000;
/** Blocks whose words are kept ready. */
const WORDS_MAX = 5000;
const SLEEP_MS = { least: 250, most: 30_000 } as const;

/** A folder without a ledger, and nothing to begin one with. */
export class NoLedgerError extends Error {
  override readonly name = 'NoLedgerError';
}

interface Parts {
  readonly storage: Storage;
  readonly vault: PersonalVault;
  readonly archive: BillArchive;
  readonly ledger: Ledger;
  readonly crypto: Crypto;
}

export class CommunityNode implements Desks {
  readonly ledger: Ledger;
  readonly engine: EmbeddedEngine;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly clockWatch: SteadyClock | undefined;
  readonly accessLog: AccessLog;
  readonly projections: Projections;
  readonly checkpoints: CheckpointDesk;
  readonly readings: ReadingsStore;
  readonly sharing: SharingStore;
  readonly personal: PersonalRecords;
  readonly statements: StatementDesk;
  readonly billing: Billing;
  readonly mailbox: SealedMailbox;
  readonly officer: Officer;
  readonly settlement: SettlementService;
  readonly statementBook: StatementBook;
  readonly cosigning: Cosigning;
  /** The ledger of certificates beside the market's, where the node keeps one. */
  certificates: CertificateLedger | undefined;
  /** Where devices speak MQTT. */
  readonly mqtt: MqttDoor | undefined;
  readonly logger: Logger;
  readonly #options: NodeOptions;
  readonly #storage: Storage;
  readonly #vault: PersonalVault;
  readonly #archive: BillArchive;
  readonly #community: Community;
  /** Blocks never change, so neither do their words. */
  readonly #words = new Map<number, readonly string[]>();
  #server: HttpServer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isListening = false;
  #isStarted = false;
  #isStopping = false;

  private constructor(options: NodeOptions, { storage, vault, archive, ledger, crypto }: Parts) {
    const { officer, tariff, settlement = {}, clockWatch } = options;
    this.#options = options;
    this.#storage = storage;
    this.#vault = vault;
    this.#archive = archive;
    this.ledger = ledger;
    this.crypto = crypto;
    this.logger = options.logger ?? pino({ level: 'silent' });
    this.clockWatch =
      clockWatch && new SteadyClock({ ...clockWatch, knownMs: ledger.info().timeMs });
    const clock = this.clockWatch ?? options.clock;
    this.clock = clock;
    this.engine = new EmbeddedEngine({
      ledger,
      clock,
      manual: options.manual ?? false,
      onListenerFault: (fault) => this.logger.error({ err: fault }, 'a follower of blocks failed'),
    });
    this.projections = new Projections(ledger, crypto);
    const checkpointSigner = options.checkpointSigner ?? officer;
    this.checkpoints = new CheckpointDesk({ ledger, crypto, signer: checkpointSigner });
    this.cosigning = new Cosigning({
      ledger,
      crypto,
      checkpoints: this.checkpoints,
      witnesses: options.witnesses ?? [],
      threshold: options.witnessThreshold ?? 1,
      clock: systemClock,
      logger: this.logger,
    });
    this.officer = new Officer({ engine: this.engine, crypto, clock, signer: officer });
    this.personal = new PersonalRecords(vault, nodeRandom);
    this.accessLog = new AccessLog({ vault, clock });
    this.readings = this.#openReadings(vault);
    this.sharing = new SharingStore({ vault, ledger, clock, readings: this.readings });
    this.mqtt = options.mqtt && this.#openMqtt(options.mqtt, vault);
    const { projections } = this;
    const statements = new StatementBook({ vault, ledger, projections });
    this.statementBook = statements;
    this.mailbox = openMailbox(options.dir, clock, (fault) => this.engine.halt(fault));
    this.#community = new Community({ ledger, clock, projections, tariff });
    this.settlement = new SettlementService({
      ledger,
      crypto,
      clock,
      officer: this.officer,
      readings: this.readings,
      records: this.personal,
      sharing: this.sharing,
      statements,
      logger: this.logger,
      projections,
      ...settlementTimes(settlement),
    });
    this.billing = openBilling(this, { signer: checkpointSigner, statements, archive, options });
    const bundles = new BundleMaker({
      ledger,
      crypto,
      projections,
      checkpoints: this.checkpoints,
      statements,
      personal: this.personal,
      words: this.readings,
      isErased: (member) => this.personal.isErased(member),
      bills: this.billing,
    });
    this.statements = {
      open: (member) => statements.openOf(member),
      of: (member, fromMs, untilMs, limit) => statements.of(member, fromMs, untilMs, limit),
      slots: (member, fromMs, untilMs) => statements.slotsOf(member, fromMs, untilMs),
      bundle: (member, fromMs, untilMs) => bundles.bundle(member, fromMs, untilMs),
    };
  }

  #openReadings(vault: PersonalVault): ReadingsStore {
    const { readingAcceptanceMs = ACCEPTANCE_MS, readingCorrectionMs, site } = this.#options;
    const { ledger, crypto, clock } = this;
    return new ReadingsStore({
      vault,
      ledger,
      crypto,
      clock,
      acceptanceMs: readingAcceptanceMs,
      correctionMs: readingCorrectionMs,
      site,
    });
  }

  #openMqtt(mqtt: MqttOptions, vault: PersonalVault): MqttDoor {
    const { ledger, readings, clock, logger } = this;
    return new MqttDoor(mqtt, {
      desk: readings,
      meterOf: (meter) => ledger.state.get(meters, meter),
      chain: toHex(ledger.chain),
      clock,
      slotLengthMs: () => readings.slotLengthMs,
      memory: registerMemory(vault),
      logger,
    });
  }

  /**
   * Opens the ledger of the folder, or begins it with the genesis document.
   * @throws NoLedgerError when there is neither; the storage's and the ledger's own errors.
   */
  static async open(options: NodeOptions): Promise<CommunityNode> {
    const crypto = new NodeCrypto();
    const storage = openStorage(options.dir);
    let node: CommunityNode | undefined;
    try {
      const ledger = new Ledger({ crypto, storage, rules: ruleBook });
      if (storage.genesis() !== undefined) ledger.open();
      else if (options.genesis !== undefined) await ledger.initChain(options.genesis);
      else {
        const where = options.dir ?? 'memory';
        throw new NoLedgerError(`${where}: expected a ledger or a genesis document to begin one`);
      }
      const vault = openVault(options.dir, crypto, (fault) => node?.engine.halt(fault));
      const archive = openBillArchive(options.dir, crypto, (fault) => node?.engine.halt(fault));
      node = new CommunityNode(options, { storage, vault, archive, ledger, crypto });
      await node.#openCertificates();
      node.#follow();
      return node;
    } catch (error) {
      await storage.close();
      throw error;
    }
  }

  async #openCertificates(): Promise<void> {
    const {
      dir,
      certificates,
      officer,
      checkpointSigner = officer,
      manual = false,
    } = this.#options;
    if (certificates === undefined) return;
    const storage = openStorage(dir && join(dir, CERTIFICATES_FOLDER));
    try {
      this.certificates = await CertificateLedger.open({
        ...certificates,
        market: this,
        storage,
        crypto: this.crypto,
        clock: this.clock,
        signer: officer,
        checkpointSigner,
        manual,
        logger: this.logger,
      });
    } catch (error) {
      await storage.close();
      throw error;
    }
  }

  #follow(): void {
    this.projections.rebuild();
    this.engine.onBlock((block) => {
      const { height, timeMs } = block.header;
      this.projections.follow(height);
      const { transactions, events } = block;
      const counts = { transactions: transactions.length, events: events.length };
      this.logger.info({ height, timeMs, ...counts }, 'block');
      this.cosigning.wake();
      if (this.#isStarted) this.certificates?.carrier.wake();
    });
    if (this.clockWatch !== undefined) followClock(this.clockWatch, this.ledger, this.logger);
    this.engine.onHalt((reason) => this.logger.fatal({ err: reason }, 'the ledger halted'));
  }

  /** The address of the server, once it was started. */
  url: string | undefined;
  /** The port of the node's own broker, once it was started. */
  mqttPort: number | undefined;

  /** Drives the ledger in real time, settles what is due and opens the doors. */
  async start(): Promise<void> {
    if (this.#options.manual !== true) {
      this.#isStarted = true;
      this.engine.start();
      this.certificates?.start();
      if (this.#options.settlement?.enabled !== false) {
        this.engine.onBlock(() => this.#sleep());
        this.#sleep();
      }
    }
    this.cosigning.wake();
    await this.listen();
  }

  /** Opens the doors alone: a program with a clock of its own calls `tick` after every step. */
  async listen(): Promise<void> {
    if (!this.#isListening) this.mqttPort = await this.mqtt?.start();
    this.#isListening = true;
    const { http } = this.#options;
    if (http === undefined || this.#server !== undefined) return;
    this.#server = await createServer(this, {
      ...(this.clockWatch && { requestClock: this.clockWatch }),
      ...http,
      logger: this.logger,
    });
    this.url = await this.#server.listen();
    this.logger.info({ url: this.url }, 'listening');
  }

  /** Makes every block that is due by the clock, settles what is due, and says what it settled. */
  async tick(): Promise<readonly SettlementStep[]> {
    await makeDue(this.engine);
    if (this.certificates !== undefined) {
      await makeDue(this.certificates.engine);
      await this.#flushed(this.certificates.carrier.tick());
    }
    if (this.#options.settlement?.enabled === false) return [];
    return this.#flushed(this.settlement.tick());
  }

  /** Where blocks are made by hand alone, what a turn submits needs blocks to end. */
  async #flushed<T>(turn: Promise<T>): Promise<T> {
    if (this.#options.manual !== true) return turn;
    let isOver = false;
    const over = turn.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await this.engine.flush();
      await this.certificates?.engine.flush();
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    return over;
  }

  /** Waits for the next instant at which a period is due. */
  #sleep(): void {
    clearTimeout(this.#timer);
    if (this.#isStopping || this.engine.halted !== undefined) return;
    const dueMs = this.settlement.nextDueMs();
    if (dueMs === undefined) return;
    const waitMs = Math.max(dueMs - this.clock.nowMs(), SLEEP_MS.least);
    this.#timer = setTimeout(
      () => {
        this.settlement.tick().then(
          () => this.#sleep(),
          (fault: unknown) => this.logger.error({ err: fault }, 'settlement failed'),
        );
      },
      Math.min(waitMs, SLEEP_MS.most),
    );
    this.#timer.unref();
  }

  /** Closes the doors, makes what waits durable, and lets go of the folder. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#server?.close();
    await this.mqtt?.stop();
    await this.cosigning.stop();
    await this.certificates?.stopCarrying();
    await this.engine.stop();
    await this.certificates?.stop();
    await this.settlement.idle();
    await this.mailbox.close();
    // A vault that failed takes nothing more.
    if (this.engine.halted === undefined) this.accessLog.flush();
    await this.#vault.close();
    await this.#archive.close();
    await this.#storage.close();
  }

  community(): CommunityFigures {
    return this.#community.figures();
  }

  words(height: number): readonly string[] {
    const known = this.#words.get(height);
    if (known !== undefined) return known;
    const block = this.projections.block(height);
    if (block === undefined) return [];
    const slotLengthOf = (market: number) =>
      this.ledger.state.get(markets, market)?.rules.slotLengthMs ?? 0;
    const currency = this.ledger.state.get(parameters, 0)?.currency ?? '';
    const words = blockWords(block, { slotLengthOf, currency });
    if (this.#words.size >= WORDS_MAX) this.#words.clear();
    this.#words.set(height, words);
    return words;
  }

  why(market: number, slotMs: number): string | undefined {
    const clearing = this.projections.clearing(market, slotMs);
    const block = clearing && this.projections.block(clearing.height);
    const event = block?.events.find((one) => one.leafIndex === clearing?.index);
    const value = event && eventValue(event, cleared);
    if (value === undefined) return undefined;
    const ofSlot = this.projections.tradesOfSlot(market, slotMs);
    return whyThisPrice(
      value,
      ofSlot.map(({ terms }) => terms),
    );
  }
}

/** Makes every block that is due by the clock. */
async function makeDue(engine: EmbeddedEngine): Promise<void> {
  for (let blocks = 0; blocks < BLOCKS_MAX; blocks++) {
    if (!(await engine.tick())) break;
  }
}

function openStorage(dir: string | undefined): Storage {
  if (dir === undefined) return new MemoryStorage();
  mkdirSync(dir, { recursive: true });
  return new LmdbStorage(dir);
}

function settlementTimes(given: NonNullable<NodeOptions['settlement']>): SettlementTimes {
  return {
    periodMs: given.periodMs ?? DAY_MS,
    graceMs: given.graceMs ?? GRACE_MS,
    correctionEveryMs: given.correctionEveryMs ?? DAY_MS,
    finalAfterMs: given.finalAfterMs ?? 0,
  };
}
