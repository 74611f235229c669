/** What is shouted in a slot and what became of it, in columns: an order is a row. */

import type { LedgerResult } from './results.ts';

export interface SlotBook {
  readonly slot: number;
  readonly startMs: number;
  /** By order: the member's index, and true for a bid. */
  readonly members: readonly number[];
  readonly isBid: readonly boolean[];
  readonly energiesWh: readonly number[];
  /** Shouted, and true, in nano-EUR per Wh. */
  readonly prices: readonly number[];
  readonly limits: readonly number[];
}

export interface SlotTrade {
  /** Orders by their row. */
  readonly bid: number;
  readonly ask: number;
  /** Where the ask stands in the book of another slot: its row is of that one. */
  readonly askElsewhere?: { readonly id: string; readonly member: number };
  readonly energyWh: number;
  readonly buyerPrice: number | null;
  readonly sellerPrice: number | null;
  /** Breaks ties of delivery; lower-case hex. */
  readonly lot: string;
}

export interface SlotClearing {
  readonly price: number | null;
  readonly priceLow: number | null;
  readonly priceHigh: number | null;
  /** By order. */
  readonly filledWh: readonly number[];
  /** By order: what its member pays the market for it; below zero what it receives. */
  readonly payments: readonly number[];
  /** Empty where the rule pairs nobody or nobody wants to know. */
  readonly trades: readonly SlotTrade[];
  /** Seed of the lots. */
  readonly lotSeed: string;
  /** By order its id, where it is not the plain one. */
  readonly ids?: readonly string[];
  /** By order when it came, where the rule was told. */
  readonly times?: readonly number[];
}

/** Whoever clears slots: a mechanism alone, or the contracts over a ledger. */
export interface Exchange {
  clear(book: SlotBook): SlotClearing | Promise<SlotClearing>;
  /** Told what was metered in a slot after it was cleared: by member taken, below zero given. */
  meter?(slot: number, netsWh: Int32Array): void | Promise<void>;
  /** The end of the run. Told what each member should have paid the market. */
  close?(marketMoney: readonly number[]): LedgerResult | Promise<LedgerResult>;
}

/** A member's battery as a market of days is told it. */
export interface LentBattery {
  readonly member: number;
  readonly name: string;
  readonly capacityWh: number;
  readonly powerWh: number;
}

/** Whoever clears a whole day in one call, and says what the batteries of its members do. */
export interface DayExchange {
  clearDay(books: readonly SlotBook[], batteries: readonly LentBattery[]): DayClearing;
}

export interface DayClearing {
  /** By book. A trade stands with its bid. */
  readonly clearings: readonly SlotClearing[];
  /** By battery, then by book: Wh put in; below zero taken out. */
  readonly flowsWh: readonly (readonly number[])[];
  /** What the mechanism told besides, as name=value. */
  readonly told: string;
}

/** The name of an order: a member has one on each side of a slot. */
export function orderName(member: string, isBid: boolean): string {
  return `${member}/${isBid ? 'buy' : 'sell'}`;
}
