/**
 * What every mechanism has in common, so that a market can name one, a ledger can pin its version,
 * and one suite of laws can be run over all of them.
 */

import type { Energy, Money, Price } from '@commonwatt/units';
import type { Negotiation, NegotiationRefusal, NegotiationTerms } from './negotiation.ts';
import type { Lots, Order } from './order.ts';

/** What a mechanism promises. Each name of a call's promise has its law in properties.ts. */
export type Property =
  /** What buyers pay is what sellers receive, to the unit, for each trade and in all. */
  | 'budget_balance'
  /** Nobody buys above the own limit or sells below it. */
  | 'individual_rationality'
  /** The same orders in any order of arrival give the same outcome, lists included. */
  | 'order_independence'
  /** No order gets more than it asked for, and no fill is empty. */
  | 'no_overfill'
  /** Bought, sold and traded energy agree; every order is its fill and its unmatched rest. */
  | 'conservation'
  /** No trade has one member on both sides. */
  | 'no_self_trade'
  /** All trades of the call have one price. */
  | 'one_price'
  /** Times c the energy, the same price, c times the volume, every fill less than c + 1 Wh from c times the fill. */
  | 'scale'
  /** A constant added to every limit is added to the price, and changes nothing else. */
  | 'shift';

/** A whole-number setting of a market, by name: what a ledger stores and an operator chooses. */
export type Settings = Readonly<Record<string, bigint>>;

export type SettingDeclaration = {
  readonly name: string;
  readonly meaning: string;
  readonly unit: 'one' | 'nano/Wh';
  readonly least: bigint;
  readonly most: bigint;
  /** The value when the market names none; undefined when the setting may be absent. */
  readonly fallback: bigint | undefined;
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
  readonly settings: readonly SettingDeclaration[];
};

export type Call = {
  readonly orders: readonly Order[];
  readonly lots: Lots;
  readonly settings: Settings;
};

export type Trade = {
  /** Order ids and the members behind them. */
  readonly bid: string;
  readonly ask: string;
  readonly buyer: string;
  readonly seller: string;
  readonly energy: Energy;
  readonly buyerPrice: Price;
  readonly sellerPrice: Price;
};

/** Energy of an order that found no counterpart. */
export type Unmatched = { readonly id: string; readonly energy: Energy };

/** What every call ends in. A mechanism may tell more. */
export type Clearing = {
  /** The price of the call where there is one price for all; null where there is none. */
  readonly price: Price | null;
  readonly volume: Energy;
  readonly trades: readonly Trade[];
  /** By order id, for orders that got anything. */
  readonly fills: ReadonlyMap<string, Energy>;
  readonly unmatched: readonly Unmatched[];
  /** By member: what it pays, less what it is paid. Below zero when it receives. */
  readonly payments: ReadonlyMap<string, Money>;
  /** What the trades are worth by the limits: buyers' value less sellers' cost. */
  readonly welfare: Money;
};

/** Why a call cannot be cleared: a code, and the facts under their own names. */
export type CallRefusal = { readonly code: string };

/** All orders of a slot at once. */
export type CallMechanism = MechanismLine & {
  readonly kind: 'call';
  readonly properties: readonly Property[];
  refuse(call: Call): CallRefusal | undefined;
  /** @throws RangeError when `refuse` refuses: ask it first. */
  clear(call: Call): Clearing;
};

/** Two parties, in rounds. */
export type NegotiationMechanism = MechanismLine & {
  readonly kind: 'negotiation';
  refuse(terms: NegotiationTerms): NegotiationRefusal | undefined;
  /** @throws RangeError when `refuse` refuses: ask it first. */
  negotiate(terms: NegotiationTerms): Negotiation;
};

export type Mechanism = CallMechanism | NegotiationMechanism;

export type SettingsRefusal =
  | { readonly code: 'setting_unknown'; readonly name: string }
  | {
      readonly code: 'setting_out_of_range';
      readonly name: string;
      readonly value: bigint;
      readonly least: bigint;
      readonly most: bigint;
    };

/** Checks settings against a line's declarations alone; `refuse` checks what hangs together. */
export function refuseSettings(
  { settings: declared }: MechanismLine,
  settings: Settings,
): SettingsRefusal | undefined {
  for (const [name, value] of Object.entries(settings)) {
    const declaration = declared.find((one) => one.name === name);
    if (declaration === undefined) return { code: 'setting_unknown', name };
    const { least, most } = declaration;
    if (value < least || value > most) {
      return { code: 'setting_out_of_range', name, value, least, most };
    }
  }
  return undefined;
}
