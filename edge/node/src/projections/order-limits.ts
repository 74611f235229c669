/**
 * Which limits met in a trade of a call. The ledger's trade names its two orders by a hash alone, so
 * the orders of both members for that slot are tried until two of them give the trade's name.
 */

import {
  ACTION,
  type OrderId,
  requestCodec,
  shareCodec,
  standingOrderCodec,
  type Traded,
  tradeId,
} from '@commonwatt/contracts';
import { type Action, type Crypto, decode, equalBytes } from '@commonwatt/ledger';
import type { Price } from '@commonwatt/units';
import type { ReadBlock } from './block-reader.ts';

export interface TradeLimits {
  readonly buy: Price;
  readonly sell: Price;
}

interface Candidate {
  readonly transaction: Uint8Array;
  readonly index: number;
  readonly side: 'buy' | 'sell';
  readonly limit: Price;
  /** Until when a standing order is derived; nothing for an order of one slot. */
  readonly standing: { readonly fromMs: number; readonly untilMs: number } | undefined;
}

type Candidates = Map<number, Candidate[]>;

const DAY_MS = 86_400_000;

/** Two orders meet once, or, by a rule of two stages, once more. */
const MEETINGS = [0, 1];

export class OrderLimits {
  readonly #crypto: Crypto;
  /** By market and slot, then by member. */
  readonly #sent = new Map<number, Map<number, Candidates>>();
  /** By market, then by member. */
  readonly #standing = new Map<number, Candidates>();
  #prunedMs = 0;

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /** Takes up the orders that a block's transactions placed. `memberOf` knows each sender. */
  take(block: ReadBlock, memberOf: (transactionIndex: number) => number | undefined): void {
    block.transactions.forEach((transaction, at) => {
      const receipt = block.receipts[at];
      const member = memberOf(at);
      if (receipt === undefined || receipt.code !== 0 || member === undefined) return;
      transaction.actions.forEach((action, index) => {
        if (receipt.actions[index] === 0) this.#place(member, transaction.id, index, action);
      });
    });
    this.#prune(block.header.timeMs);
  }

  #place(member: number, transaction: Uint8Array, index: number, { type, body }: Action): void {
    if (type === ACTION.standingOrder) {
      const order = decode(standingOrderCodec, body, 'standingOrder');
      const { market, side, limit, fromMs, untilMs } = order;
      const standing = { fromMs, untilMs };
      const ofMarket = gotten(this.#standing, market, noCandidates);
      gotten(ofMarket, member, (): Candidate[] => []).push({
        transaction,
        index,
        side,
        limit,
        standing,
      });
      return;
    }
    if (type !== ACTION.share && type !== ACTION.request) return;
    const side = type === ACTION.share ? 'sell' : 'buy';
    const codec = type === ACTION.share ? shareCodec : requestCodec;
    const { market, slotMs, limit } = decode(codec, body, 'order');
    if (limit === undefined) return;
    const ofMarket = gotten(this.#sent, market, () => new Map<number, Candidates>());
    const ofSlot = gotten(ofMarket, slotMs, noCandidates);
    gotten(ofSlot, member, (): Candidate[] => []).push({
      transaction,
      index,
      side,
      limit,
      standing: undefined,
    });
  }

  /** The limits of the two orders; nothing where the trade was negotiated. */
  of({ trade, terms }: Traded): TradeLimits | undefined {
    const { market, slotMs, buyer, seller } = terms;
    for (const buy of this.#candidates(market, slotMs, buyer, 'buy')) {
      for (const sell of this.#candidates(market, slotMs, seller, 'sell')) {
        const parties = { buy: orderIdOf(buy, slotMs), sell: orderIdOf(sell, slotMs) };
        if (MEETINGS.some((again) => equalBytes(tradeId(this.#crypto, parties, again), trade))) {
          return { buy: buy.limit, sell: sell.limit };
        }
      }
    }
    return undefined;
  }

  #candidates(market: number, slotMs: number, member: number, side: 'buy' | 'sell'): Candidate[] {
    const sent = this.#sent.get(market)?.get(slotMs)?.get(member) ?? [];
    const standing = this.#standing.get(market)?.get(member) ?? [];
    const derived = standing.filter(({ standing: span }) => {
      return span !== undefined && span.fromMs <= slotMs && slotMs < span.untilMs;
    });
    return [...sent, ...derived].filter((one) => one.side === side);
  }

  /** The orders of a cleared slot meet no more trades. */
  forget(market: number, slotMs: number): void {
    this.#sent.get(market)?.delete(slotMs);
  }

  /** Once a day what nobody will ask for again goes. */
  #prune(timeMs: number): void {
    if (timeMs < this.#prunedMs + DAY_MS) return;
    this.#prunedMs = timeMs;
    for (const ofMarket of this.#sent.values()) {
      for (const slotMs of ofMarket.keys()) if (slotMs < timeMs - DAY_MS) ofMarket.delete(slotMs);
    }
    for (const ofMarket of this.#standing.values()) {
      for (const [member, all] of ofMarket) {
        const left = all.filter((one) => (one.standing?.untilMs ?? 0) > timeMs - DAY_MS);
        if (left.length === 0) ofMarket.delete(member);
        else ofMarket.set(member, left);
      }
    }
  }
}

function orderIdOf({ transaction, index, standing }: Candidate, slotMs: number): OrderId {
  return { transaction, index, derivedForMs: standing === undefined ? 0 : slotMs };
}

const noCandidates = (): Candidates => new Map();

function gotten<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
