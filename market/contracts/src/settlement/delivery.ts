/**
 * Version 1 of the delivery rule: which part of each trade the meters confirm.
 *
 * 1. Slots of the shortest length come first, then by their start. What a shorter slot delivered is
 *    taken from the readings, the earliest first, before a longer slot that covers them is served:
 *    no Wh is delivered twice.
 * 2. In a slot, what a seller's meters exported goes to its trades of that slot: all of each where
 *    it suffices, else pro rata to the traded energy by largest remainder. What a buyer's meters
 *    imported likewise. Equal remainders go to the lowest lot: SHA-256 over the purpose, the period
 *    and the trade's id. A share is never above the traded energy.
 * 3. A trade's delivered energy is the lower of its two shares.
 *
 * The result does not depend on the order of trades or readings.
 */

import { asciiBytes, type Sha256, toHex, Writer } from '@commonwatt/ledger';
import { type Energy, energy, splitByLargestRemainder } from '@commonwatt/units';
import type { Side } from '../market/messages.ts';
import { sideNumber, type Trade } from '../market/state.ts';
import type { Period } from '../metering/period.ts';

export type TradeEntry = readonly [id: Uint8Array, trade: Trade];

/** What of one slot's readings is left, and what was served, by the number of a member's side. */
interface SlotEnergy {
  readonly left: Map<number, bigint>;
  readonly served: Map<number, bigint>;
}

/** The energy that members' meters counted per slot, of which slots are served in turn. */
export class MeteredEnergy {
  readonly #slotLengthMs: number;
  readonly #slots = new Map<number, SlotEnergy>();
  /** The slot that was named last: most are named many times in a row. */
  #lastMs = -1;
  #last: SlotEnergy = NOTHING_METERED;

  constructor(slotLengthMs: number) {
    this.#slotLengthMs = slotLengthMs;
  }

  /** Adds what one meter of a member counted on one side: a seller exports, a buyer imports. */
  add(member: number, side: Side, slotMs: number, counted: bigint): void {
    let slot = this.#slots.get(slotMs);
    if (slot === undefined) {
      slot = { left: new Map(), served: new Map() };
      this.#slots.set(slotMs, slot);
      this.#lastMs = -1;
    }
    addTo(slot.left, sideNumber(member, side), counted);
  }

  #at(slotMs: number): SlotEnergy {
    if (slotMs === this.#lastMs) return this.#last;
    this.#last = this.#slots.get(slotMs) ?? NOTHING_METERED;
    this.#lastMs = slotMs;
    return this.#last;
  }

  /** What is left of all readings between two instants. */
  left(member: number, side: Side, slot: TradedSlot): bigint {
    const number = sideNumber(member, side);
    let sum = 0n;
    for (let at = slot.slotMs; at < slot.slotMs + slot.slotLengthMs; at += this.#slotLengthMs) {
      sum += this.#at(at).left.get(number) ?? 0n;
    }
    return sum;
  }

  /** Takes delivered energy out, the earliest reading first. */
  serve(member: number, side: Side, slot: TradedSlot, delivered: bigint): void {
    const number = sideNumber(member, side);
    let missing = delivered;
    for (let at = slot.slotMs; at < slot.slotMs + slot.slotLengthMs; at += this.#slotLengthMs) {
      const energies = this.#at(at);
      const left = energies.left.get(number) ?? 0n;
      const taken = left < missing ? left : missing;
      if (taken === 0n) continue;
      energies.left.set(number, left - taken);
      addTo(energies.served, number, taken);
      missing -= taken;
    }
    if (missing !== 0n) throw new Error(`delivery: ${missing} Wh more delivered than metered`);
  }

  /** What of one slot's reading was delivered in trades. */
  served(member: number, side: Side, slotMs: number): bigint {
    return this.#at(slotMs).served.get(sideNumber(member, side)) ?? 0n;
  }

