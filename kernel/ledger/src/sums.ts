/**
 * Sums by two numbers each: how many entries there are, and what they amount to together. Every
 * action of a block asks for some and changes some, so one sum is one line of the processor's cache.
 */

const PLACES_AT_FIRST = 64;
/** What stands at a place, side by side. */
const [FIRST, SECOND, COUNT, AMOUNT] = [0, 1, 2, 3] as const;
const CELLS = 4;
/** Up to here, either way, a double is exact, and so is the sum of two. */
const EXACT_MAX = 2 ** 52;
/** Stands for an amount beyond it, which is kept as it is elsewhere. */
const LARGE = Number.NaN;

export interface Sum {
  readonly first: number;
  readonly second: number;
  readonly count: number;
  readonly amount: bigint;
}

export class Sums {
  /** Open addressing, at most half full. A place with neither count nor amount is free. */
  #cells = new Float64Array(CELLS * PLACES_AT_FIRST);
  #mask = PLACES_AT_FIRST - 1;
  #size = 0;
  readonly #large = new Map<string, bigint>();

  /** How many sums there are. */
  get size(): number {
    return this.#size;
  }

  count(first: number, second: number): number {
    return this.#cells[this.#find(first, second) + COUNT] as number;
  }

  amount(first: number, second: number): bigint {
    return this.#amountAt(this.#find(first, second));
  }

  /** All of them, in no order that means anything. */
  entries(): readonly Sum[] {
    const cells = this.#cells;
    const all: Sum[] = [];
    for (let at = 0; at < cells.length; at += CELLS) {
      if (isFree(cells, at)) continue;
      const [first, second, count] = cells.subarray(at, at + AMOUNT) as unknown as Triple;
      all.push({ first, second, count, amount: this.#amountAt(at) });
    }
    return all;
  }

  /** Adds entries, or takes them away where the numbers are negative. */
  add(first: number, second: number, count: number, amount: bigint): void {
    const at = this.#find(first, second);
    const cells = this.#cells;
    const wasFree = isFree(cells, at);
    cells[at + FIRST] = first;
    cells[at + SECOND] = second;
    cells[at + COUNT] = (cells[at + COUNT] as number) + count;
    const change = Number(amount);
    const sum = (cells[at + AMOUNT] as number) + change;
    if (isExact(change) && isExact(sum)) cells[at + AMOUNT] = sum;
    else this.#setLarge(at, this.#amountAt(at) + amount);
    const free = isFree(cells, at);
    if (free === wasFree) return;
    if (free) this.#remove(at);
    else if (2 * ++this.#size > this.#mask) this.#grow();
  }

  #amountAt(at: number): bigint {
    const amount = this.#cells[at + AMOUNT] as number;
    return Number.isNaN(amount) ? (this.#large.get(this.#nameAt(at)) ?? 0n) : BigInt(amount);
  }

  #setLarge(at: number, amount: bigint): void {
    const double = Number(amount);
    if (isExact(double)) {
      this.#large.delete(this.#nameAt(at));
      this.#cells[at + AMOUNT] = double;
      return;
    }
    this.#large.set(this.#nameAt(at), amount);
    this.#cells[at + AMOUNT] = LARGE;
  }

  #nameAt(at: number): string {
    return `${this.#cells[at + FIRST]}/${this.#cells[at + SECOND]}`;
  }

  /** The place of a sum, or a free one where it belongs. */
  #find(first: number, second: number): number {
    const cells = this.#cells;
    let place = placeOf(first, second) & this.#mask;
    for (;;) {
      const at = CELLS * place;
      if (cells[at + FIRST] === first && cells[at + SECOND] === second) return at;
      if (isFree(cells, at)) return at;
      place = (place + 1) & this.#mask;
    }
  }

  /** Closes the row of places behind one that became free, so that no search stops too soon. */
  #remove(free: number): void {
    this.#size--;
    const cells = this.#cells;
    const mask = this.#mask;
    let hole = free / CELLS;
    let place = (hole + 1) & mask;
    while (!isFree(cells, CELLS * place)) {
      const at = CELLS * place;
      const home = placeOf(cells[at + FIRST] as number, cells[at + SECOND] as number) & mask;
      if (((place - home) & mask) >= ((place - hole) & mask)) {
        cells.copyWithin(CELLS * hole, at, at + CELLS);
        hole = place;
      }
      place = (place + 1) & mask;
    }
    cells.fill(0, CELLS * hole, CELLS * hole + CELLS);
  }

  #grow(): void {
    const before = this.#cells;
    this.#cells = new Float64Array(2 * before.length);
    this.#mask = this.#cells.length / CELLS - 1;
    for (let from = 0; from < before.length; from += CELLS) {
      if (isFree(before, from)) continue;
      const at = this.#find(before[from + FIRST] as number, before[from + SECOND] as number);
      for (let cell = 0; cell < CELLS; cell++) {
        this.#cells[at + cell] = before[from + cell] as number;
      }
    }
  }
}

type Triple = readonly [number, number, number];

function isFree(cells: Float64Array, at: number): boolean {
  return cells[at + COUNT] === 0 && cells[at + AMOUNT] === 0;
}

/** Whether a double is surely the whole number it stands for; never for LARGE. */
function isExact(value: number): boolean {
  return value <= EXACT_MAX && value >= -EXACT_MAX;
}

/** Spreads pairs over places. It decides nothing that anyone can see. */
function placeOf(first: number, second: number): number {
  const high = Math.floor(second / 0x1_0000_0000);
  let hash = Math.imul(first ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1) ^ (second | 0);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
