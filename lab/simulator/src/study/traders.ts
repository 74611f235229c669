/** What members shout, and what their traders keep of what they saw. */

import { type Draw, drawFrom, findTrader, type Trader } from '@commonwatt/mechanisms';
import { type Price, price } from '@commonwatt/units';
import { mixSeeds } from '../households/seeded-random.ts';
import type { SlotBook, SlotClearing } from './book.ts';
import type { WorldMember } from './world.ts';

export interface TradersOptions {
  /** Whose `trader` each is a name of the traders. */
  readonly members: readonly Pick<WorldMember, 'trader' | 'buyLimit' | 'sellLimit'>[];
  readonly floor: number;
  readonly ceiling: number;
  readonly seed: number;
}

const SHOUT_STREAM = 4;
const OBSERVE_STREAM = 5;
/** What a trader looks at of a slot's shouts: more would make a slot cost the square of its members. */
const OBSERVED_MAX = 50;

// biome-ignore lint/suspicious/noExplicitAny: what a trader keeps is its own
type AnyTrader = Trader<any>;

export class Traders {
  readonly #options: TradersOptions;
  readonly #traders: readonly AnyTrader[];
  /** By member and side; only of traders that keep something. */
  readonly #memories = new Map<number, unknown>();
  readonly #areTruthful: boolean;
  #bestBid: Price | null = null;
  #bestAsk: Price | null = null;

  /** @throws RangeError for a name that no trader has */
  constructor(options: TradersOptions) {
    this.#options = options;
    this.#traders = options.members.map(({ trader: name }) => {
      const trader = findTrader(name);
      if (trader === undefined) throw new RangeError(`trader: expected a known name, got ${name}`);
      return trader;
    });
    this.#areTruthful = options.members.every(({ trader }) => trader === 'truthful');
  }

  /**
   * The book of a slot in one round of shouting. `nets` is by member the Wh that it wants, below zero has over; who
   * stays silent has no order in the book.
   */
  shout(slot: number, startMs: number, nets: Int32Array, round: number): SlotBook {
    const members: number[] = [];
    const isBid: boolean[] = [];
    const energiesWh: number[] = [];
    const limits: number[] = [];
    const prices: number[] = this.#areTruthful ? limits : [];
    for (let member = 0; member < nets.length; member++) {
      const net = nets[member] as number;
      if (net === 0) continue;
      const { buyLimit, sellLimit } = this.#options.members[member] as WorldMember;
      const limit = net > 0 ? buyLimit : sellLimit;
      if (!this.#areTruthful) {
        const shouted = this.#quote(slot, { member, isBid: net > 0, limit }, round);
        if (shouted === null) continue;
        prices.push(shouted);
      }
      members.push(member);
      isBid.push(net > 0);
      energiesWh.push(Math.abs(net));
      limits.push(limit);
    }
    return { slot, startMs, members, isBid, energiesWh, prices, limits };
  }

  /** Everyone that shouted sees what the others shouted and whether it met a counterpart. */
  learn(book: SlotBook, clearing: SlotClearing, round: number): void {
    if (this.#areTruthful) return;
    this.#look(book);
    const { filledWh } = clearing;
    const seen = seenPrices(book, clearing);
    const count = book.members.length;
    const step = Math.max(1, Math.ceil(count / OBSERVED_MAX));
    for (let at = 0; at < count; at++) {
      const member = book.members[at] as number;
      const key = keyOf(member, book.isBid[at] === true);
      const trader = this.#traders[member] as AnyTrader;
      let memory = this.#memories.get(key);
      if (memory === undefined) continue;
      const situation = this.#situation(book.isBid[at] === true, book.limits[at] as number);
      const active = (filledWh[at] as number) < (book.energiesWh[at] as number);
      const draw = this.#draw(OBSERVE_STREAM, member, book.slot, round);
      for (let other = at % step; other < count; other += step) {
        const shout = {
          side: book.isBid[other] === true ? ('buy' as const) : ('sell' as const),
          price: seen[other] as Price,
          accepted: (filledWh[other] as number) > 0,
        };
        memory = trader.observe(memory, shout, { ...situation, active }, draw);
      }
      this.#memories.set(key, memory);
    }
  }

  #quote(
    slot: number,
    { member, isBid, limit }: { member: number; isBid: boolean; limit: number },
    round: number,
  ): number | null {
    const trader = this.#traders[member] as AnyTrader;
    const situation = { ...this.#situation(isBid, limit), active: true };
    const draw = this.#draw(SHOUT_STREAM, member, slot, round);
    const key = keyOf(member, isBid);
    let memory = this.#memories.get(key);
    if (memory === undefined) {
      memory = trader.begin(situation, draw) as unknown;
      if (memory !== null) this.#memories.set(key, memory);
    }
    const shouted = trader.quote(memory, situation, draw);
    return shouted === null ? null : Number(shouted);
  }

  #situation(isBid: boolean, limit: number) {
    return {
      side: isBid ? ('buy' as const) : ('sell' as const),
      limit: price(BigInt(limit)),
      floor: price(BigInt(this.#options.floor)),
      ceiling: price(BigInt(this.#options.ceiling)),
      bestBid: this.#bestBid,
      bestAsk: this.#bestAsk,
    };
  }

  /** The best of the book that was cleared last. */
  #look({ isBid, prices }: SlotBook): void {
    let bid: number | null = null;
    let ask: number | null = null;
    for (const [at, shouted] of prices.entries()) {
      if (isBid[at] === true) bid = bid === null || shouted > bid ? shouted : bid;
      else ask = ask === null || shouted < ask ? shouted : ask;
    }
    this.#bestBid = bid === null ? null : price(BigInt(bid));
    this.#bestAsk = ask === null ? null : price(BigInt(ask));
  }

  #draw(stream: number, member: number, slot: number, round: number): Draw {
    return drawFrom(BigInt(mixSeeds(this.#options.seed, stream, member, slot, round)));
  }
}

/**
 * The prices that everyone sees: of an order that was traded what its Wh came to, of one that was not what was
 * shouted. A call trades at another price than was shouted, and a trader that took the shout for the price would
 * learn that sellers get what buyers would have paid.
 */
function seenPrices({ isBid, prices }: SlotBook, { filledWh, payments }: SlotClearing): Price[] {
  return prices.map((shouted, at) => {
    const filled = filledWh[at] as number;
    if (filled === 0) return price(BigInt(shouted));
    const paid = isBid[at] === true ? (payments[at] as number) : -(payments[at] as number);
    return price(BigInt(Math.floor(paid / filled)));
  });
}

function keyOf(member: number, isBid: boolean): number {
  return member * 2 + (isBid ? 1 : 0);
}
