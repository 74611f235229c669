/**
 * The high-low matching that the paper's Table 5 shows, whatever its equations say: losses are not
 * taken out of the energy, and the seller's half of the difference is subtracted from its price.
 */

import type { Fraction } from '../price-rule.ts';
import { exactEnergy } from './exact-energy.ts';
import { fraction } from './fraction.ts';
import { matchChecked } from './match.ts';
import type { DirectMatching } from './matching.ts';
import type { PairGroup } from './pair-groups.ts';
import type { DirectRound, DirectSeller } from './round.ts';
import { corridorName } from './security-check.ts';
import { type PairAt, TradeBook } from './trade-book.ts';

/**
 * Buyers by price less transmission price, descending, with sellers by price, environmental price and
 * cross-subsidy, ascending; green demand with wind first. Only F_B >= F_S trades.
 * @throws RangeError for sellers of several regions, for then no one order of buyers holds
 */
export function matchAsPrinted(round: DirectRound): DirectMatching<Fraction> {
  const groups = printedGroups(round);
  const book = new TradeBook(round, exactEnergy, () => 0n);
  const mayPair = ({ buyerPrices, sellerCosts }: PairGroup, buyer: number, seller: number) =>
    (buyerPrices[buyer] as bigint) >= (sellerCosts[seller] as bigint);
  return matchChecked(book, { groups, mayPair }, () => {
    tradePrinted(book, true);
    tradePrinted(book, false);
  });
}

/** (F_B + F_S) / 2, and F_S - (F_B - F_S) / 2: equation 5 with its sign turned. */
export function printedPrices(
  buyerLimit: bigint,
  sellerLimit: bigint,
): { readonly buyerPrice: Fraction; readonly sellerPrice: Fraction } {
  return {
    buyerPrice: fraction(buyerLimit + sellerLimit, 2n),
    sellerPrice: fraction(3n * sellerLimit - buyerLimit, 2n),
  };
}

interface Ranked {
  readonly at: number;
  readonly rank: bigint;
  readonly limit: bigint;
  /** Of the buyer with the region of the sellers. */
  readonly corridor: number;
}

/** Each class of equal buyers takes from each class of equal sellers in turn. */
function tradePrinted(book: TradeBook<Fraction>, green: boolean): void {
  const { round } = book;
  const buyers = classesOf(rankedBuyers(book));
  const sellers = classesOf(rankedSellers(round, green));
  for (const buying of buyers) {
    for (const selling of sellers) {
      const pairs = buying.flatMap(({ at: buyer, limit, corridor }) =>
        selling
          .filter((seller) => limit >= seller.limit)
          .map(({ at: seller }): PairAt => ({ buyer, seller, corridor })),
      );
      const able = pairs.filter((pair) => book.isSome(book.capacity(pair, green)));
      if (able.length === 1) book.trade(able[0] as PairAt, green);
      else if (able.length > 1) book.tradeTogether(able, green);
    }
  }
}

function rankedBuyers(book: TradeBook<Fraction>): Ranked[] {
  const { buyers, sellers, corridors } = book.round;
  const region = sellers[0]?.region;
  const known = new Map(corridors.map((corridor, at) => [corridorName(corridor), at]));
  return buyers.flatMap(({ region: to, price }, at) => {
    const corridor =
      region === undefined ? undefined : known.get(corridorName({ from: region, to }));
    if (corridor === undefined || book.closed.has(corridor)) return [];
    const transmission = corridors[corridor]?.transmissionPrice ?? 0n;
    return [{ at, rank: transmission - price, limit: price, corridor }];
  });
}

function rankedSellers({ sellers }: DirectRound, green: boolean): Ranked[] {
  const costOf = ({ price, environmentalPrice, crossSubsidy }: DirectSeller) =>
    price + environmentalPrice + crossSubsidy;
  return sellers.flatMap((seller, at) =>
    green && seller.type !== 'wind'
      ? []
      : [{ at, rank: costOf(seller), limit: seller.price, corridor: 0 }],
  );
}

/** Those of equal rank together, the lowest rank first. */
function classesOf(ranked: readonly Ranked[]): readonly (readonly Ranked[])[] {
  const byRank = new Map<bigint, Ranked[]>();
  for (const one of ranked) {
    const found = byRank.get(one.rank);
    if (found === undefined) byRank.set(one.rank, [one]);
    else found.push(one);
  }
  return [...byRank]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, together]) => together);
}

/** By corridor and type as elsewhere, for the reasons alone: both sides by their declared price. */
function printedGroups({ buyers, sellers, corridors }: DirectRound): readonly PairGroup[] {
  const regions = new Set(sellers.map(({ region }) => region));
  if (regions.size > 1) {
    throw new RangeError(`printed: expected sellers of one region, got ${regions.size}`);
  }
  const [from] = regions;
  if (from === undefined) return [];
  const selling = sellers.map(({ price }, at) => ({ at, price })).sort((a, b) => order(a, b));
  return corridors.flatMap((row, corridor) => {
    const to = row.from === from ? row.to : row.to === from ? row.from : undefined;
    const buying = buyers
      .flatMap(({ region, price }, at) => (region === to ? [{ at, price }] : []))
      .sort((a, b) => order(b, a));
    if (buying.length === 0) return [];
    return [
      {
        corridor,
        type: 'other' as const,
        buyers: buying.map(({ at }) => at),
        sellers: selling.map(({ at }) => at),
        buyerPrices: buying.map(({ price }) => price),
        sellerCosts: selling.map(({ price }) => price),
        kept: 1n,
        transmissionPrice: row.transmissionPrice,
      },
    ];
  });
}

function order(a: { readonly price: bigint }, b: { readonly price: bigint }): number {
  return a.price < b.price ? -1 : a.price > b.price ? 1 : 0;
}
