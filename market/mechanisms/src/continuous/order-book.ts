/**
 * A price-time order book in columns of numbers: a first-in-first-out list at every price level, and a bit for every
 * level that has orders. Who asks gives orders and levels numbers of their own; what a level costs is theirs.
 */

/** What was traded, in the order of trading: one place in each column per trade. */
export type Fills = {
  readonly incoming: Int32Array;
  readonly standing: Int32Array;
  readonly levels: Int32Array;
  readonly energiesWh: Float64Array;
};

const NOBODY = -1;
const FILLS_FIRST = 1024;

export class OrderBook {
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #levelOf: Int32Array;
  readonly #memberOf: Int32Array;
  /** Whole Wh up to 2^53 - 1, so that a difference is exact. */
  readonly #leftWh: Float64Array;
  readonly #bidLevels: LevelSet;
  readonly #askLevels: LevelSet;
  #bestBid = NOBODY;
  #bestAsk: number;
  readonly #levels: number;
  #incoming = new Int32Array(FILLS_FIRST);
  #standing = new Int32Array(FILLS_FIRST);
  #filledLevels = new Int32Array(FILLS_FIRST);
  #filledWh = new Float64Array(FILLS_FIRST);
  #filled = 0;

  /** Orders are numbered from 0 to `orders` - 1, levels from the cheapest, 0, to `levels` - 1. */
  constructor({ orders, levels }: { readonly orders: number; readonly levels: number }) {
    this.#heads = new Int32Array(levels).fill(NOBODY);
    this.#tails = new Int32Array(levels).fill(NOBODY);
    this.#next = new Int32Array(orders);
    this.#previous = new Int32Array(orders);
    this.#levelOf = new Int32Array(orders).fill(NOBODY);
    this.#memberOf = new Int32Array(orders);
    this.#leftWh = new Float64Array(orders);
    this.#bidLevels = new LevelSet(levels);
    this.#askLevels = new LevelSet(levels);
    this.#levels = levels;
    this.#bestAsk = levels;
  }

