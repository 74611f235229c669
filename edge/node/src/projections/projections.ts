/**
 * What the node remembers of the blocks so that questions are answered without reading them all:
 * where a transaction stands, which slots were cleared at what price, which trades a member has.
 * Everything here is derived from the ledger and built again when the node starts.
 */

import {
  ACTION,
  type Cleared,
  cleared,
  commitReadingsCodec,
  keys,
  memberChanged,
  memberSettled,
  posted,
  priceOf,
  runSettled,
  type Stage,
  type Trade,
  type Traded,
  traded,
} from '@commonwatt/contracts';
import { type Crypto, decode, type Ledger, toHex } from '@commonwatt/ledger';
import {
  addEnergy,
  addMoney,
  cost,
  divideDown,
  type Energy,
  type Money,
  money,
  type Price,
  price,
} from '@commonwatt/units';
import { eventValue, type ReadBlock, readBlock } from './block-reader.ts';
import { OrderLimits, type TradeLimits } from './order-limits.ts';

/** Where something stands: the block, and the position under its transactions or receipts root. */
export interface Place {
  readonly height: number;
  readonly index: number;
}

export interface TransactionEntry extends Place {
  readonly timeMs: number;
}

export interface ClearingEntry extends Place {
  readonly market: number;
  readonly slotMs: number;
  /** The one price of the call; where trades have prices of their own, the buyers’ mean by energy, rounded down. */
  price: Price | undefined;
  /** What sellers get: the same, but for rules that give a trade two prices. */
  sellerPrice: Price | undefined;
  readonly hasOnePrice: boolean;
  readonly volume: Energy;
  readonly offered: Energy;
  readonly requested: Energy;
  trades: number;
  /** What its trades come to for their buyers, and for their sellers. */
  value: Money;
  sellerValue: Money;
}

export interface TradeEntry extends Place {
  readonly id: Uint8Array;
  readonly terms: Trade;
  /** The limits that met in the call; nothing where the trade was negotiated. */
  readonly limits: TradeLimits | undefined;
}

/** What was traded for the slots of one UTC day. */
export interface DayTotals {
  readonly energy: Energy;
  readonly value: Money;
}

export interface PostingEntry extends Place {
  readonly timeMs: number;
  readonly member: number;
  readonly reason: string;
  readonly amount: Money;
}

export interface SettledEntry extends Place {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly runHash: Uint8Array;
  /** 0 for the period's first run, rising with each that adjusts it. */
  readonly sequence: number;
  /** The trades' part, and what beside them the run comes to: whole, not the change. */
  readonly amount: Money;
  readonly charge: Money;
  readonly linesRoot: Uint8Array;
  readonly slotLinesRoot: Uint8Array;
  readonly energyCommitment: Uint8Array;
}

/** Where a meter's readings of a period were committed to, and the root over them. */
export interface CommitmentEntry extends Place {
  readonly actionIndex: number;
  readonly root: Uint8Array;
}

export interface RunEntry extends Place {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly runHash: Uint8Array;
  readonly stage: Stage;
  /** Sums over the run's slots. */
  readonly delivered: bigint;
  readonly imported: bigint;
}

export const DAY_MS = 86_400_000;

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

const NOTHING: readonly never[] = [];

export class Projections {
  readonly #ledger: Ledger;
  readonly #crypto: Crypto;
  readonly #transactions = new Map<string, Place>();
  readonly #transactionsOfMember = new Map<number, TransactionEntry[]>();
  readonly #trades = new Map<string, TradeEntry>();
  readonly #tradesOfSlot = new Map<number, TradeEntry[]>();
  readonly #tradesOfMember = new Map<number, TradeEntry[]>();
  readonly #clearings = new Map<string, ClearingEntry>();
  readonly #clearingsOfMarket = new Map<number, ClearingEntry[]>();
  readonly #changesOfMember = new Map<number, Place[]>();
  readonly #postingsOfMember = new Map<number, PostingEntry[]>();
  readonly #settledOfMember = new Map<number, SettledEntry[]>();
  readonly #runs: RunEntry[] = [];
  readonly #stages = new Map<string, Stage>();
  readonly #commitments = new Map<string, CommitmentEntry[]>();
  readonly #days = new Map<number, DayTotals>();
  readonly #limits: OrderLimits;
  readonly #blockListeners = new Set<(block: ReadBlock) => void>();

