/** Payments that no escrow covers, between members and the community's accounts. */

import type { BlockContext } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { account, move } from '../wallet/accounts.ts';
import { takeCharge } from '../wallet/dues.ts';
import type { AccountKey } from '../wallet/state.ts';
import type { CommunityAccount } from './messages.ts';

/** What a member or an account of the community receives; negative where it pays. */
export type Payment =
  | { readonly member: number; readonly amount: bigint }
  | { readonly community: CommunityAccount; readonly amount: bigint };

/**
 * What payers pay fills one receiver after the other, members first by rising number, then the
 * community's accounts in their order. A member pays from its free balance down to its credit limit,
 * and the rest stands as a due; so every receiver receives in full and nothing holds a run up.
 * @throws Error where payments do not sum to zero, and nothing is told apart from a mistake of ours
 */
export function payAll(context: BlockContext, payments: readonly Payment[]): void {
  const sum = payments.reduce((total, { amount }) => total + amount, 0n);
  if (sum !== 0n) throw new Error(`payments: expected a sum of 0, got ${sum}`);
  const receivers = payments.filter(({ amount }) => amount > 0n);
  let at = 0;
  let open = receivers[0]?.amount ?? 0n;
  for (const payer of payments) {
    let left = -payer.amount;
    while (left > 0n) {
      const receiver = receivers[at] as Payment;
      const part = left < open ? left : open;
      payOne(context, payer, accountOf(receiver), part);
      left -= part;
      open -= part;
      if (open === 0n) {
        at += 1;
        open = receivers[at]?.amount ?? 0n;
      }
    }
  }
}

function payOne(context: BlockContext, payer: Payment, to: AccountKey, amount: bigint): void {
  if ('member' in payer) takeCharge(context, payer.member, to, amount);
  else move(context.state, account(0, payer.community), to, money(amount));
}

function accountOf(receiver: Payment): AccountKey {
  return 'member' in receiver
    ? account(receiver.member, 'available')
    : account(0, receiver.community);
}
