/** The peg on this side: what is locked, or minted, is exactly what crossed and did not come back. */

import type { State } from '@commonwatt/ledger';
import { certificateLedgerOf } from '../parameters.ts';
import { account, balanceOf, ISSUANCE } from '../wallet/accounts.ts';
import { pegs } from './state.ts';

/**
 * B-1 and B-2.
 * @throws Error when coin is held or minted that no crossing accounts for, or more came back than left
 */
export function checkPegs(state: State): void {
  if (state.size(pegs) === 0) return;
  const mints = certificateLedgerOf(state) !== undefined;
  let sum = 0n;
  for (const [peer, peg] of state.entries(pegs)) {
    const standing = mints ? peg.in - peg.out : peg.out - peg.in;
    if (standing < 0n) throw new Error(`B-1: expected no more back of ${peer}, got ${standing}`);
    sum += standing;
  }
  const [name, held] = mints
    ? ['minted', -balanceOf(state, ISSUANCE)]
    : ['locked', balanceOf(state, account(0, 'pegged'))];
  if (held !== sum) throw new Error(`B-2: expected ${sum} ${name}, got ${held}`);
}
