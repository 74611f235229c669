/**
 * One negotiation of the case study by the concession rule of the mechanisms (SETM leaves the
 * bargaining open: Algorithm 2, line 32). Generation opened with its SEND; the moves that follow
 * are the consumer's and generation's in turn, and the last one accepts.
 */

import { agreedPrice, type Band, offerInRound } from '@commonwatt/mechanisms';
import type { Price } from '@commonwatt/units';

export interface Move {
  readonly by: 'buy' | 'sell';
  readonly step: 'counter' | 'accept';
  /** Round of the concession rule, from 1. */
  readonly round: number;
  readonly price: Price;
}

export interface Bargain {
  readonly buyer: Band;
  readonly seller: Band;
  readonly rounds: number;
}

/**
 * The consumer answers every offer with its own of the same round. Where its offer meets or crosses
 * generation's, it names the midpoint instead, and generation accepts.
 * @throws RangeError when the bands never meet.
 */
export function movesOf({ buyer, seller, rounds }: Bargain): readonly Move[] {
  const moves: Move[] = [];
  for (let round = 1; round <= rounds; round++) {
    const ask = offerInRound({ side: 'sell', band: seller, round, rounds });
    const bid = offerInRound({ side: 'buy', band: buyer, round, rounds });
    // Generation's first offer is its SEND.
    if (round > 1) moves.push({ by: 'sell', step: 'counter', round, price: ask });
    const agreed = agreedPrice({ bid, ask });
    moves.push({ by: 'buy', step: 'counter', round, price: agreed ?? bid });
    if (agreed === null) continue;
    moves.push({ by: 'sell', step: 'accept', round, price: agreed });
    return moves;
  }
  throw new RangeError(`bargain: expected bands that meet within ${rounds} rounds`);
}
