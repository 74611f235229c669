/** What a mechanism makes of a book, beside the most that can be made of it. */

import { type AuctionMechanism, type Call, findMechanism } from '@commonwatt/mechanisms';
import { type BookKind, bookOf } from './books.ts';
import parameters from './parameters.json' with { type: 'json' };

export type RuleName = 'mcafee' | 'sbba' | 'muda';

export interface Outcome {
  readonly orders: number;
  /** Value of the trades by the limits, as a part of the most it can be. */
  readonly efficiency: number;
  /** What is left with the market maker, as a part of the value of the trades. */
  readonly left: number;
  /** Exactly what is left, in nano-euros. */
  readonly surplus: bigint;
  readonly volumeWh: bigint;
  readonly efficientVolumeWh: bigint;
  /** How many prices the trades have, a buyer's and a seller's counted each. */
  readonly prices: number;
}

export function auctionNamed(name: RuleName | 'uniform'): AuctionMechanism {
  const found = findMechanism(name);
  if (found?.kind !== 'auction')
    throw new RangeError(`experiment: expected an auction, got ${name}`);
  return found;
}

/** Of every book in which anything can trade. */
export function outcomesOf(
  names: readonly RuleName[],
  kind: BookKind,
  sizes: readonly { readonly orders: number; readonly books: number }[] = parameters.sizes,
): ReadonlyMap<RuleName, readonly Outcome[]> {
  const outcomes = new Map<RuleName, Outcome[]>(names.map((name) => [name, []]));
  for (const { orders, books } of sizes) {
    for (let number = 0; number < books; number++) {
      const book = bookOf(kind, orders, number);
      const best = auctionNamed('uniform').clear(book);
      if (best.welfare <= 0n) continue;
      for (const name of names) {
        outcomes.get(name)?.push(outcomeOf(name, book, best.welfare, best.volume));
      }
    }
  }
  return outcomes;
}

function outcomeOf(
  name: RuleName,
  book: Call,
  mostWelfare: bigint,
  efficientVolumeWh: bigint,
): Outcome {
  const { welfare, surplus, volume, trades } = auctionNamed(name).clear(book);
  const prices = new Set(trades.flatMap((one) => [one.buyerPrice, one.sellerPrice]));
  return {
    orders: book.orders.length,
    efficiency: Number(welfare) / Number(mostWelfare),
    left: welfare === 0n ? 0 : Number(surplus) / Number(welfare),
    surplus,
    volumeWh: volume,
    efficientVolumeWh,
    prices: prices.size,
  };
}