  constructor(ledger: Ledger, crypto: Crypto) {
    this.#ledger = ledger;
    this.#crypto = crypto;
    this.#limits = new OrderLimits(crypto);
  }

  /** Reads every committed block once. */
  rebuild(): void {
    const height = this.#ledger.head?.height;
    if (height === undefined) return;
    for (let at = 0; at <= height; at++) this.#take(this.block(at) as ReadBlock);
  }

  /** A committed block; nothing above the head. */
  block(height: number): ReadBlock | undefined {
    const record = this.#ledger.record(height);
    return record && readBlock(this.#crypto, record);
  }

  /** Takes up the block that was just committed and tells the listeners. */
  follow(height: number): void {
    const block = this.block(height);
    if (block === undefined) throw new Error(`projections: no block at height ${height}`);
    this.#take(block);
    for (const listener of this.#blockListeners) listener(block);
  }

  onBlock(listener: (block: ReadBlock) => void): () => void {
    this.#blockListeners.add(listener);
    return () => this.#blockListeners.delete(listener);
  }

  #take(block: ReadBlock): void {
    const { height, timeMs } = block.header;
    const owners = block.transactions.map(({ envelope: { sender, onBehalfOf } }) => {
      return onBehalfOf ?? this.#ledger.state.get(keys, sender)?.member;
    });
    block.transactions.forEach((transaction, index) => {
      this.#transactions.set(toHex(transaction.id), { height, index });
      const owner = owners[index];
      if (owner !== undefined) append(this.#transactionsOfMember, owner, { height, index, timeMs });
      this.#takeCommitments(block, index);
    });
    for (const event of block.events) {
      const place = { height, index: event.leafIndex };
      this.#takeClearing(place, eventValue(event, cleared));
      this.#takeTrade(place, eventValue(event, traded));
      this.#takeSettlement(place, block, event);
      const change = eventValue(event, memberChanged);
      if (change !== undefined) append(this.#changesOfMember, change.member, place);
    }
    // Clearings come before a block's transactions: its own orders meet in later blocks.
    for (const event of block.events) {
      const clearing = eventValue(event, cleared);
      if (clearing !== undefined) this.#limits.forget(clearing.market, clearing.slotMs);
    }
    this.#limits.take(block, (index) => owners[index]);
  }

  #takeCommitments({ header, transactions, receipts }: ReadBlock, index: number): void {
    const receipt = receipts[index];
    if (receipt?.code !== 0) return;
    transactions[index]?.actions.forEach(({ type, body }, actionIndex) => {
      if (type !== ACTION.commitReadings || receipt.actions[actionIndex] !== 0) return;
      const { periodFromMs, roots } = decode(commitReadingsCodec, body, 'commitReadings');
      for (const { meter, root } of roots) {
        const entry = { height: header.height, index, actionIndex, root };
        append(this.#commitments, `${periodFromMs}/${meter}`, entry);
      }
    });
  }

  #takeClearing(place: Place, value: Cleared | undefined): void {
    if (value === undefined) return;
    const sum = (side: 'buy' | 'sell') =>
      value.lines.reduce((wh, line) => (line.side === side ? wh + line.energy : wh), 0n) as Energy;
    const entry: ClearingEntry = {
      ...place,
      market: value.market,
      slotMs: value.slotMs,
      price: value.price,
      sellerPrice: value.price,
      hasOnePrice: value.price !== undefined,
      volume: value.volume,
      offered: sum('sell'),
      requested: sum('buy'),
      trades: 0,
      value: money(0n),
      sellerValue: money(0n),
    };
    this.#clearings.set(`${value.market}/${value.slotMs}`, entry);
    append(this.#clearingsOfMarket, value.market, entry);
  }

  #takeTrade(place: Place, value: Traded | undefined): void {
    if (value === undefined) return;
    const { trade: id, terms } = value;
    const entry: TradeEntry = { ...place, id, terms, limits: this.#limits.of(value) };
    const dayMs = terms.slotMs - (terms.slotMs % DAY_MS);
    const day = this.totalsOfDay(dayMs);
    this.#days.set(dayMs, {
      energy: addEnergy(day.energy, terms.energy),
      value: addMoney(day.value, cost(terms.energy, terms.price)),
    });
    this.#trades.set(toHex(value.trade), entry);
    append(this.#tradesOfSlot, terms.slotMs, entry);
    append(this.#tradesOfMember, value.terms.seller, entry);
    append(this.#tradesOfMember, value.terms.buyer, entry);
    const clearing = this.#clearings.get(`${value.terms.market}/${value.terms.slotMs}`);
    if (clearing === undefined) return;
    clearing.trades++;
    const sold = cost(terms.energy, priceOf(terms, 'sell'));
    clearing.value = addMoney(clearing.value, cost(terms.energy, terms.price));
    clearing.sellerValue = addMoney(clearing.sellerValue, sold);
    if (!clearing.hasOnePrice) {
      clearing.price = price(divideDown(clearing.value, clearing.volume));
      clearing.sellerPrice = price(divideDown(clearing.sellerValue, clearing.volume));
    }
  }

  #takeSettlement(place: Place, block: ReadBlock, event: ReadBlock['events'][number]): void {
    const money = eventValue(event, posted);
    if (money !== undefined) {
      append(this.#postingsOfMember, money.member, {
        ...place,
        timeMs: block.header.timeMs,
        member: money.member,
        reason: money.reason,
        amount: money.amount,
      });
    }
    const settled = eventValue(event, memberSettled);
    if (settled !== undefined)
      append(this.#settledOfMember, settled.member, { ...place, ...settled });
    const run = eventValue(event, runSettled);
    if (run !== undefined) {
      this.#stages.set(toHex(run.runHash), run.stage);
      this.#runs.push({
        ...place,
        periodFromMs: run.periodFromMs,
        periodUntilMs: run.periodUntilMs,
        runHash: run.runHash,
        stage: run.stage,
        delivered: run.slotTotals.reduce((wh, total) => wh + total.delivered, 0n),
        imported: run.slotTotals.reduce((wh, total) => wh + total.imported, 0n),
      });
    }
  }

  transaction(id: string): Place | undefined {
    return this.#transactions.get(id);
  }
  transactionsOf(member: number): readonly TransactionEntry[] {
    return this.#transactionsOfMember.get(member) ?? NOTHING;
  }
  trade(id: string): TradeEntry | undefined {
    return this.#trades.get(id);
  }
  /** Of the slots that begin in a span, settled or not, slot by slot. */
  tradesIn(fromMs: number, untilMs: number): readonly TradeEntry[] {
    return [...this.#tradesOfSlot]
      .filter(([slotMs]) => slotMs >= fromMs && slotMs < untilMs)
      .sort(([a], [b]) => a - b)
      .flatMap(([, ofSlot]) => ofSlot);
  }

  /** Those of one market, in the order of the ledger. */
  tradesOfSlot(market: number, slotMs: number): readonly TradeEntry[] {
    return (this.#tradesOfSlot.get(slotMs) ?? NOTHING).filter(
      ({ terms }) => terms.market === market,
    );
  }

  /** Oldest first. */
  tradesOf(member: number): readonly TradeEntry[] {
    return this.#tradesOfMember.get(member) ?? NOTHING;
  }
  /** The last one up to a block: what a run that took effect in it was computed from. */
  commitment(periodFromMs: number, meter: number, height: number): CommitmentEntry | undefined {
    const known = this.#commitments.get(`${periodFromMs}/${meter}`);
    return known?.findLast((one) => one.height <= height);
  }
  clearing(market: number, slotMs: number): ClearingEntry | undefined {
    return this.#clearings.get(`${market}/${slotMs}`);
  }
  /** Oldest first. */
  clearingsOf(market: number): readonly ClearingEntry[] {
    return this.#clearingsOfMarket.get(market) ?? NOTHING;
  }
  /** Where the member was enrolled, amended, or got another key. */
  changesOf(member: number): readonly Place[] {
    return this.#changesOfMember.get(member) ?? NOTHING;
  }
  postingsOf(member: number): readonly PostingEntry[] {
    return this.#postingsOfMember.get(member) ?? NOTHING;
  }
  settledOf(member: number): readonly SettledEntry[] {
    return this.#settledOfMember.get(member) ?? NOTHING;
  }
  /** @throws Error for a run that never took effect. */
  stageOf(runHash: Uint8Array): Stage {
    const stage = this.#stages.get(toHex(runHash));
    if (stage === undefined) throw new Error(`projections: no run ${toHex(runHash)} took effect`);
    return stage;
  }
  /** What was traded for the slots of the UTC day that begins at `dayMs`. */
  totalsOfDay(dayMs: number): DayTotals {
    return this.#days.get(dayMs) ?? { energy: 0n as Energy, value: 0n as Money };
  }
  /** Oldest first. */
  get runs(): readonly RunEntry[] {
    return this.#runs;
  }
}
