/** Why energy found no counterparty. */

import type { Bundled } from './bundling.ts';
import type { UnmatchedEnergy, UnmatchedReason } from './matching.ts';
import type { PairGroup } from './pair-groups.ts';
import type { TradeBook } from './trade-book.ts';

/** Whether the buyer and the seller at two places of a group may trade, were there energy. */
export type Acceptance = (group: PairGroup, buyer: number, seller: number) => boolean;

/** What a group holds for one party of it, seen from its own side. */
interface Outlook {
  readonly group: PairGroup;
  /** Whether it may trade with the best counterparty. */
  readonly accepts: boolean;
  /** The same for the best counterparty that has energy left; nothing where none has. */
  readonly acceptsLeft: boolean | undefined;
  /** How many counterparties have energy left. */
  readonly leftCount: number;
}

/** One row for each buyer and seller with energy left, buyers first, in the round's order. */
export function unmatchedOf<Quantity>(
  book: TradeBook<Quantity>,
  reading: { readonly groups: readonly PairGroup[]; readonly mayPair: Acceptance },
  bundled: Bundled,
): readonly UnmatchedEnergy<Quantity>[] {
  const { buyers, sellers } = book.round;
  const cut = cutByLimits(book);
  const outlooks = outlooksOf(book, reading);
  const someBundled = bundled.buyers.size > 0;
  const rows = (
    side: 'buyer' | 'seller',
    parties: readonly { readonly id: string }[],
    left: readonly Quantity[],
  ): UnmatchedEnergy<Quantity>[] => {
    const [counterparties, counterpartiesLeft] =
      side === 'buyer' ? [sellers.length, book.sellerLeft] : [buyers.length, book.buyerLeft];
    const someLeft = counterpartiesLeft.filter((one) => book.isSome(one)).length;
    const lost = side === 'buyer' ? bundled.buyers : bundled.sellers;
    return parties.flatMap(({ id }, at) => {
      const energy = left[at] as Quantity;
      if (!book.isSome(energy)) return [];
      const seen = outlooks[side].get(at) ?? [];
      const limited = cut[side].has(at) || isLimited(book, seen);
      const bundledAway = lost.has(at) || (!limited && someBundled && isOpen(book, seen));
      const reason: UnmatchedReason = bundledAway
        ? 'bundling'
        : limited
          ? 'limit'
          : reasonOf(seen, counterparties, someLeft);
      return [{ id, side, energy, reason }];
    });
  };
  return [...rows('buyer', buyers, book.buyerLeft), ...rows('seller', sellers, book.sellerLeft)];
}

/** A corridor that the check closed has energy left behind it. */
function isLimited<Quantity>(book: TradeBook<Quantity>, seen: readonly Outlook[]): boolean {
  return seen.some(({ group, acceptsLeft }) => acceptsLeft && book.closed.has(group.corridor));
}

/** Somebody it may trade with has energy left, over a corridor that is open. */
function isOpen<Quantity>(book: TradeBook<Quantity>, seen: readonly Outlook[]): boolean {
  return seen.some(({ group, acceptsLeft }) => acceptsLeft && !book.closed.has(group.corridor));
}

function reasonOf(
  seen: readonly Outlook[],
  counterparties: number,
  someLeft: number,
): Exclude<UnmatchedReason, 'bundling' | 'limit'> {
  if (seen.length === 0) return counterparties > 0 ? 'no corridor' : 'filled';
  if (!seen.some(({ accepts }) => accepts)) return 'price';
  if (seen.some(({ acceptsLeft }) => acceptsLeft === false)) return 'price';
  const reachable = seen.reduce((sum, { leftCount }) => sum + leftCount, 0);
  return reachable < someLeft ? 'no corridor' : 'filled';
}

function cutByLimits<Quantity>(book: TradeBook<Quantity>): {
  readonly buyer: ReadonlySet<number>;
  readonly seller: ReadonlySet<number>;
} {
  const cut = book.everyPair().filter((pair) => book.isSome(pair.cut));
  return {
    buyer: new Set(cut.map(({ buyer }) => buyer)),
    seller: new Set(cut.map(({ seller }) => seller)),
  };
}

type OutlooksOf = Map<number, Outlook[]>;

function outlooksOf<Quantity>(
  book: TradeBook<Quantity>,
  { groups, mayPair }: { readonly groups: readonly PairGroup[]; readonly mayPair: Acceptance },
): { readonly buyer: OutlooksOf; readonly seller: OutlooksOf } {
  const buyer: OutlooksOf = new Map();
  const seller: OutlooksOf = new Map();
  const add = (to: OutlooksOf, at: number, outlook: Outlook): void => {
    const found = to.get(at);
    if (found === undefined) to.set(at, [outlook]);
    else found.push(outlook);
  };
  for (const group of groups) {
    const { buyers, sellers } = group;
    const buyersLeft = placesLeft(buyers, book, book.buyerLeft);
    const sellersLeft = placesLeft(sellers, book, book.sellerLeft);
    const [firstBuyer, firstSeller] = [buyersLeft[0], sellersLeft[0]];
    for (const [place, at] of buyers.entries()) {
      add(buyer, at, {
        group,
        accepts: mayPair(group, place, 0),
        acceptsLeft: firstSeller === undefined ? undefined : mayPair(group, place, firstSeller),
        leftCount: sellersLeft.length,
      });
    }
    for (const [place, at] of sellers.entries()) {
      add(seller, at, {
        group,
        accepts: mayPair(group, 0, place),
        acceptsLeft: firstBuyer === undefined ? undefined : mayPair(group, firstBuyer, place),
        leftCount: buyersLeft.length,
      });
    }
  }
  return { buyer, seller };
}

/** Places in a group of those who have energy left, best first. */
function placesLeft<Quantity>(
  indices: readonly number[],
  book: TradeBook<Quantity>,
  left: readonly Quantity[],
): number[] {
  const places: number[] = [];
  for (const [place, at] of indices.entries()) {
    if (book.isSome(left[at] as Quantity)) places.push(place);
  }
  return places;
}
