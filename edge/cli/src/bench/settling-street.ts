/**
 * A street whose trades are settled: homes with meters that sell to each other by the quarter hour, on
 * the contracts that a node runs. One of the homes also holds the offices that settling needs.
 */

import { OneThreadCrypto, sha256 } from '@commonwatt/consensus';
import {
  ACTION,
  type ComputedRun,
  commitmentsOfPeriod,
  commitReadingsCodec,
  computeRun,
  eventTypes,
  meters,
  openTradesOf,
  type Period,
  PLAIN_CONNECTION,
  PROVIDER_MEASURED,
  proposeRunCodec,
  type Reading,
  ROLE,
  type RunSettled,
  readingSalt,
  readingsRootOf,
  registerMeterCodec,
  requestCodec,
  runSettled,
  SETTLEMENT,
  shareCodec,
} from '@commonwatt/contracts';
import {
  type Action,
  activeVersion,
  type BlockOutcome,
  type Crypto,
  decode,
  encode,
  type Storage,
} from '@commonwatt/ledger';
import { energy, power, price, QUARTER_HOUR_MS } from '@commonwatt/units';
import { GATE_LEAD_MS, MARKET, TRADING_FROM_MS, Trading, TradingLedger } from './trading.ts';

/** A ledger can begin with so many members. */
export const HOMES = 1000;
/** So much is on offer and asked for; drawn from a home's number and slot, so that sums differ. */
const ENERGY_LEAST_WH = 500n;
const ENERGY_SPAN_WH = 499;
/** Of a hundred homes, so many deliver or take less than they traded. */
const SHORT_OF_HUNDRED = 20;
const OFFICES = ROLE.registrar | ROLE.operator | ROLE.provider | ROLE.checker;
const CONNECTION_W = power(1_000_000n);

/** What a settlement service hashes by. */
const CRYPTO = new OneThreadCrypto();

export class SettlingStreet {
  readonly #trading: Trading;
  readonly #ledger: TradingLedger;
  readonly #readings = new Map<number, Reading[]>();

  private constructor(trading: Trading, ledger: TradingLedger) {
    this.#trading = trading;
    this.#ledger = ledger;
  }

  static async begin(
    world: { readonly crypto: Crypto; readonly storage: Storage },
    homes: number = HOMES,
  ): Promise<SettlingStreet> {
    const trading = new Trading({
      members: homes,
      checkpointBlocks: 1_000_000,
      offices: OFFICES,
    });
    const street = new SettlingStreet(trading, await TradingLedger.begin(trading, world));
    await street.#registerMeters();
    return street;
  }

  /** The homes trade in consecutive slots from a number on, and their meters are read. */
  async trade(firstSlot: number, slots: number): Promise<void> {
    const numbers = Array.from({ length: slots }, (_, at) => firstSlot + at);
    const fromMs = this.#nowMs();
    const orders = Array.from({ length: this.#trading.signers.length }, (_, home) =>
      this.#trading.signActions(
        home,
        numbers.map((slot) => orderOf(home, slot)),
        fromMs,
      ),
    );
    await this.#ledger.takenBlock(orders);
    for (const slot of numbers) await this.#ledger.block([], startOf(slot) - GATE_LEAD_MS);
    await this.#ledger.block([], startOf(firstSlot + slots));
  }

  /** Reads every meter over consecutive slots and commits to what it counted. */
  async read(firstSlot: number, slots: number): Promise<Period> {
    const period = periodOf(firstSlot, slots);
    const metered = this.#metered(period);
    const roots = Array.from({ length: this.#trading.signers.length }, (_, home) => {
      const meter = home + 1;
      const readings = Array.from({ length: slots }, (_one, at) =>
        this.#reading(meter, startOf(firstSlot + at), metered),
      );
      this.#readings.set(meter, readings);
      return { meter, root: readingsRootOf(CRYPTO, readings) };
    });
    const body = encode(commitReadingsCodec, { ...period, roots });
    await this.#ledger.takenBlock([this.#officer({ type: ACTION.commitReadings, body })]);
    return period;
  }

