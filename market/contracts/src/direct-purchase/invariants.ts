/** What must hold after every block; a node stops where it does not. */

import type { State } from '@commonwatt/ledger';
import { isOver } from './rounds.ts';
import { contractsOfRound, listingsOfRound, rounds, tokensHeldBack } from './state.ts';

/**
 * D-2: what is held of a member is what its listings and contracts hold.
 * @throws Error otherwise
 */
export function checkHolds(state: State): void {
  const sums = state.tallied(tokensHeldBack);
  if (sums.size === 0) return;
  const [one] = sums.entries();
  throw new Error(
    `D-2: expected listings and contracts to hold what is held of ${one?.first}, off by ${one?.amount}`,
  );
}

/**
 * D-4: a round that is over holds nothing of anybody.
 * @throws Error otherwise
 */
export function checkRounds(state: State): void {
  for (const { key: number, after } of state.changes(rounds)) {
    if (after === undefined || !isOver(after.stage)) continue;
    let held = 0n;
    for (const [, one] of state.group(listingsOfRound, `${number}`)) held += one.held;
    for (const [, one] of state.group(contractsOfRound, `${number}`)) {
      held += one.buyerHeld + one.sellerHeld;
    }
    if (held !== 0n) throw new Error(`D-4: expected round ${number} to hold nothing, got ${held}`);
  }
}
