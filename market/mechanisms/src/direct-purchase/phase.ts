/**
 * One phase of the matching as stated: each time the highest converted value of the matrix first, the
 * filled buyer or seller removed (Tian et al., section III.D, after equation 3).
 */

import { mayTrade, type PairGroup, valueAt } from './pair-groups.ts';
import type { DirectRound } from './round.ts';
import type { PairAt, TradeBook } from './trade-book.ts';

/** Trades all that the phase allows over corridors that are open. */
export function tradePhase<Quantity>(
  book: TradeBook<Quantity>,
  groups: readonly PairGroup[],
  green: boolean,
): void {
  const queue = new CursorQueue<Cursor<Quantity>>();
  const open = groups.filter(
    ({ corridor, type }) => !book.closed.has(corridor) && (!green || type === 'wind'),
  );
  for (const group of open) queue.push(new Cursor(book, group, green));
  for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
    // A value that has fallen since it was queued waits for its new turn.
    if (best.advance()) {
      queue.push(best);
      continue;
    }
    const equal = [best];
    for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
      if (compareValues(next, best) !== 0) break;
      queue.pop();
      if (next.advance()) queue.push(next);
      else equal.push(next);
    }
    const pairs = equal.flatMap((cursor) => cursor.equalPairs());
    if (pairs.length === 1) book.trade(pairs[0] as PairAt, green);
    else book.tradeTogether(pairs, green);
    for (const cursor of equal) {
      cursor.advance();
      queue.push(cursor);
    }
  }
}

/** The best pair of a group that can still trade. */
class Cursor<Quantity> {
  /** q (1 - e) and 1 - e; nothing once no pair of the group may trade. */
  value: bigint | undefined;
  readonly kept: bigint;
  readonly #book: TradeBook<Quantity>;
  readonly #group: PairGroup;
  readonly #green: boolean;
  #buyer = 0;
  #seller = 0;

  constructor(book: TradeBook<Quantity>, group: PairGroup, green: boolean) {
    this.#book = book;
    this.#group = group;
    this.#green = green;
    this.kept = group.kept;
    this.#skip();
    this.value = this.#valueHere();
  }

  /** Passes by those who are full, and says whether that changed the value. */
  advance(): boolean {
    if (!this.#skip()) return false;
    const value = this.#valueHere();
    const changed = value !== this.value;
    this.value = value;
    return changed;
  }

  /** All pairs of the group with the value of the best that can still trade. */
  equalPairs(): PairAt[] {
    const { corridor, buyers, sellers, buyerPrices, sellerCosts } = this.#group;
    const equalBuyers: number[] = [];
    for (let at = this.#buyer; buyerPrices[at] === buyerPrices[this.#buyer]; at++) {
      if (this.#wants(at)) equalBuyers.push(buyers[at] as number);
      if (at + 1 === buyers.length) break;
    }
    const equalSellers: number[] = [];
    for (let at = this.#seller; sellerCosts[at] === sellerCosts[this.#seller]; at++) {
      if (this.#offers(at)) equalSellers.push(sellers[at] as number);
      if (at + 1 === sellers.length) break;
    }
    return equalBuyers.flatMap((buyer) =>
      equalSellers.map((seller) => ({ buyer, seller, corridor })),
    );
  }

  #skip(): boolean {
    const { buyers, sellers } = this.#group;
    const [buyer, seller] = [this.#buyer, this.#seller];
    while (this.#buyer < buyers.length && !this.#wants(this.#buyer)) this.#buyer++;
    while (this.#seller < sellers.length && !this.#offers(this.#seller)) this.#seller++;
    return buyer !== this.#buyer || seller !== this.#seller;
  }

  #wants(at: number): boolean {
    return this.#book.isSome(this.#book.wanted(this.#group.buyers[at] as number, this.#green));
  }

  #offers(at: number): boolean {
    const { sellers, corridor } = this.#group;
    return this.#book.isSome(this.#book.offered(sellers[at] as number, corridor));
  }

  #valueHere(): bigint | undefined {
    const { buyers, sellers } = this.#group;
    if (this.#buyer === buyers.length || this.#seller === sellers.length) return undefined;
    const at = { buyer: this.#buyer, seller: this.#seller, green: this.#green };
    const round: DirectRound = this.#book.round;
    return mayTrade(this.#group, round, at) ? valueAt(this.#group, round, at) : undefined;
  }
}

interface Valued {
  readonly value: bigint | undefined;
  readonly kept: bigint;
}

/** Above zero where `a` has the higher converted value. */
function compareValues(a: Valued, b: Valued): number {
  const left = (a.value as bigint) * b.kept;
  const right = (b.value as bigint) * a.kept;
  return left > right ? 1 : left < right ? -1 : 0;
}

/** A binary heap, the highest value first. What has no value is not taken in. */
class CursorQueue<Entry extends Valued> {
  readonly #heap: Entry[] = [];

  peek(): Entry | undefined {
    return this.#heap[0];
  }

  push(entry: Entry): void {
    if (entry.value === undefined) return;
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (compareValues(heap[above] as Entry, entry) >= 0) break;
      heap[at] = heap[above] as Entry;
      at = above;
    }
    heap[at] = entry;
  }

  pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      const right = heap[below + 1];
      if (right !== undefined && compareValues(right, heap[below] as Entry) > 0) below++;
      if (compareValues(heap[below] as Entry, last) <= 0) break;
      heap[at] = heap[below] as Entry;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}
