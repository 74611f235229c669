/**
 * What every mechanism has in common, so that a market can name one, a ledger can pin its version,
 * a command and a lab can run it, and one suite of laws can be run over all of them.
 */

import type { Energy, Money, Price } from '@commonwatt/units';
import type { Field, Values, ValuesRefusal } from './field.ts';
import type { Negotiation, NegotiationRefusal, NegotiationTerms } from './negotiation.ts';
import type { Lots, Order } from './order.ts';
import type { PriceInterval } from './price-rule.ts';
import type { Candidate, LinearProblem } from './solver.ts';

/** What an auction promises. Each name has its law in properties.ts. */
export type Property =
  /** What buyers pay is what sellers receive, to the unit, for each trade and in all. */
  | 'budget_balance'
  /** What all members pay sums to zero, whatever the single trades say. */
  | 'strong_budget_balance'
  /** What all members pay sums to zero or more: the market maker never adds money. */
  | 'weak_budget_balance'
  /** Nobody pays more, or is paid less, than the own limits are worth for the energy got. */
  | 'individual_rationality'
  /** No member with one order gains by stating another limit, whatever the others state. */
  | 'truthful'
  /** The trades are worth the most that trades within the limits can be worth. */
  | 'efficient'
  /** While a better limit of the same side is left with energy, a worse one gets none. */
  | 'merit_order'
  /** A bid and an ask that meet and have nobody beside them trade at the middle of their limits, rounded down. */
  | 'gap_shared'
  /** All trades of the call have one price. */
  | 'one_price'
  /** Times c the energy, the same price, c times the volume, every fill less than c + 1 Wh from c times the fill. */
  | 'scale'
  /** A constant added to every limit is added to the price, and changes nothing else. */
  | 'shift'
  /** The same orders in any order of arrival give the same outcome, lists included. */
  | 'order_independence'
  /** No order gets more than it asked for, and no fill is empty. */
  | 'no_overfill'
  /** Bought, sold and traded energy agree; every order is its fill and its unmatched rest. */
  | 'conservation'
  /** No trade has one member on both sides. */
  | 'no_self_trade'
  /**
   * Payments are what the trades say where they have prices; surplus is the sum of the payments,
   * welfare the value of the trades by the limits; the price lies in its interval.
   */
  | 'accounts';

/** What every auction keeps, promised or not. */
export const AUCTION_DUTIES: readonly Property[] = [
  'order_independence',
  'no_overfill',
  'conservation',
  'no_self_trade',
  'accounts',
];

/** What a rule of sharing promises. Each name has its law in sharing-properties.ts. */
export type SharingProperty =
  /** What members pay is what the community pays outside, to the unit: nothing is left over. */
  | 'budget_balance'
  /** The same orders in any order of arrival give the same shares, list included. */
  | 'order_independence'
  /** Every member of the orders has one share, and nobody else. */
  | 'members_once';

export const SHARING_DUTIES: readonly SharingProperty[] = ['order_independence', 'members_once'];

/** An extra file: one row per line, its columns declared as fields. */
export type TableDeclaration = {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly Field[];
  readonly required?: boolean;
};

/** What a registry line says of a rule, whatever its kind. */
export type MechanismLine = {
  readonly name: string;
  /** Rules never change under a version: a new rule is a new line, and the old one stays callable. */
  readonly version: number;
  /** Author, year, section. */
  readonly source: string;
  readonly rule: string;
  /** How equals are told apart. */
  readonly ties: string;
  /** What theory says of it beside the properties tested: what holds on which conditions, what does not. */
  readonly holds?: string;
  readonly settings: readonly Field[];
  /** Whether limits are not read: an order's price may then be left empty. */
  readonly ignoresPrice?: boolean;
  /** Further columns of an order. `time` and `zone` are fields of Order itself, all others its extra. */
  readonly columns?: readonly Field[];
  readonly tables?: readonly TableDeclaration[];
};

export type Call = {
  readonly orders: readonly Order[];
  readonly lots: Lots;
  readonly settings: Values;
  /** Rows of the extra tables, by the table's name. */
  readonly tables?: Readonly<Record<string, readonly Values[]>> | undefined;
  /** A solver's answer to the mechanism's `problem`. */
  readonly candidate?: Candidate | undefined;
};

