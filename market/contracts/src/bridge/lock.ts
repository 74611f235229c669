/** What leaves: coin is locked on the market's ledger and burnt on that of certificates. */

import type { ActionContext, ActionType } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember } from '../authority.ts';
import { lockEntitlement } from '../certificates/lock-entitlement.ts';
import type { EntitlementKey } from '../certificates/messages.ts';
import { type Posted, posted } from '../events.ts';
import { refuseLedger } from '../parameters.ts';
import type { ContractRefusal } from '../refusals.ts';
import { account, balanceOf, ISSUANCE, move, refuseAmount } from '../wallet/accounts.ts';
import { leave } from './crossing.ts';
import { type Burn, burnCodec, type Lock, lockCodec } from './messages.ts';
import { isRefused, openPeer, pegOf } from './peers.ts';
import type { Peer } from './state.ts';

export const lock: ActionType<Lock> = {
  type: ACTION.lockAsset,
  name: 'lock asset',
  codec: lockCodec,
  apply(context, message) {
    const { state } = context;
    const wrong = refuseLedger(state, 'market');
    if (wrong !== undefined) return wrong;
    const peer = openPeer(state, message.peer);
    if (isRefused(peer)) return peer;
    return message.entitlement === undefined
      ? lockCoin(context, peer, message)
      : carryEntitlement(context, peer, message, message.entitlement);
  },
};

/** Own money only: a credit limit is a promise to this ledger and cannot leave it. */
function lockCoin(
  context: ActionContext,
  { chain }: Peer,
  { peer, amount }: Lock,
): ContractRefusal | undefined {
  const member = actingMember(context);
  const refusal = refuseAmount(amount) ?? refuseFree(context, member, amount);
  if (refusal !== undefined) return refusal;
  move(context.state, account(member, 'available'), account(0, 'pegged'), amount);
  context.emit<Posted>(posted, { member, reason: 'locked', amount });
  leave(context, { peer, chain }, { step: 'lock', member, amount, entitlement: undefined });
  return undefined;
}

function carryEntitlement(
  context: ActionContext,
  { chain }: Peer,
  { peer, amount }: Lock,
  key: EntitlementKey,
): ContractRefusal | undefined {
  if (amount !== 0n) return { code: 'asset_wrong', amount, expected: 0n };
  const entitlement = lockEntitlement(context, peer, key);
  if (isRefused(entitlement)) return entitlement;
  const { member } = key;
  leave(context, { peer, chain }, { step: 'lock', member, amount, entitlement });
  return undefined;
}

export const burn: ActionType<Burn> = {
  type: ACTION.burnCoin,
  name: 'burn coin',
  codec: burnCodec,
  apply(context, { peer, amount }) {
    const { state } = context;
    const wrong = refuseLedger(state, 'certificates');
    if (wrong !== undefined) return wrong;
    const found = openPeer(state, peer);
    if (isRefused(found)) return found;
    const member = actingMember(context);
    const refusal = refuseAmount(amount) ?? refuseFree(context, member, amount);
    if (refusal !== undefined) return refusal;
    const peg = pegOf(state, peer);
    const minted = money(peg.in - peg.out);
    if (amount > minted) return { code: 'peg_exceeded', amount, amountMax: minted };
    move(state, account(member, 'available'), ISSUANCE, amount);
    context.emit<Posted>(posted, { member, reason: 'burnt', amount });
    const { chain } = found;
    leave(context, { peer, chain }, { step: 'burn', member, amount, entitlement: undefined });
    return undefined;
  },
};

function refuseFree(
  { state }: ActionContext,
  member: number,
  amount: bigint,
): ContractRefusal | undefined {
  const balance = balanceOf(state, account(member, 'available'));
  return balance < amount ? { code: 'balance_insufficient', balance, needed: amount } : undefined;
}