  /** What the settlement service does off the ledger. */
  compute(period: Period): ComputedRun {
    const { state, head } = this.#ledger.ledger;
    const members = Array.from({ length: this.#trading.signers.length }, (_, home) => home + 1);
    return computeRun(CRYPTO, {
      ...period,
      version: activeVersion(state, SETTLEMENT, (head?.height ?? 0) + 1),
      slotLengthMs: QUARTER_HOUR_MS,
      trades: openTradesOf(state, period),
      readings: this.#readings,
      meters: new Map(state.entries(meters)),
      secrets: new Map(members.map((member) => [member, secretOf(member)])),
      commitments: state.group(commitmentsOfPeriod, `${period.periodFromMs}`),
    });
  }

  readingsOf(meter: number): readonly Reading[] {
    return this.#readings.get(meter) ?? [];
  }

  /** The signed proposal of a run, which takes effect at once: its sender is the only checker. */
  proposal({ run }: ComputedRun): Uint8Array {
    return this.#officer({ type: ACTION.proposeRun, body: encode(proposeRunCodec, { run }) });
  }

  /** One block with one run, durable when this resolves. `expectSettled` says what came of it. */
  settle(proposal: Uint8Array): Promise<BlockOutcome> {
    return this.#ledger.block([proposal]);
  }

  #nowMs(): number {
    return this.#ledger.ledger.info().timeMs ?? TRADING_FROM_MS;
  }

  #officer(...actions: readonly Action[]): Uint8Array {
    return this.#trading.signActions(0, actions, this.#nowMs());
  }

  async #registerMeters(): Promise<void> {
    const key = this.#trading.signers[0]?.publicKey;
    if (key === undefined) throw new Error('bench: expected an officer');
    const actions = Array.from({ length: this.#trading.signers.length }, (_, home) => ({
      type: ACTION.registerMeter,
      body: encode(registerMeterCodec, {
        ...PLAIN_CONNECTION,
        member: home + 1,
        source: 'provider',
        key,
        importLimitW: CONNECTION_W,
        exportLimitW: CONNECTION_W,
        renewable: 'yes',
      }),
    }));
    await this.#ledger.takenBlock([this.#officer(...actions)]);
  }

  /** By slot, member and side: what was traded, and of some homes a part of it. */
  #metered(period: Period): ReadonlyMap<string, bigint> {
    const traded = new Map<string, bigint>();
    for (const [, trade] of openTradesOf(this.#ledger.ledger.state, period)) {
      for (const side of ['seller', 'buyer'] as const) {
        const key = `${trade.slotMs}/${trade[side]}/${side}`;
        traded.set(key, (traded.get(key) ?? 0n) + trade.energy);
      }
    }
    return traded;
  }

  #reading(meter: number, slotMs: number, metered: ReadonlyMap<string, bigint>): Reading {
    const slot = slotMs / QUARTER_HOUR_MS;
    const isShort = (meter * 31 + slot * 17) % 100 < SHORT_OF_HUNDRED;
    const counted = (side: 'seller' | 'buyer') => {
      const traded = metered.get(`${slotMs}/${meter}/${side}`) ?? 0n;
      return energy(isShort ? (traded * 9n) / 10n : traded + 7n);
    };
    return {
      meter,
      slotMs,
      imported: counted('buyer'),
      exported: counted('seller'),
      salt: readingSalt(sha256, secretOf(meter), { meter, slotMs }),
      ...PROVIDER_MEASURED,
    };
  }
}

export function startOf(slot: number): number {
  return TRADING_FROM_MS + slot * QUARTER_HOUR_MS;
}

function periodOf(firstSlot: number, slots: number): Period {
  return { periodFromMs: startOf(firstSlot), periodUntilMs: startOf(firstSlot + slots) };
}

/** Every home sells in one slot and buys in the next, and all limits meet. */
function orderOf(home: number, slot: number): Action {
  const drawn = BigInt((home * 7919 + slot * 104_729) % ENERGY_SPAN_WH);
  const order = { market: MARKET, slotMs: startOf(slot), energy: energy(ENERGY_LEAST_WH + drawn) };
  return (home + slot) % 2 === 0
    ? { type: ACTION.share, body: encode(shareCodec, { ...order, limit: price(100_000n) }) }
    : { type: ACTION.request, body: encode(requestCodec, { ...order, limit: price(200_000n) }) };
}

/** The secret from which a home's salts grow. Members are numbered as their meters are. */
function secretOf(member: number): Uint8Array {
  return sha256(Buffer.from(`commonwatt/bench/1\nsecret ${member}`, 'utf8'));
}

/** @throws Error unless the block's run took effect */
export function expectSettled({ receipts, events }: BlockOutcome): void {
  const [code] = receipts.map((one) => one.actions[0]);
  const settled = events.find(({ type }) => type === runSettled.type);
  if (code !== 0 || settled === undefined) {
    throw new Error(`bench: expected a run to take effect, got code ${code}`);
  }
  const codec = eventTypes.get(runSettled.type)?.codec ?? runSettled.codec;
  const { slotTotals } = decode(codec, settled.body, 'run settled') as RunSettled;
  if (slotTotals.every(({ delivered }) => delivered === 0n)) {
    throw new Error('bench: expected a run with energy');
  }
}
