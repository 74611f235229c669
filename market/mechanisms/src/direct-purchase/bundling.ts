/** Wind bundled with thermal generation: so much thermal energy at most for the wind that is traded. */

import type { BookedPair, TradeBook } from './trade-book.ts';

/** Who lost energy to the bundling, by index. */
export interface Bundled {
  readonly buyers: ReadonlySet<number>;
  readonly sellers: ReadonlySet<number>;
}

/**
 * Cuts the last thermal pairs in matching order until thermal energy is at most the ratio times the
 * wind energy, both at the busbar. What that frees is not matched again.
 */
export function bundle<Quantity>(book: TradeBook<Quantity>): Bundled {
  const buyers = new Set<number>();
  const sellers = new Set<number>();
  const { form, round } = book;
  if (round.bundling === undefined) return { buyers, sellers };
  const injected = (type: string): readonly BookedPair<Quantity>[] =>
    book.pairs().filter(({ seller }) => round.sellers[seller]?.type === type);
  const total = (pairs: readonly BookedPair<Quantity>[]): Quantity =>
    pairs.reduce((sum, pair) => form.plus(sum, pair.injected), form.of(0n));
  const thermal = injected('thermal');
  const most = form.times(total(injected('wind')), round.bundling);
  let traded = total(thermal);
  for (const pair of thermal.toReversed()) {
    if (form.compare(traded, most) <= 0) break;
    const excess = form.minus(traded, most);
    const before = pair.injected;
    const loss = book.losses[pair.corridor] as bigint;
    const whole = form.compare(before, excess) <= 0;
    const energy = whole ? form.of(0n) : form.atMeter(form.minus(before, excess), loss);
    book.lower(pair, energy);
    traded = form.minus(traded, form.minus(before, pair.injected));
    buyers.add(pair.buyer);
    sellers.add(pair.seller);
  }
  return { buyers, sellers };
}
