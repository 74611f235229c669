/**
 * Whole Wh out of exact shares: each is rounded down or up, the sum stays the maximum, and no reading
 * is exceeded. The largest remainder is rounded up first wherever the others still can be completed,
 * then the next; equal remainders by the lowest lot.
 */

import { compareFractions, type Fraction } from './fraction.ts';

/** A share with a fraction of a Wh, between a seller and a buyer by their numbers. */
export interface BrokenShare {
  readonly seller: number;
  readonly buyer: number;
  /** Above zero and below one Wh. */
  readonly remainder: Fraction;
  readonly lot: string;
}

export interface Rooms {
  /** By number, what a member's reading leaves above the whole Wh of its trades. */
  readonly sellers: readonly bigint[];
  readonly buyers: readonly bigint[];
  /** How many are to be rounded up. */
  readonly missing: number;
}

/**
 * Which shares are rounded up. @throws Error where not enough of them can be, which exact shares
 * within the readings rule out: flows between whole bounds have whole solutions.
 */
export function roundedUp(shares: readonly BrokenShare[], rooms: Rooms): readonly boolean[] {
  const order = [...shares.keys()].sort((a, b) =>
    byRemainderThenLot(shares[a] as BrokenShare, shares[b] as BrokenShare),
  );
  const rounding = new Rounding(shares, rooms);
  rounding.fill(order, rooms.missing);
  for (const share of order) rounding.decide(share);
  return rounding.up;
}

function byRemainderThenLot(a: BrokenShare, b: BrokenShare): number {
  const difference = compareFractions(b.remainder, a.remainder);
  if (difference !== 0) return difference;
  return a.lot < b.lot ? -1 : 1;
}

/** Units between sellers and buyers, at most one a share, always as many as are missing. */
class Rounding {
  readonly up: boolean[];
  readonly #shares: readonly BrokenShare[];
  readonly #decided: boolean[];
  readonly #ofSeller: number[][];
  readonly #ofBuyer: number[][];
  /** By node, sellers before buyers: how many units more it takes, and how many it has. */
  readonly #room: number[];
  readonly #taken: number[];
  readonly #sellers: number;
  /** Two more nodes: where all units come from and where all of them go. */
  readonly #source: number;
  readonly #sink: number;

  constructor(shares: readonly BrokenShare[], { sellers, buyers }: Rooms) {
    this.#shares = shares;
    this.up = shares.map(() => false);
    this.#decided = shares.map(() => false);
    this.#ofSeller = sellers.map(() => []);
    this.#ofBuyer = buyers.map(() => []);
    shares.forEach(({ seller, buyer }, share) => {
      this.#ofSeller[seller]?.push(share);
      this.#ofBuyer[buyer]?.push(share);
    });
    this.#sellers = sellers.length;
    this.#source = sellers.length + buyers.length;
    this.#sink = this.#source + 1;
    const degrees = [...this.#ofSeller, ...this.#ofBuyer].map((list) => list.length);
    this.#room = [...sellers, ...buyers].map((room, node) => {
      const degree = degrees[node] as number;
      return room < BigInt(degree) ? Number(room) : degree;
    });
    this.#taken = this.#room.map(() => 0);
  }

  /** Rounds up as many as are missing, no matter which. */
  fill(order: readonly number[], missing: number): void {
    let left = missing;
    for (const share of order) {
      const { seller, buyer } = this.#shares[share] as BrokenShare;
      const nodes = [seller, this.#sellers + buyer];
      if (left === 0 || nodes.some((node) => this.#room[node] === 0)) continue;
      this.up[share] = true;
      for (const node of nodes) this.#take(node, 1);
      left--;
    }
    for (; left > 0; left--) {
      if (!this.#move(this.#source, this.#sink)) {
        throw new Error(`rounding: ${left} Wh of a maximum flow found no trade`);
      }
    }
  }

  /** Rounds one up for good if the others allow it, else down for good. */
  decide(share: number): void {
    const { seller, buyer } = this.#shares[share] as BrokenShare;
    this.#decided[share] = true;
    if (!this.up[share]) this.up[share] = this.#move(this.#sellers + buyer, seller);
  }

  #take(node: number, units: number): void {
    this.#room[node] = (this.#room[node] as number) - units;
    this.#taken[node] = (this.#taken[node] as number) + units;
  }

  /** Moves one unit along undecided shares from one node to another, if there is a way. */
  #move(from: number, to: number): boolean {
    const cameFrom = new Int32Array(this.#sink + 1).fill(-1);
    const cameBy = new Int32Array(this.#sink + 1).fill(-1);
    const queue = [from];
    cameFrom[from] = from;
    const reach = (node: number, origin: number, share: number): void => {
      if (cameFrom[node] !== -1) return;
      cameFrom[node] = origin;
      cameBy[node] = share;
      queue.push(node);
    };
    for (let head = 0; head < queue.length && cameFrom[to] === -1; head++) {
      this.#reachFrom(queue[head] as number, reach);
    }
    if (cameFrom[to] === -1) return false;
    for (let node = to; node !== from; node = cameFrom[node] as number) {
      this.#step(cameFrom[node] as number, node, cameBy[node] as number);
    }
    return true;
  }

  #reachFrom(node: number, reach: (node: number, origin: number, share: number) => void): void {
    const isSeller = node < this.#sellers;
    if (node === this.#source) {
      for (let one = 0; one < this.#sellers; one++) {
        if ((this.#room[one] as number) > 0) reach(one, node, -1);
      }
      return;
    }
    if (node === this.#sink) {
      for (let one = this.#sellers; one < this.#source; one++) {
        if ((this.#taken[one] as number) > 0) reach(one, node, -1);
      }
      return;
    }
    const own = isSeller ? this.#ofSeller[node] : this.#ofBuyer[node - this.#sellers];
    for (const share of own ?? []) {
      // A unit leaves a seller by a share that is not rounded up, a buyer by one that is.
      if (this.#decided[share] || this.up[share] === isSeller) continue;
      const { seller, buyer } = this.#shares[share] as BrokenShare;
      reach(isSeller ? this.#sellers + buyer : seller, node, share);
    }
    if (isSeller && (this.#taken[node] as number) > 0) reach(this.#source, node, -1);
    if (!isSeller && (this.#room[node] as number) > 0) reach(this.#sink, node, -1);
  }

  #step(from: number, to: number, share: number): void {
    if (share >= 0) this.up[share] = from < this.#sellers;
    else if (from === this.#source) this.#take(to, 1);
    else if (to === this.#source) this.#take(from, -1);
    else if (to === this.#sink) this.#take(from, 1);
    else this.#take(to, -1);
  }
}