export type Trade = {
  /** Order ids and the members behind them. */
  readonly bid: string;
  readonly ask: string;
  readonly buyer: string;
  readonly seller: string;
  readonly energy: Energy;
  /** Null where only the payment of a whole member is defined. */
  readonly buyerPrice: Price | null;
  readonly sellerPrice: Price | null;
};

/** Energy of an order that found no counterpart. */
export type Unmatched = { readonly id: string; readonly energy: Energy };

/** Further facts of an outcome, printed as they are: bigints as decimal text. */
export type Detail =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Detail[]
  | { readonly [name: string]: Detail };

/** What every auction ends in. A mechanism may tell more. */
export type Clearing = {
  /** The price of the call where there is one price for all; null where there is none. */
  readonly price: Price | null;
  /** Every price that clears the same trades; null where there is no such price. */
  readonly priceInterval: PriceInterval | null;
  readonly volume: Energy;
  readonly trades: readonly Trade[];
  /** By order id, for orders that got anything. */
  readonly fills: ReadonlyMap<string, Energy>;
  readonly unmatched: readonly Unmatched[];
  /** By member: what it pays, less what it is paid. Below zero when it receives. */
  readonly payments: ReadonlyMap<string, Money>;
  /** What the trades are worth by the limits: buyers' value less sellers' cost. */
  readonly welfare: Money;
  /** What is left with the market maker: the sum of the payments. */
  readonly surplus: Money;
  readonly details?: { readonly [name: string]: Detail };
};

/** One member's part of a community's energy and money. */
export type Share = {
  readonly member: string;
  /** Wh got from the community; below zero when given to it. */
  readonly energy: bigint;
  /** What it pays in all; below zero when it receives. */
  readonly money: Money;
};

export type Shares = {
  /** By member name, in the order of code units. */
  readonly shares: readonly Share[];
  /** Wh that the community as a whole takes from outside; below zero when it feeds in. */
  readonly residual: bigint;
  /** What members pay in all, less what the community pays outside. */
  readonly surplus: Money;
  /** Wh that stay within the community. */
  readonly volume: Energy;
  readonly details?: { readonly [name: string]: Detail };
};

/** Why a call cannot be cleared: a code, and the facts under their own names. */
export type CallRefusal = { readonly code: string };

type CallMechanism = MechanismLine & {
  /** The first fault of a call: settings, columns, tables, orders, what hangs together. */
  refuse(call: Call): CallRefusal | undefined;
  /** The problem whose candidate solution it wants as `call.candidate`; none for most. */
  readonly problem?: (call: Call) => LinearProblem;
};

/** Orders in, trades out. */
export type AuctionMechanism = CallMechanism & {
  readonly kind: 'auction';
  readonly properties: readonly Property[];
  /** @throws RangeError when `refuse` refuses: ask it first. */
  clear(call: Call): Clearing;
};

/** Energies in, each member's part of energy and money out. */
export type SharingMechanism = CallMechanism & {
  readonly kind: 'sharing';
  readonly properties: readonly SharingProperty[];
  /** @throws RangeError when `refuse` refuses: ask it first. */
  share(call: Call): Shares;
};

/** Two parties, in rounds. */
export type NegotiationMechanism = MechanismLine & {
  readonly kind: 'negotiation';
  refuse(terms: NegotiationTerms): NegotiationRefusal | undefined;
  /** @throws RangeError when `refuse` refuses: ask it first. */
  negotiate(terms: NegotiationTerms): Negotiation;
};

export type Mechanism = AuctionMechanism | SharingMechanism | NegotiationMechanism;

export type InputsRefusal =
  | ValuesRefusal
  | { readonly code: 'column_missing'; readonly id: string; readonly column: string }
  | { readonly code: 'column_refused'; readonly id: string; readonly fault: ValuesRefusal }
  | { readonly code: 'table_missing'; readonly table: string }
  | {
      readonly code: 'table_refused';
      readonly table: string;
      readonly row: number;
      readonly fault: ValuesRefusal;
    };
