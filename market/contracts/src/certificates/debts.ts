/** Certificates that a member was issued too many of and gave on before that was known. */

import type { BlockContext, State } from '@commonwatt/ledger';
import { type Energy, energy } from '@commonwatt/units';
import { type DebtChanged, debtChanged } from './events.ts';
import { debts } from './state.ts';

const NOTHING = energy(0n);

export function debtOf(state: State, member: number): Energy {
  return state.get(debts, member)?.energy ?? NOTHING;
}

/** Adds to what a member owes, or takes from it where negative. A member without debt has no entry. */
export function addDebt(
  context: Pick<BlockContext, 'state' | 'emit'>,
  member: number,
  more: bigint,
): void {
  const now = energy(debtOf(context.state, member) + more);
  if (now === 0n) context.state.delete(debts, member);
  else context.state.set(debts, member, { energy: now });
  context.emit<DebtChanged>(debtChanged, { member, energy: now });
}
