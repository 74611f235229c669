/** Certificates change hands: given, or offered and bought with pegged coin. */

import type { ActionContext, ActionType } from '@commonwatt/ledger';
import { cost } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember } from '../authority.ts';
import { type Posted, posted } from '../events.ts';
import { refuseStanding } from '../identity/identification.ts';
import { refuseLedger } from '../parameters.ts';
import type { ContractRefusal } from '../refusals.ts';
import { AMOUNT_MAX, account, balanceOf, move } from '../wallet/accounts.ts';
import { serveDue } from '../wallet/dues.ts';
import {
  type BuyCertificates,
  buyCertificatesCodec,
  type OfferCertificates,
  offerCertificatesCodec,
  type Stretch,
  stretchCodec,
  type TransferCertificates,
  transferCertificatesCodec,
} from './messages.ts';
import { change, ownRange, rangeAt } from './ranges.ts';
import type { CertificateRange } from './state.ts';

export const transferCertificates: ActionType<TransferCertificates> = {
  type: ACTION.transferCertificates,
  name: 'transfer certificates',
  codec: transferCertificatesCodec,
  apply(context, { to, ...stretch }) {
    const member = actingMember(context);
    const refusal = refuseHere(context) ?? refuseRecipient(context, member, to);
    if (refusal !== undefined) return refusal;
    const found = ownRange(context.state, member, stretch, ['live']);
    if ('code' in found) return found;
    change(context, stretch, { owner: to }, 'transferred');
    return undefined;
  },
};

export const offerCertificates: ActionType<OfferCertificates> = {
  type: ACTION.offerCertificates,
  name: 'offer certificates',
  codec: offerCertificatesCodec,
  apply(context, { price, ...stretch }) {
    const wrong = refuseHere(context);
    if (wrong !== undefined) return wrong;
    const found = ownRange(context.state, actingMember(context), stretch, ['live']);
    if ('code' in found) return found;
    if (price <= 0n) return { code: 'price_invalid', price };
    change(context, stretch, { status: 'offered', price }, 'offered');
    return undefined;
  },
};

export const withdrawOffer: ActionType<Stretch> = {
  type: ACTION.withdrawOffer,
  name: 'withdraw offer',
  codec: stretchCodec,
  apply(context, stretch) {
    const wrong = refuseHere(context);
    if (wrong !== undefined) return wrong;
    const found = ownRange(context.state, actingMember(context), stretch, ['offered']);
    if ('code' in found) return found;
    change(context, stretch, { status: 'live', price: undefined }, 'offer withdrawn');
    return undefined;
  },
};

export const buyCertificates: ActionType<BuyCertificates> = {
  type: ACTION.buyCertificates,
  name: 'buy certificates',
  codec: buyCertificatesCodec,
  apply(context, { priceMost, ...stretch }) {
    const { state } = context;
    const wrong = refuseHere(context);
    if (wrong !== undefined) return wrong;
    const found = rangeAt(state, stretch, ['offered']);
    if ('code' in found) return found;
    const buyer = actingMember(context);
    if (found.owner === buyer) return { code: 'own_order', member: buyer };
    const { price } = found;
    if (price === undefined) throw new Error('certificates: expected a price of what is offered');
    if (price > priceMost) return { code: 'terms_changed', price, priceMost };
    const refusal = pay(context, buyer, found.owner, cost(stretch.energy, price));
    if (refusal !== undefined) return refusal;
    const bought: Partial<CertificateRange> = { owner: buyer, status: 'live', price: undefined };
    change(context, stretch, bought, 'bought');
    return undefined;
  },
};

/** Own money only: certificates are paid for at once. */
function pay(
  context: ActionContext,
  buyer: number,
  seller: number,
  amount: ReturnType<typeof cost>,
): ContractRefusal | undefined {
  const { state } = context;
  const free = account(buyer, 'available');
  const balance = balanceOf(state, free);
  if (amount > AMOUNT_MAX) return { code: 'amount_too_large', amount, amountMax: AMOUNT_MAX };
  if (balance < amount) return { code: 'balance_insufficient', balance, needed: amount };
  move(state, free, account(seller, 'available'), amount);
  serveDue(state, seller);
  context.emit<Posted>(posted, { member: buyer, reason: 'certificates bought', amount });
  context.emit<Posted>(posted, { member: seller, reason: 'certificates sold', amount });
  return undefined;
}

function refuseHere({ state }: ActionContext): ContractRefusal | undefined {
  return refuseLedger(state, 'certificates');
}

function refuseRecipient(
  context: ActionContext,
  from: number,
  to: number,
): ContractRefusal | undefined {
  return to === from ? { code: 'transfer_to_self', member: to } : refuseStanding(context, to);
}
