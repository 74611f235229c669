/**
 * The credit limit a member begins with. Identity stands before the wallet in the line and does not
 * know its tables; this is the one thing it asks of it.
 */

import type { State } from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';
import { creditLimits } from './wallet/state.ts';

/** Notes how far below zero a new member's free balance may go. Zero needs no note. */
export function openCredit(state: State, member: number, limit: Money): void {
  if (limit !== 0n) state.set(creditLimits, member, { limit });
}
