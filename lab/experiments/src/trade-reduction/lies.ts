/** What members could gain by stating another limit while all others keep to theirs. */

import type { AuctionMechanism, Call, Clearing, Order } from '@commonwatt/mechanisms';
import { price } from '@commonwatt/units';
import { type BookKind, bookOf } from './books.ts';
import { auctionNamed } from './outcomes.ts';
import parameters from './parameters.json' with { type: 'json' };

export interface Misreports {
  readonly tried: number;
  /** Members of those tried who gain by some lie. */
  readonly gaining: number;
  /** The most that one of them gains, as a part of what the whole book can gain. */
  readonly most: number;
}

/** How many books, and how many members of each are tried. */
export interface LieSample {
  readonly orders: number;
  readonly books: number;
  readonly liars: number;
}

export function misreportsOf(
  name: 'uniform' | 'mcafee' | 'sbba' | 'muda',
  kind: BookKind,
  samples: readonly LieSample[] = parameters.lies,
): Misreports {
  const auction = auctionNamed(name);
  let [tried, gaining, most] = [0, 0, 0];
  for (const { orders, books, liars } of samples) {
    for (let number = 0; number < books; number++) {
      const book = bookOf(kind, orders, number);
      const { welfare } = auctionNamed('uniform').clear(book);
      if (welfare <= 0n) continue;
      const honest = auction.clear(book);
      // In the theorems no two limits are equal, so no lie ties with anybody either.
      const lies = liesIn(book, kind !== 'unit');
      for (const order of book.orders.slice(0, liars)) {
        const gain = bestLieGain(auction, book, honest, order, lies);
        tried += 1;
        if (gain > 0n) gaining += 1;
        most = Math.max(most, Number(gain) / Number(welfare));
      }
    }
  }
  return { tried, gaining, most };
}

/** Above what honesty brings, by the true limit; 0 when no lie is better. */
function bestLieGain(
  auction: AuctionMechanism,
  book: Call,
  honest: Clearing,
  order: Order,
  lies: readonly bigint[],
): bigint {
  const honestly = gainOf(order, honest);
  let best = 0n;
  for (const lie of lies) {
    if (lie === order.limit) continue;
    const told = { ...order, limit: price(lie) };
    const orders = book.orders.map((one) => (one === order ? told : one));
    const gain = gainOf(order, auction.clear({ ...book, orders })) - honestly;
    if (gain > best) best = gain;
  }
  return best;
}

/** An outcome turns only where a limit passes another: one step beside each, and on it where ties count. */
function liesIn({ orders }: Call, tied: boolean): readonly bigint[] {
  const steps = tied ? [-1n, 0n, 1n] : [-1n, 1n];
  return [...new Set(orders.flatMap(({ limit }) => steps.map((step) => limit + step)))];
}

function gainOf({ id, member, side, limit }: Order, { fills, payments }: Clearing): bigint {
  const worth = limit * (fills.get(id) ?? 0n);
  return (side === 'buy' ? worth : -worth) - (payments.get(member) ?? 0n);
}
