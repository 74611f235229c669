/** Energy coin in, out and across: the wallet's actions. */

import type { ActionContext, ActionType, State } from '@commonwatt/ledger';
import { type Money, money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember, authorised } from '../authority.ts';
import { type Posted, posted } from '../events.ts';
import { members } from '../identity/state.ts';
import { refusePegged } from '../parameters.ts';
import type { ContractRefusal } from '../refusals.ts';
import {
  account,
  balanceOf,
  ISSUANCE,
  ISSUED_MAX,
  move,
  refuseAmount,
  refuseCreditLimit,
  refuseUnknownMember,
  writeCreditLimit,
} from './accounts.ts';
import { serveDue } from './dues.ts';
import {
  type ConfirmWithdrawal,
  confirmWithdrawalCodec,
  type Deposit,
  depositCodec,
  type RejectWithdrawal,
  type RequestWithdrawal,
  rejectWithdrawalCodec,
  requestWithdrawalCodec,
  type SetCreditLimit,
  setCreditLimitCodec,
  type Transfer,
  transferCodec,
} from './messages.ts';
import { type AccountKey, attestations } from './state.ts';

export const deposit = authorised<Deposit>(
  ACTION.deposit,
  'deposit',
  'treasurer',
  depositCodec,
  (context, { member, amount, reference }) => {
    const { state } = context;
    const refusal =
      refusePegged(state) ??
      refuseUnknownMember(state, member) ??
      refuseAmount(amount) ??
      refuseIssue(state, amount) ??
      refuseReference(context, reference);
    if (refusal !== undefined) return refusal;
    state.set(attestations, reference, { member });
    move(state, ISSUANCE, account(member, 'available'), amount);
    serveDue(state, member);
    post(context, { member, reason: 'deposit', amount });
    return undefined;
  },
);

/** Own money only: a credit limit covers orders, and is not money to take out. */
export const requestWithdrawal: ActionType<RequestWithdrawal> = {
  type: ACTION.requestWithdrawal,
  name: 'request withdrawal',
  codec: requestWithdrawalCodec,
  apply(context, { amount }) {
    const { state } = context;
    const member = actingMember(context);
    const free = account(member, 'available');
    const refusal =
      refusePegged(state) ?? refuseAmount(amount) ?? refuseBalance(context, free, amount);
    if (refusal !== undefined) return refusal;
    move(state, free, account(member, 'withdrawing'), amount);
    post(context, { member, reason: 'withdrawal requested', amount });
    return undefined;
  },
};

export const confirmWithdrawal = authorised<ConfirmWithdrawal>(
  ACTION.confirmWithdrawal,
  'confirm withdrawal',
  'treasurer',
  confirmWithdrawalCodec,
  (context, { member, amount, reference }) => {
    const { state } = context;
    const waiting = account(member, 'withdrawing');
    const refusal =
      refuseUnknownMember(state, member) ??
      refuseAmount(amount) ??
      refuseReference(context, reference) ??
      refuseBalance(context, waiting, amount);
    if (refusal !== undefined) return refusal;
    state.set(attestations, reference, { member });
    move(state, waiting, ISSUANCE, amount);
    post(context, { member, reason: 'withdrawal', amount });
    return undefined;
  },
);

export const rejectWithdrawal = authorised<RejectWithdrawal>(
  ACTION.rejectWithdrawal,
  'reject withdrawal',
  'treasurer',
  rejectWithdrawalCodec,
  (context, { member, amount }) => {
    const { state } = context;
    const waiting = account(member, 'withdrawing');
    const refusal =
      refuseUnknownMember(state, member) ??
      refuseAmount(amount) ??
      refuseBalance(context, waiting, amount);
    if (refusal !== undefined) return refusal;
    move(state, waiting, account(member, 'available'), amount);
    serveDue(state, member);
    post(context, { member, reason: 'withdrawal rejected', amount });
    return undefined;
  },
);

/** Own money only, as with a withdrawal: credit handed on would be credit without an owner. */
export const transfer: ActionType<Transfer> = {
  type: ACTION.transfer,
  name: 'transfer',
  codec: transferCodec,
  apply(context, { to, amount }) {
    const { state } = context;
    const member = actingMember(context);
    const free = account(member, 'available');
    const refusal =
      refuseRecipient(context, member, to) ??
      refuseAmount(amount) ??
      refuseBalance(context, free, amount);
    if (refusal !== undefined) return refusal;
    move(state, free, account(to, 'available'), amount);
    serveDue(state, to);
    post(context, { member, reason: 'transfer out', amount });
    post(context, { member: to, reason: 'transfer in', amount });
    return undefined;
  },
};

/** A lower limit takes nothing from anyone: what orders hold stays held, and no more is lent. */
export const setCreditLimit = authorised<SetCreditLimit>(
  ACTION.setCreditLimit,
  'set credit limit',
  'operator',
  setCreditLimitCodec,
  ({ state }, { member, limit }) => {
    const refusal = refuseUnknownMember(state, member) ?? refuseCreditLimit(limit);
    if (refusal !== undefined) return refusal;
    writeCreditLimit(state, member, limit);
    serveDue(state, member);
    return undefined;
  },
);

function post(context: ActionContext, value: Posted): void {
  context.emit(posted, value);
}

/** Why no more money may come to be; nothing while there is room for it. */
export function refuseIssue(state: State, amount: Money): ContractRefusal | undefined {
  const room = money(ISSUED_MAX + balanceOf(state, ISSUANCE));
  return amount > room ? { code: 'amount_too_large', amount, amountMax: room } : undefined;
}

function refuseReference(
  { state }: ActionContext,
  reference: Uint8Array,
): ContractRefusal | undefined {
  return state.get(attestations, reference) === undefined
    ? undefined
    : { code: 'reference_used', reference };
}

function refuseBalance(
  { state }: ActionContext,
  key: AccountKey,
  amount: Money,
): ContractRefusal | undefined {
  const balance = balanceOf(state, key);
  return balance < amount ? { code: 'balance_insufficient', balance, needed: amount } : undefined;
}

function refuseRecipient(
  { state, height }: ActionContext,
  from: number,
  to: number,
): ContractRefusal | undefined {
  if (to === from) return { code: 'transfer_to_self', member: to };
  const recipient = state.get(members, to);
  if (recipient === undefined) return { code: 'member_unknown', member: to };
  const { revokedFromHeight } = recipient;
  if (revokedFromHeight !== undefined && revokedFromHeight <= height) {
    return { code: 'member_revoked', member: to, fromHeight: revokedFromHeight };
  }
  return undefined;
}
