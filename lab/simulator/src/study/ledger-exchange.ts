/**
 * Clears slots by the contracts of a node: members sign their orders, the gate closes, the next block clears, readings
 * are committed and every day is settled. Time is virtual, everything else is what a node does.
 */

import { EmbeddedEngine, NodeCrypto, sha256 } from '@commonwatt/consensus';
import {
  ACTION,
  accounts,
  type Cleared,
  cleared,
  commitmentsOfPeriod,
  commitReadingsCodec,
  computeRun,
  meters,
  openTradesOf,
  type Period,
  PLAIN_CONNECTION,
  PROVIDER_MEASURED,
  proposeRunCodec,
  type Reading,
  readingSalt,
  readingsRootOf,
  registerMeterCodec,
  requestCodec,
  ruleBook,
  SETTLEMENT,
  settlementLot,
  shareCodec,
  type Traded,
  traded,
} from '@commonwatt/contracts';
import {
  type Action,
  activeVersion,
  asciiBytes,
  decode,
  Ledger,
  type LedgerEvent,
  type Storage,
  toHex,
} from '@commonwatt/ledger';
import { energy, price } from '@commonwatt/units';
import { act, Device } from '../community/simulated-community.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import type { Exchange, SlotBook, SlotClearing, SlotTrade } from './book.ts';
import {
  type LedgerMarket,
  STUDY_CONNECTION_W,
  STUDY_MARKET,
  studyGenesis,
} from './ledger-genesis.ts';
import type { LedgerResult } from './results.ts';
import type { TableSink } from './table.ts';
import { tradeTotals } from './trade-totals.ts';
import type { World } from './world.ts';

export interface LedgerExchangeOptions {
  readonly world: World;
  readonly market: LedgerMarket;
  /** Empty, on disk or in memory. */
  readonly storage: Storage;
  readonly sink: TableSink;
  /** Names the ledger. */
  readonly name: string;
}

/** How long before its slot a gate closes, and how long before that members send their orders. */
const GATE_LEAD_MS = 120_000;
const ORDERS_BEFORE_GATE_MS = 60_000;
const CLEARING_AFTER_GATE_MS = 1_000;
const DAY_MS = 86_400_000;
/** Meters that one transaction registers. */
const METERS_PER_TRANSACTION = 500;
const OFFICER = 1;

export class LedgerExchange implements Exchange {
  readonly #options: LedgerExchangeOptions;
  readonly #engine: EmbeddedEngine;
  readonly #ledger: Ledger;
  readonly #clock: VirtualClock;
  readonly #officer: Device;
  readonly #members: readonly Device[];
  readonly #events: LedgerEvent[] = [];
  /** By slot start: what each member's meter counted. */
  readonly #metered = new Map<number, Int32Array>();
  readonly #intervalsMs: number[] = [];
  readonly #finalityMs: number[] = [];
  #settledUntilMs: number;
  /** Ends of days that are over and not settled yet. */
  readonly #overMs: number[] = [];
  #blocks = 0;
  #transactions = 0;
  #bytes = 0;
  #lastBlockMs: number | undefined;