  /** The same as it is now, whatever is served later. */
  servedSoFar(): (member: number, side: Side, slotMs: number) => bigint {
    const slots = new Map(
      [...this.#slots].map(([slotMs, { served }]) => [slotMs, new Map(served)]),
    );
    return (member, side, slotMs) => slots.get(slotMs)?.get(sideNumber(member, side)) ?? 0n;
  }
}

const NOTHING_METERED: SlotEnergy = { left: new Map(), served: new Map() };

function addTo(sums: Map<number, bigint>, number: number, amount: bigint): void {
  sums.set(number, (sums.get(number) ?? 0n) + amount);
}

/** A slot as trades name it. */
export type TradedSlot = Pick<Trade, 'slotMs' | 'slotLengthMs'>;

/** What one trade comes to. */
export interface Delivery {
  readonly trade: TradeEntry;
  readonly delivered: Energy;
}

/** And which parts of either side's readings were its. */
export interface SharedDelivery extends Delivery {
  readonly sellerShare: Energy;
  readonly buyerShare: Energy;
}

/** Delivers every trade, and takes it out of `metered`. Deliveries come slot by slot. */
export function deliver(
  sha256: Sha256,
  period: Period,
  trades: readonly TradeEntry[],
  metered: MeteredEnergy,
): readonly SharedDelivery[] {
  return slotsOf(trades).flatMap((ofSlot) => {
    const bySeller = sharesOf(sha256, period, ofSlot, 'sell', metered);
    const byBuyer = sharesOf(sha256, period, ofSlot, 'buy', metered);
    return ofSlot.map((trade): SharedDelivery => {
      const [id, terms] = trade;
      const sellerShare = bySeller.get(toHex(id)) as Energy;
      const buyerShare = byBuyer.get(toHex(id)) as Energy;
      const delivered = lowerOf(sellerShare, buyerShare);
      metered.serve(terms.seller, 'sell', terms, delivered);
      metered.serve(terms.buyer, 'buy', terms, delivered);
      return { trade, sellerShare, buyerShare, delivered };
    });
  });
}

export function lowerOf(a: Energy, b: Energy): Energy {
  if (a < b) return a;
  return b;
}

/** The trades of each slot: shortest slots first, then by start, trades by their id. */
export function slotsOf(trades: readonly TradeEntry[]): readonly (readonly TradeEntry[])[] {
  const ordered = trades.map((entry) => ({ entry, hex: toHex(entry[0]) }));
  ordered.sort((a, b) => compareSlots(a.entry[1], b.entry[1]) || (a.hex < b.hex ? -1 : 1));
  const slots: TradeEntry[][] = [];
  let last: Trade | undefined;
  for (const { entry } of ordered) {
    const [, trade] = entry;
    if (last !== undefined && compareSlots(last, trade) === 0) slots.at(-1)?.push(entry);
    else slots.push([entry]);
    last = trade;
  }
  return slots;
}

function compareSlots(a: TradedSlot, b: TradedSlot): number {
  return a.slotLengthMs - b.slotLengthMs || a.slotMs - b.slotMs;
}

/** What each trade of one slot gets of its member's readings on one side, by the trade's id. */
export function sharesOf(
  sha256: Sha256,
  period: Period,
  ofSlot: readonly TradeEntry[],
  side: Side,
  metered: MeteredEnergy,
): ReadonlyMap<string, Energy> {
  const byMember = new Map<number, TradeEntry[]>();
  for (const entry of ofSlot) {
    const member = side === 'sell' ? entry[1].seller : entry[1].buyer;
    const known = byMember.get(member);
    if (known === undefined) byMember.set(member, [entry]);
    else known.push(entry);
  }
  const shares = new Map<string, Energy>();
  for (const [member, entries] of byMember) {
    const slot = (entries[0] as TradeEntry)[1];
    const split = splitOver(sha256, period, entries, metered.left(member, side, slot));
    entries.forEach(([id], at) => {
      shares.set(toHex(id), energy(split[at] as bigint));
    });
  }
  return shares;
}

/** A share is at most its weight: the whole is below the sum of the weights, so its floor is. */
function splitOver(
  sha256: Sha256,
  period: Period,
  entries: readonly TradeEntry[],
  counted: bigint,
): readonly bigint[] {
  const weights = entries.map(([, trade]) => trade.energy);
  const traded = weights.reduce((sum, one) => sum + one, 0n);
  if (counted >= traded) return weights;
  return splitByLargestRemainder(
    counted,
    weights,
    entries.map(([id]) => settlementLot(sha256, period, 'trade', id)),
  );
}

/**
 * The lot that breaks ties: nobody can choose it, because nobody chooses both the id of what is
 * drawn and the period in which it is settled.
 */
export function settlementLot(
  sha256: Sha256,
  { periodFromMs, periodUntilMs }: Period,
  what: 'trade' | 'meter' | 'producer' | 'consumer',
  id: Uint8Array,
): string {
  if (lotDomains.get(what) === undefined) {
    lotDomains.set(what, asciiBytes(`commonwatt/settlement-lot/1/${what}/`));
  }
  lotMessage.reset();
  lotMessage.raw(lotDomains.get(what) as Uint8Array);
  lotMessage.u64(periodFromMs);
  lotMessage.u64(periodUntilMs);
  lotMessage.raw(id);
  return toHex(sha256(lotMessage.written()));
}

const lotDomains = new Map<string, Uint8Array>();
const lotMessage = new Writer(128);
