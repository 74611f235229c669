/**
 * All buyers of one region with all sellers of one type in another: within a group the converted
 * value is a buyer's part less a seller's part, so that its best pair is the first buyer with the
 * first seller, and the m x n matrix (Tian et al., equation 1) is never made.
 */

import type { DirectRound, GenerationType } from './round.ts';
import { GENERATION_TYPES } from './round.ts';
import { certificateFifths, MILLION } from './terms.ts';

export interface PairGroup {
  /** By index in the round. */
  readonly corridor: number;
  readonly type: GenerationType;
  /** Indices, dearest first. */
  readonly buyers: readonly number[];
  /** Indices, cheapest at the buyer's meter first. */
  readonly sellers: readonly number[];
  /** F_B of each of the buyers. */
  readonly buyerPrices: readonly bigint[];
  /** (F_S / (1 - e) + W) (1 - e) in millionths, of each of the sellers. */
  readonly sellerCosts: readonly bigint[];
  /** 1 - e in millionths. */
  readonly kept: bigint;
  readonly transmissionPrice: bigint;
}

/** df (1 - e) in millionths of nano-token per Wh, of the buyer and the seller at two places. */
export function differenceAt(group: PairGroup, buyer: number, seller: number): bigint {
  const { buyerPrices, sellerCosts, kept, transmissionPrice } = group;
  const price = (buyerPrices[buyer] as bigint) - transmissionPrice;
  return price * kept - (sellerCosts[seller] as bigint);
}

/**
 * q (1 - e), in units that all groups of one round share: only the division by `kept` is left to
 * compare two groups.
 */
export function valueAt(
  group: PairGroup,
  { certificatePrice }: DirectRound,
  { buyer, seller, green }: { buyer: number; seller: number; green: boolean },
): bigint {
  const { numerator, denominator } = certificatePrice;
  const owed = certificateFifths(group.type, green) * numerator * MILLION;
  return differenceAt(group, buyer, seller) * 5n * denominator - owed;
}

/** Whether a pair may trade: df >= 0 and q >= 0. */
export function mayTrade(
  group: PairGroup,
  round: DirectRound,
  at: { buyer: number; seller: number; green: boolean },
): boolean {
  return differenceAt(group, at.buyer, at.seller) >= 0n && valueAt(group, round, at) >= 0n;
}

/** The groups of a round: one for each direction of a corridor and type that has both sides. */
export function pairGroups({ buyers, sellers, corridors }: DirectRound): readonly PairGroup[] {
  const buyersOf = indicesBy(buyers, ({ region }) => region);
  for (const found of buyersOf.values()) {
    found.sort((a, b) => descending(buyers[a]?.price ?? 0n, buyers[b]?.price ?? 0n));
  }
  const sellersOf = indicesBy(sellers, ({ region, type }) => `${type} ${region}`);
  const groups: PairGroup[] = [];
  for (const [corridor, { from, to, loss, transmissionPrice }] of corridors.entries()) {
    const kept = MILLION - loss;
    const costOf = (at: number): bigint => {
      const { price, environmentalPrice, crossSubsidy } = sellers[at] as (typeof sellers)[number];
      return price * MILLION + (environmentalPrice + crossSubsidy) * kept;
    };
    const directions =
      from === to
        ? [[from, to]]
        : [
            [from, to],
            [to, from],
          ];
    for (const [sellerRegion, buyerRegion] of directions) {
      const buying = buyersOf.get(buyerRegion as string);
      if (buying === undefined) continue;
      for (const type of GENERATION_TYPES) {
        const selling = sellersOf.get(`${type} ${sellerRegion}`);
        if (selling === undefined) continue;
        const costs = selling.map((at) => ({ at, cost: costOf(at) }));
        costs.sort((a, b) => descending(b.cost, a.cost));
        groups.push({
          corridor,
          type,
          buyers: buying,
          sellers: costs.map(({ at }) => at),
          buyerPrices: buying.map((at) => buyers[at]?.price ?? 0n),
          sellerCosts: costs.map(({ cost }) => cost),
          kept,
          transmissionPrice,
        });
      }
    }
  }
  return groups;
}

function indicesBy<Row>(rows: readonly Row[], nameOf: (row: Row) => string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [at, row] of rows.entries()) {
    const name = nameOf(row);
    const indices = found.get(name);
    if (indices === undefined) found.set(name, [at]);
    else indices.push(at);
  }
  return found;
}

function descending(a: bigint, b: bigint): number {
  return a > b ? -1 : a < b ? 1 : 0;
}
