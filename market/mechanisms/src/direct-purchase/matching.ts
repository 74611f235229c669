/** What a matching of a round comes to, in exact fractions of a Wh or in whole Wh. */

/** One buyer with one seller in one phase. */
export interface DirectPair<Quantity> {
  readonly buyer: string;
  readonly seller: string;
  /** Matched in the green phase: the certificates go with the energy. */
  readonly green: boolean;
  /** At the buyer's meter. */
  readonly energy: Quantity;
  /** What it takes at the seller's busbar. */
  readonly injected: Quantity;
  /** What limits of corridors took from it, at the buyer's meter. */
  readonly cut: Quantity;
}

/** Why energy found no counterparty: the first of these that holds. */
export type UnmatchedReason = 'bundling' | 'limit' | 'no corridor' | 'price' | 'filled';

export interface UnmatchedEnergy<Quantity> {
  readonly id: string;
  readonly side: 'buyer' | 'seller';
  /** At the buyer's meter, or the seller's busbar. */
  readonly energy: Quantity;
  readonly reason: UnmatchedReason;
}

export interface CheckedLimit<Quantity> {
  readonly from: string;
  readonly to: string;
  readonly limit: Quantity;
  /** The most that a round of the check asked of the corridor. */
  readonly requested: Quantity;
  /** What the check left to it. */
  readonly granted: Quantity;
  /** Whether it was asked for more than its limit. */
  readonly binding: boolean;
}

export interface DirectMatching<Quantity> {
  /** In the order of matching; pairs of equal converted value by lot. */
  readonly pairs: readonly DirectPair<Quantity>[];
  readonly unmatched: readonly UnmatchedEnergy<Quantity>[];
  /** One for each limit of the round, in its order. */
  readonly limits: readonly CheckedLimit<Quantity>[];
  /** Matchings that the security check took: one, and one more for each corridor it closed or fewer. */
  readonly rounds: number;
}
