/** What arrives by proof: locked coin is minted, burnt coin released, entitlements are issued. */

import type { ActionContext, ActionType } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { receiveEntitlement } from '../certificates/receive.ts';
import { type Posted, posted } from '../events.ts';
import { refuseLedger } from '../parameters.ts';
import type { ContractRefusal } from '../refusals.ts';
import { account, ISSUANCE, move, refuseAmount } from '../wallet/accounts.ts';
import { refuseIssue } from '../wallet/actions.ts';
import { serveDue } from '../wallet/dues.ts';
import type { AccountKey } from '../wallet/state.ts';
import { arrive, type ProvenCrossing, provenCrossing } from './crossing.ts';
import { type CrossingArrived, crossingArrived } from './events.ts';
import { type Crossing, type CrossingProof, crossingProofCodec } from './messages.ts';
import { isRefused, pegOf } from './peers.ts';

/** On the ledger of certificates: what was locked on the market's. Anyone may carry the proof. */
export const claim: ActionType<CrossingProof> = {
  type: ACTION.claimAsset,
  name: 'claim asset',
  codec: crossingProofCodec,
  apply(context, proof) {
    const wrong = refuseLedger(context.state, 'certificates');
    if (wrong !== undefined) return wrong;
    const proven = provenCrossing(context, proof);
    if (isRefused(proven)) return proven;
    const { crossing } = proven;
    if (crossing.step !== 'lock') return { code: 'asset_wrong', step: crossing.step };
    return crossing.entitlement === undefined
      ? takeCoin(context, proof.peer, proven, { from: ISSUANCE, reason: 'minted' })
      : takeEntitlement(context, proof.peer, proven);
  },
};

/** On the market's ledger: what was burnt on that of certificates. Anyone may carry the proof. */
export const release: ActionType<CrossingProof> = {
  type: ACTION.releaseCoin,
  name: 'release coin',
  codec: crossingProofCodec,
  apply(context, proof) {
    const { state } = context;
    const wrong = refuseLedger(state, 'market');
    if (wrong !== undefined) return wrong;
    const proven = provenCrossing(context, proof);
    if (isRefused(proven)) return proven;
    const { step, entitlement, amount } = proven.crossing;
    if (step !== 'burn' || entitlement !== undefined) return { code: 'asset_wrong', step };
    // Whatever the peer's keys sign, no more comes back than went there.
    const peg = pegOf(state, proof.peer);
    const locked = money(peg.out - peg.in);
    if (amount > locked) return { code: 'peg_exceeded', amount, amountMax: locked };
    return takeCoin(context, proof.peer, proven, {
      from: account(0, 'pegged'),
      reason: 'released',
    });
  },
};

function takeCoin(
  context: ActionContext,
  peer: number,
  { crossing, member }: ProvenCrossing,
  { from, reason }: { readonly from: AccountKey; readonly reason: Posted['reason'] },
): ContractRefusal | undefined {
  const { state } = context;
  const { number, amount } = crossing;
  const minted = from.kind === 'issuance' ? refuseIssue(state, amount) : undefined;
  const refusal = refuseAmount(amount) ?? minted;
  if (refusal !== undefined) return refusal;
  arrive(context, { peer, number }, amount);
  move(state, from, account(member, 'available'), amount);
  serveDue(state, member);
  context.emit<Posted>(posted, { member, reason, amount });
  tell(context, peer, crossing, member);
  return undefined;
}

function takeEntitlement(
  context: ActionContext,
  peer: number,
  { crossing, member }: ProvenCrossing,
): ContractRefusal | undefined {
  const { entitlement, number, amount } = crossing;
  if (entitlement === undefined || amount !== 0n) return { code: 'asset_wrong', amount };
  if (entitlement.grant.member !== crossing.member) {
    return { code: 'asset_wrong', member: entitlement.grant.member };
  }
  const refusal = receiveEntitlement(context, { peer, holder: member, ...entitlement });
  if (refusal !== undefined) return refusal;
  arrive(context, { peer, number }, amount);
  tell(context, peer, crossing, member);
  return undefined;
}

function tell(context: ActionContext, peer: number, crossing: Crossing, member: number): void {
  const { number, amount, entitlement } = crossing;
  const kind = entitlement?.grant.kind;
  context.emit<CrossingArrived>(crossingArrived, {
    peer,
    number,
    member,
    amount,
    entitlement: kind,
  });
}
