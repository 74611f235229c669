/** Payments that no escrow covers, between members and the community's accounts. */

import type { BlockContext } from '@commonwatt/ledger';
import { account, CompoundEntry } from '../wallet/accounts.ts';
import { takeCharge } from '../wallet/dues.ts';
import type { CommunityAccount } from './messages.ts';

/** What a member or an account of the community receives; negative where it pays. */
export type Payment =
  | { readonly member: number; readonly amount: bigint }
  | { readonly community: CommunityAccount; readonly amount: bigint };

/**
 * One entry: payers first, each by its own amount, then receivers. A member pays from its free balance
 * down to its credit limit, and the rest stands as a due; so every receiver receives in full and
 * nothing holds a run up.
 * @throws Error where payments do not sum to zero, and nothing is told apart from a mistake of ours
 */
export function payAll(context: BlockContext, payments: readonly Payment[]): void {
  const sum = payments.reduce((total, { amount }) => total + amount, 0n);
  if (sum !== 0n) throw new Error(`payments: expected a sum of 0, got ${sum}`);
  const entry = new CompoundEntry(context.state);
  for (const payment of payments) {
    const { amount } = payment;
    if (amount >= 0n) continue;
    if ('member' in payment) takeCharge(context, entry, payment.member, -amount);
    else entry.change(account(0, payment.community), amount);
  }
  for (const payment of payments) {
    const { amount } = payment;
    if (amount <= 0n) continue;
    if ('member' in payment) entry.change(account(payment.member, 'available'), amount);
    else entry.change(account(0, payment.community), amount);
  }
  entry.end();
}
