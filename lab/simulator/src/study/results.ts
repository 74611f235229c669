/**
 * What a run comes to. Energy is whole Wh, prices nano-EUR per Wh (0.001 EUR/MWh), money nano-EUR; all are safe
 * integers, for a member's year stays far below 2^53. Sums over many members are bigint.
 */

/** One slot, all members together. */
export interface SlotResult {
  readonly startMs: number;
  /** Of the members' plants, and what they use in all, batteries aside. */
  readonly loadWh: number;
  readonly generationWh: number;
  /** What the orders of each side ask for and offer. */
  readonly bidWh: number;
  readonly askWh: number;
  readonly bidOrders: number;
  readonly askOrders: number;
  readonly unmatchedOrders: number;
  readonly tradedWh: number;
  /** Null where the mechanism has no one price, or nothing was traded. */
  readonly price: number | null;
  readonly priceLow: number | null;
  readonly priceHigh: number | null;
  /** What buyers paid for a traded Wh on average, rounded down; null where nothing was traded. */
  readonly meanPrice: number | null;
  /** Best limits that were shouted. */
  readonly bestBid: number | null;
  readonly bestAsk: number | null;
  /** The middle of the prices that balance the members' true limits; null where those do not cross. */
  readonly equilibriumPrice: number | null;
  /** Worth of the trades by the members' true limits, and the most that trades can be worth by them. */
  readonly welfare: number;
  readonly optimumWelfare: number;
  /** What stays with the market maker: payments summed. */
  readonly surplus: number;
  /** What members in all take from the supplier, and feed in. */
  readonly importWh: number;
  readonly exportWh: number;
  /** What all members pay in all, what they would with the supplier alone, and under equal static sharing. */
  readonly bill: number;
  readonly supplierOnlyBill: number;
  readonly staticSharingBill: number;
  /** The most that crosses one feeder beyond its limit; 0 where none is exceeded. */
  readonly feederExcessWh: number;
}

/** One member over the whole run. What it pays is above zero, what it receives below. */
export interface MemberResult {
  readonly name: string;
  readonly feeder: string | null;
  /** Of the household, where the scenario says it. */
  readonly incomeEurPerMonth?: number;
  readonly loadWh: number;
  readonly generationWh: number;
  /** Own generation that went into the own load, through the own battery included. */
  readonly selfConsumedWh: number;
  readonly boughtWh: number;
  readonly soldWh: number;
  /** From and to the supplier. */
  readonly importWh: number;
  readonly exportWh: number;
  readonly batteryChargedWh: number;
  readonly batteryDischargedWh: number;
  readonly batteryLossWh: number;
  /** What an electric vehicle or a heat pump should have had and did not get. */
  readonly unmetWh: number;
  readonly marketMoney: number;
  readonly supplyMoney: number;
  readonly feeMoney: number;
  /** marketMoney + supplyMoney + feeMoney. */
  readonly bill: number;
  /** The same energy with the supplier alone. */
  readonly supplierOnlyBill: number;
  /** The same energy under equal static sharing: the best simple rule to compare with. */
  readonly staticSharingBill: number;
  /** What the trades were worth by the member's true limits, less what they cost it: above zero a gain. */
  readonly gain: number;
  /** The part of the gain that its bids brought. */
  readonly buyerGain: number;
  /** Its part of what the members save together, by Shapley. */
  readonly shapleySaving: number;
  /** Slots in which it wanted to trade, and in which it traded. */
  readonly slotsWanted: number;
  readonly slotsTraded: number;
  /** Largest energy of a slot from and to the outside of the member, and the same without battery and market. */
  readonly peakImportWh: number;
  readonly peakExportWh: number;
}

/** How much one member could have gained in one slot by stating another limit, at most over those tried. */
export interface MisreportSample {
  readonly startMs: number;
  readonly member: string;
  readonly gain: number;
}

/** What the ledger did, where there was one. */
export interface LedgerResult {
  readonly blocks: number;
  readonly transactions: number;
  readonly bytes: number;
  /** Virtual ms from a block to the next, in order. */
  readonly blockIntervalsMs: readonly number[];
  /** Virtual ms from the close of a slot's gate to the block that holds its trades, in order. */
  readonly finalityMs: readonly number[];
}

export interface RunResult {
  /** The first 16 hex digits of SHA-256 over the resolved scenario. */
  readonly run: string;
  readonly scenario: string;
  readonly mechanism: string;
  readonly seed: number;
  /** The path and value of each swept key, in the order of the sweep. */
  readonly point: Readonly<Record<string, string | number | boolean>>;
  readonly slotMs: number;
  readonly zone: string;
  readonly slots: readonly SlotResult[];
  readonly members: readonly MemberResult[];
  readonly misreports: readonly MisreportSample[];
  readonly ledger: LedgerResult | null;
}
