/**
 * Money out of the community's own accounts, by the treasurers' decision: to a member's free balance, or
 * off the ledger by the bank. What a later run of a period that can still be corrected might take back
 * stays where it is, so that no account owes what it has already paid out.
 */

import type { State } from '@commonwatt/ledger';
import { type Money, money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { authorised } from '../authority.ts';
import { type CommunityPaid, communityPaid, type Posted, posted } from '../events.ts';
import { members } from '../identity/state.ts';
import { refusePegged } from '../parameters.ts';
import type { ContractRefusal } from '../refusals.ts';
import { account, balanceOf, ISSUANCE, move, refuseAmount } from '../wallet/accounts.ts';
import { serveDue } from '../wallet/dues.ts';
import { attestations } from '../wallet/state.ts';
import { type CommunityAccount, type PayOut, payOutCodec } from './messages.ts';
import { correctables } from './state.ts';

export const payOut = authorised<PayOut>(
  ACTION.payOut,
  'pay out',
  'treasurer',
  payOutCodec,
  (context, { account: kind, amount, member, reference }) => {
    const { state, height } = context;
    const refusal =
      refusePayee(state, height, member) ??
      (member === undefined ? refusePegged(state) : undefined) ??
      refuseAmount(amount) ??
      refuseReference(state, reference) ??
      refuseBeyond(state, kind, amount);
    if (refusal !== undefined) return refusal;
    state.set(attestations, reference, { member: member ?? 0 });
    const from = account(0, kind);
    if (member === undefined) {
      move(state, from, ISSUANCE, amount);
    } else {
      move(state, from, account(member, 'available'), amount);
      serveDue(state, member);
      context.emit<Posted>(posted, { member, reason: 'paid by the community', amount });
    }
    const way = member === undefined ? 'bank' : 'member';
    context.emit<CommunityPaid>(communityPaid, { account: kind, amount, way });
    return undefined;
  },
);

/** What an account may pay out now: its balance less what later runs may still take back. */
export function payableOf(
  state: State,
  kind: CommunityAccount,
): { readonly balance: Money; readonly correctable: Money; readonly payable: Money } {
  const balance = balanceOf(state, account(0, kind));
  const correctable = state
    .entries(correctables)
    .reduce((sum, [, kept]) => (kept[kind] > 0n ? sum + kept[kind] : sum), 0n);
  const payable = balance > correctable ? balance - correctable : 0n;
  return { balance, correctable: money(correctable), payable: money(payable) };
}

function refuseBeyond(
  state: State,
  kind: CommunityAccount,
  amount: Money,
): ContractRefusal | undefined {
  const { balance, correctable, payable } = payableOf(state, kind);
  return amount <= payable
    ? undefined
    : { code: 'balance_insufficient', balance, correctable, needed: amount };
}

/** As with a transfer: nobody could take out what someone who left receives. */
function refusePayee(
  state: State,
  height: number,
  member: number | undefined,
): ContractRefusal | undefined {
  if (member === undefined) return undefined;
  const payee = state.get(members, member);
  if (payee === undefined) return { code: 'member_unknown', member };
  const { revokedFromHeight } = payee;
  return revokedFromHeight !== undefined && revokedFromHeight <= height
    ? { code: 'member_revoked', member, fromHeight: revokedFromHeight }
    : undefined;
}

function refuseReference(state: State, reference: Uint8Array): ContractRefusal | undefined {
  return state.get(attestations, reference) === undefined
    ? undefined
    : { code: 'reference_used', reference };
}