  private constructor(options: LedgerExchangeOptions, ledger: Ledger, clock: VirtualClock) {
    const { world } = options;
    this.#options = options;
    this.#ledger = ledger;
    this.#clock = clock;
    this.#engine = new EmbeddedEngine({ ledger, clock, manual: true });
    this.#engine.onBlock(({ header, events, transactions }) => {
      const bytes = transactions.reduce((sum, one) => sum + one.length, 0);
      this.#events.push(...events);
      this.#countBlock(header.height, header.timeMs, transactions.length, bytes);
    });
    this.#officer = new Device('officer', ledger.chain);
    this.#members = world.members.map(({ name }) => new Device(`member ${name}`, ledger.chain));
    this.#settledUntilMs = world.startMs;
  }

  static async open(options: LedgerExchangeOptions): Promise<LedgerExchange> {
    const { world, market, storage, name } = options;
    const crypto = new NodeCrypto();
    const ledger = new Ledger({ crypto, storage, rules: ruleBook });
    const beginMs = world.startMs - DAY_MS;
    await ledger.initChain(
      studyGenesis({ world, market, name, timeMs: beginMs, leadMs: GATE_LEAD_MS }),
    );
    const exchange = new LedgerExchange(options, ledger, new VirtualClock(beginMs + 1000));
    await exchange.#register();
    return exchange;
  }

  /** @throws Error naming the member and the refusal, where the ledger takes an order not */
  async clear(book: SlotBook): Promise<SlotClearing> {
    const gateMs = book.startMs - GATE_LEAD_MS;
    this.#clock.set(gateMs - ORDERS_BEFORE_GATE_MS);
    await this.#settleOver();
    const ids = await this.#send(book);
    this.#clock.set(gateMs);
    await this.#engine.tick();
    this.#clock.set(gateMs + CLEARING_AFTER_GATE_MS);
    this.#events.length = 0;
    await this.#engine.tick();
    if (this.#lastBlockMs !== undefined) this.#finalityMs.push(this.#lastBlockMs - gateMs);
    return this.#clearingOf(book, ids);
  }

  meter(slot: number, netsWh: Int32Array): void {
    const { startMs, slotMs, slots } = this.#options.world;
    this.#metered.set(startMs + slot * slotMs, netsWh.slice());
    const endMs = startMs + (slot + 1) * slotMs;
    const isDayOver = (endMs - startMs) % DAY_MS === 0;
    if (isDayOver || slot === slots - 1) this.#overMs.push(endMs);
  }

  /** @throws Error where the ledger's accounts are not what the study's are */
  async close(marketMoney: readonly number[]): Promise<LedgerResult> {
    this.#clock.set(Math.max(this.#clock.nowMs(), this.#overMs.at(-1) ?? 0));
    await this.#settleOver();
    await this.#engine.stop();
    for (const [at, paid] of marketMoney.entries()) {
      const entry = this.#ledger.state
        .entries(accounts)
        .filter(([{ owner }]) => owner === memberNumber(at))
        .reduce((sum, [, { balance }]) => sum + balance, 0n);
      if (entry !== BigInt(-paid)) {
        const { name } = this.#options.world.members[at] as { name: string };
        throw new Error(`ledger: ${name}: expected a balance of ${-paid} nano-EUR, got ${entry}`);
      }
    }
    return {
      blocks: this.#blocks,
      transactions: this.#transactions,
      bytes: this.#bytes,
      blockIntervalsMs: this.#intervalsMs,
      finalityMs: this.#finalityMs,
    };
  }

  /** One signed transaction of each member. Answers with the ids of the orders. */
  async #send(book: SlotBook): Promise<readonly string[]> {
    const nowMs = this.#clock.nowMs();
    const sent = book.members.map((member, at) => {
      const terms = {
        market: STUDY_MARKET,
        slotMs: book.startMs,
        energy: energy(BigInt(book.energiesWh[at] as number)),
        limit: price(BigInt(book.prices[at] as number)),
      };
      const action =
        book.isBid[at] === true
          ? act(ACTION.request, requestCodec, terms)
          : act(ACTION.share, shareCodec, terms);
      return this.#engine.submit((this.#members[member] as Device).sign([action], nowMs));
    });
    // Listened to from the begin: an engine that halts lets everyone know.
    const [answers] = await Promise.all([Promise.all(sent), this.#engine.flush()]);
    return answers.map((answer, at) => {
      if (answer.status === 'committed' && answer.actions[0] === undefined) {
        return `${toHex(answer.receipt.transactionId)}:0`;
      }
      const { name } = this.#options.world.members[book.members[at] as number] as { name: string };
      throw new Error(`ledger: order of ${name}: expected to be taken, got ${told(answer)}`);
    });
  }

  #clearingOf(book: SlotBook, ids: readonly string[]): SlotClearing {
    const event = this.#eventsOf<Cleared>(cleared)[0];
    const rowOf = new Map(book.members.map((member, at) => [memberNumber(member), at]));
    const row = (number: number): number => {
      const at = rowOf.get(number);
      if (at === undefined) throw new Error(`trade: expected a member of the book, got ${number}`);
      return at;
    };
    const period = this.#periodOf(book.startMs);
    const trades = this.#eventsOf<Traded>(traded).map(({ trade, terms }): SlotTrade => {
      const bid = row(terms.buyer);
      const ask = row(terms.seller);
      const energyWh = Number(terms.energy);
      const buyerPrice = Number(terms.price);
      const sellerPrice = Number(terms.sellerPrice ?? terms.price);
      const lot = settlementLot(sha256, period, 'trade', trade);
      return { bid, ask, energyWh, buyerPrice, sellerPrice, lot };
    });
    return {
      price: event?.price === undefined ? null : Number(event.price),
      priceLow: event?.low === undefined ? null : Number(event.low),
      priceHigh: event?.high === undefined ? null : Number(event.high),
      ...tradeTotals(book.members.length, trades),
      trades,
      lotSeed: event === undefined ? '' : toHex(event.seed),
      ids,
    };
  }

  #eventsOf<T>(kind: {
    readonly type: number;
    readonly codec: Parameters<typeof decode<T>>[0];
  }): T[] {
    return this.#events
      .filter(({ type }) => type === kind.type)
      .map(({ body }) => decode(kind.codec, body, 'event'));
  }

  /** The day from the begin of the study that a slot lies in, cut at the study's end. */
  #periodOf(startMs: number): Period {
    const { startMs: fromMs, slotMs, slots } = this.#options.world;
    const periodFromMs = startMs - ((startMs - fromMs) % DAY_MS);
    const endMs = fromMs + slots * slotMs;
    return { periodFromMs, periodUntilMs: Math.min(periodFromMs + DAY_MS, endMs) };
  }

  /** Days are settled when the clock has passed them: the gates of the next one close before that. */
  async #settleOver(): Promise<void> {
    while ((this.#overMs[0] ?? Number.POSITIVE_INFINITY) <= this.#clock.nowMs()) {
      await this.#settle(this.#overMs.shift() as number);
    }
  }

  /** Commits the readings of the day that is over, and settles it. */
  async #settle(untilMs: number): Promise<void> {
    const period: Period = { periodFromMs: this.#settledUntilMs, periodUntilMs: untilMs };
    const readings = this.#readingsOf(period);
    const roots = [...readings].map(([meter, own]) => ({
      meter,
      root: readingsRootOf(sha256, own),
    }));
    await this.#officially([act(ACTION.commitReadings, commitReadingsCodec, { ...period, roots })]);
    const { state, head } = this.#ledger;
    const { run } = computeRun(sha256, {
      ...period,
      version: activeVersion(state, SETTLEMENT, (head?.height ?? 0) + 1),
      slotLengthMs: this.#options.world.slotMs,
      trades: openTradesOf(state, period),
      readings,
      meters: new Map(state.entries(meters)),
      secrets: new Map(this.#members.map((_, at) => [memberNumber(at), secretOf(at)])),
      commitments: state.group(commitmentsOfPeriod, `${period.periodFromMs}`),
    });
    await this.#officially([act(ACTION.proposeRun, proposeRunCodec, { run })]);
    this.#settledUntilMs = untilMs;
    for (const slotMs of this.#metered.keys()) if (slotMs < untilMs) this.#metered.delete(slotMs);
  }

  #readingsOf({ periodFromMs, periodUntilMs }: Period): ReadonlyMap<number, readonly Reading[]> {
    const { slotMs } = this.#options.world;
    return new Map(
      this.#ledger.state.entries(meters).map(([meter, { member }]) => {
        const own: Reading[] = [];
        for (let at = periodFromMs; at < periodUntilMs; at += slotMs) {
          const net = this.#metered.get(at)?.[member - OFFICER - 1] ?? 0;
          own.push({
            meter,
            slotMs: at,
            imported: energy(BigInt(Math.max(0, net))),
            exported: energy(BigInt(Math.max(0, -net))),
            salt: readingSalt(sha256, secretOf(member - OFFICER - 1), { meter, slotMs: at }),
            ...PROVIDER_MEASURED,
          });
        }
        return [meter, own] as const;
      }),
    );
  }

  async #register(): Promise<void> {
    const { members } = this.#options.world;
    const registrations = members.map(({ feeder }, at) =>
      act(ACTION.registerMeter, registerMeterCodec, {
        ...PLAIN_CONNECTION,
        position: { feeder: feeder ?? '', transformer: '' },
        member: memberNumber(at),
        source: 'provider',
        key: this.#officer.signer.publicKey,
        importLimitW: STUDY_CONNECTION_W,
        exportLimitW: STUDY_CONNECTION_W,
        renewable: 'yes',
      }),
    );
    for (let from = 0; from < registrations.length; from += METERS_PER_TRANSACTION) {
      await this.#officially(registrations.slice(from, from + METERS_PER_TRANSACTION));
    }
  }

  async #officially(actions: readonly Action[]): Promise<void> {
    const answer = this.#engine.submit(this.#officer.sign(actions, this.#clock.nowMs()));
    const [done] = await Promise.all([answer, this.#engine.flush()]);
    const isTaken =
      done.status === 'committed' &&
      done.refusal === undefined &&
      done.actions.every((one) => one === undefined);
    if (!isTaken)
      throw new Error(`ledger: expected the officer's word to be taken, got ${told(done)}`);
  }

  #countBlock(height: number, timeMs: number, transactions: number, bytes: number): void {
    if (this.#lastBlockMs !== undefined) this.#intervalsMs.push(timeMs - this.#lastBlockMs);
    this.#lastBlockMs = timeMs;
    this.#blocks++;
    this.#transactions += transactions;
    this.#bytes += bytes;
    const time = new Date(timeMs).toISOString();
    this.#options.sink.write('network', [height, time, transactions, bytes]);
  }
}

function memberNumber(at: number): number {
  return OFFICER + 1 + at;
}

function secretOf(at: number): Uint8Array {
  return sha256(asciiBytes(`study secret of ${at}`));
}

function told(answer: unknown): string {
  return JSON.stringify(answer, (_key, value: unknown) =>
    typeof value === 'bigint' || value instanceof Uint8Array ? String(value) : value,
  );
}