  /**
   * Meets the best orders of the other side, the earliest first, at their level; what is left stands in the book.
   * Energy that meets its own member's is taken out of both orders, and nobody gets it.
   */
  buy(order: number, level: number, energyWh: number, member: number): void {
    let leftWh = energyWh;
    while (leftWh > 0 && this.#bestAsk <= level) {
      leftWh = this.#meet(order, leftWh, member, this.#bestAsk);
      if (this.#heads[this.#bestAsk] === NOBODY) {
        this.#askLevels.remove(this.#bestAsk);
        this.#bestAsk = this.#askLevels.next(this.#bestAsk + 1, this.#levels);
      }
    }
    if (leftWh === 0) return;
    this.#stand(order, level, leftWh, member);
    this.#bidLevels.add(level);
    if (level > this.#bestBid) this.#bestBid = level;
  }

  /** As `buy`, from the other side. */
  sell(order: number, level: number, energyWh: number, member: number): void {
    let leftWh = energyWh;
    while (leftWh > 0 && this.#bestBid >= level) {
      leftWh = this.#meet(order, leftWh, member, this.#bestBid);
      if (this.#heads[this.#bestBid] === NOBODY) {
        this.#bidLevels.remove(this.#bestBid);
        this.#bestBid = this.#bidLevels.previous(this.#bestBid - 1);
      }
    }
    if (leftWh === 0) return;
    this.#stand(order, level, leftWh, member);
    this.#askLevels.add(level);
    if (level < this.#bestAsk) this.#bestAsk = level;
  }

  /**
   * Takes what is left of an order out, and says how much that was, in Wh: 0 for an order that is filled, withdrawn
   * before or was never there.
   */
  withdraw(order: number): number {
    const level = this.#levelOf[order] ?? NOBODY;
    if (level === NOBODY) return 0;
    const leftWh = this.#leftWh[order] as number;
    this.#unlink(order, level);
    if (this.#heads[level] !== NOBODY) return leftWh;
    if (level <= this.#bestBid) {
      this.#bidLevels.remove(level);
      if (level === this.#bestBid) this.#bestBid = this.#bidLevels.previous(level - 1);
    } else {
      this.#askLevels.remove(level);
      if (level === this.#bestAsk) this.#bestAsk = this.#askLevels.next(level + 1, this.#levels);
    }
    return leftWh;
  }

  /** The dearest level with bids, and the cheapest with asks; undefined where there is none. */
  get best(): { readonly bid: number | undefined; readonly ask: number | undefined } {
    return {
      bid: this.#bestBid === NOBODY ? undefined : this.#bestBid,
      ask: this.#bestAsk === this.#levels ? undefined : this.#bestAsk,
    };
  }

  /** What stands at a level, in Wh. */
  depthWh(level: number): number {
    let sum = 0;
    for (
      let order = this.#heads[level] ?? NOBODY;
      order !== NOBODY;
      order = this.#next[order] ?? NOBODY
    ) {
      sum += this.#leftWh[order] as number;
    }
    return sum;
  }

  /** All trades so far. */
  get fills(): Fills {
    return {
      incoming: this.#incoming.subarray(0, this.#filled),
      standing: this.#standing.subarray(0, this.#filled),
      levels: this.#filledLevels.subarray(0, this.#filled),
      energiesWh: this.#filledWh.subarray(0, this.#filled),
    };
  }

  /** Meets the first order at a level; what the incoming one has left. */
  #meet(order: number, leftWh: number, member: number, level: number): number {
    const head = this.#heads[level] as number;
    const standsWh = this.#leftWh[head] as number;
    const metWh = Math.min(leftWh, standsWh);
    if (this.#memberOf[head] !== member) this.#tell(order, head, level, metWh);
    if (metWh === standsWh) this.#unlink(head, level);
    else this.#leftWh[head] = standsWh - metWh;
    return leftWh - metWh;
  }

  #stand(order: number, level: number, leftWh: number, member: number): void {
    const tail = this.#tails[level] as number;
    this.#leftWh[order] = leftWh;
    this.#levelOf[order] = level;
    this.#memberOf[order] = member;
    this.#next[order] = NOBODY;
    this.#previous[order] = tail;
    if (tail === NOBODY) this.#heads[level] = order;
    else this.#next[tail] = order;
    this.#tails[level] = order;
  }

  #unlink(order: number, level: number): void {
    const before = this.#previous[order] as number;
    const after = this.#next[order] as number;
    if (before === NOBODY) this.#heads[level] = after;
    else this.#next[before] = after;
    if (after === NOBODY) this.#tails[level] = before;
    else this.#previous[after] = before;
    this.#levelOf[order] = NOBODY;
  }

  #tell(order: number, head: number, level: number, metWh: number): void {
    const at = this.#filled;
    if (at === this.#incoming.length) this.#grow();
    this.#incoming[at] = order;
    this.#standing[at] = head;
    this.#filledLevels[at] = level;
    this.#filledWh[at] = metWh;
    this.#filled = at + 1;
  }

  #grow(): void {
    const room = 2 * this.#incoming.length;
    const grown = (column: Int32Array) => {
      const larger = new Int32Array(room);
      larger.set(column);
      return larger;
    };
    this.#incoming = grown(this.#incoming);
    this.#standing = grown(this.#standing);
    this.#filledLevels = grown(this.#filledLevels);
    const energies = new Float64Array(room);
    energies.set(this.#filledWh);
    this.#filledWh = energies;
  }
}

/** Levels as bits, thirty-two to a word. */
class LevelSet {
  readonly #words: Int32Array;

  constructor(levels: number) {
    this.#words = new Int32Array((levels + 31) >>> 5);
  }

  add(level: number): void {
    const at = level >>> 5;
    this.#words[at] = (this.#words[at] as number) | (1 << (level & 31));
  }

  remove(level: number): void {
    const at = level >>> 5;
    this.#words[at] = (this.#words[at] as number) & ~(1 << (level & 31));
  }

  /** The first level from `from` on; `none` when there is no further one. */
  next(from: number, none: number): number {
    let at = from >>> 5;
    if (at >= this.#words.length) return none;
    let word = (this.#words[at] as number) & (-1 << (from & 31));
    while (word === 0) {
      at += 1;
      if (at === this.#words.length) return none;
      word = this.#words[at] as number;
    }
    return (at << 5) + 31 - Math.clz32(word & -word);
  }

  /** The last level up to `from`; -1 when there is none. */
  previous(from: number): number {
    if (from < 0) return NOBODY;
    let at = from >>> 5;
    let word = (this.#words[at] as number) & (-1 >>> (31 - (from & 31)));
    while (word === 0) {
      if (at === 0) return NOBODY;
      at -= 1;
      word = this.#words[at] as number;
    }
    return (at << 5) + 31 - Math.clz32(word);
  }
}
