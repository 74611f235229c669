/**
 * Deliveries that keep every physical limit, admitted one by one after what was taken as a whole: each gets what the
 * limits still leave it. So any list of wishes, however wrong, ends in something feasible, in whole Wh.
 */

import { lesser } from '@commonwatt/units';

/** Energy that one bid could get from one ask in one interval. */
export type Delivery = {
  readonly bid: number;
  readonly ask: number;
  readonly interval: number;
};

/** An order as the limits see it. */
export type Party = {
  readonly energy: bigint;
  /** What it takes or gives in one interval at most; undefined where only its energy limits it. */
  readonly intervalMost: bigint | undefined;
  readonly zone: string | undefined;
};

/** What a zone carries in each interval. */
export type ZoneLimit = {
  /** Net, in or out. */
  readonly exchange: bigint;
  /** Given in it at most, and taken in it at most; undefined where it does not matter. */
  readonly total: bigint | undefined;
};

export type Limits = {
  readonly bids: readonly Party[];
  readonly asks: readonly Party[];
  readonly zones: ReadonlyMap<string, ZoneLimit>;
};

/** Counterflows make room for each other, so wishes are gone through until nothing more comes of it. */
const PASSES_MAX = 16;

export class Admission {
  readonly #limits: Limits;
  /** Wh so far, by what they count against. */
  readonly #used = new Map<string, bigint>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Books what keeps every limit as a whole, counterflows together. */
  take(deliveries: readonly Delivery[], parts: readonly bigint[]): void {
    for (const [at, delivery] of deliveries.entries()) this.#book(delivery, parts[at] ?? 0n);
  }

  /** What is admitted of each wish. */
  admit(deliveries: readonly Delivery[], wishes: readonly bigint[]): bigint[] {
    const admitted = deliveries.map(() => 0n);
    for (let pass = 0; pass < PASSES_MAX; pass++) {
      let isChanged = false;
      for (const [at, delivery] of deliveries.entries()) {
        const wish = (wishes[at] ?? 0n) - (admitted[at] as bigint);
        if (wish <= 0n) continue;
        const part = lesser(wish, this.#room(delivery));
        if (part <= 0n) continue;
        this.#book(delivery, part);
        admitted[at] = (admitted[at] as bigint) + part;
        isChanged = true;
      }
      if (!isChanged) break;
    }
    return admitted;
  }

  #room({ bid, ask, interval }: Delivery): bigint {
    const { bids, asks, zones } = this.#limits;
    const [buyer, seller] = [bids[bid] as Party, asks[ask] as Party];
    let room = lesser(
      this.#left('bid', bid, interval, buyer),
      this.#left('ask', ask, interval, seller),
    );
    for (const [side, { zone = '' }] of [
      ['bid', buyer],
      ['ask', seller],
    ] as const) {
      const limit = zones.get(zone);
      if (limit === undefined) continue;
      if (limit.total !== undefined) {
        room = lesser(room, limit.total - this.#usedOf(`${side} ${interval} in ${zone}`));
      }
      if (buyer.zone === seller.zone) continue;
      const net = this.#usedOf(`net ${interval} in ${zone}`);
      room = lesser(room, side === 'ask' ? limit.exchange - net : limit.exchange + net);
    }
    return room;
  }

  #left(side: string, at: number, interval: number, party: Party): bigint {
    const left = party.energy - this.#usedOf(`${side} ${at}`);
    if (party.intervalMost === undefined) return left;
    return lesser(left, party.intervalMost - this.#usedOf(`${side} ${at} ${interval}`));
  }

  #book({ bid, ask, interval }: Delivery, part: bigint): void {
    const { bids, asks } = this.#limits;
    for (const [side, at, { zone = '' }] of [
      ['bid', bid, bids[bid] as Party],
      ['ask', ask, asks[ask] as Party],
    ] as const) {
      this.#add(`${side} ${at}`, part);
      this.#add(`${side} ${at} ${interval}`, part);
      this.#add(`${side} ${interval} in ${zone}`, part);
      this.#add(`net ${interval} in ${zone}`, side === 'ask' ? part : -part);
    }
  }

  #usedOf(key: string): bigint {
    return this.#used.get(key) ?? 0n;
  }

  #add(key: string, part: bigint): void {
    this.#used.set(key, this.#usedOf(key) + part);
  }
}
