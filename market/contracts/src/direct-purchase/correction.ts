/**
 * A paid contract is settled again by difference when its delivery is corrected: everybody's payments
 * as the corrected statement makes them, less what was posted. What a party has no tokens for is
 * charged to its wallet, where it stands as a due if need be, so that no purse holds up a correction.
 */

import type { BlockContext } from '@commonwatt/ledger';
import { divideUp, lesser, type Money, money } from '@commonwatt/units';
import { CompoundEntry } from '../wallet/accounts.ts';
import { takeCharge } from '../wallet/dues.ts';
import type { RoundRules } from './messages.ts';
import { chargesOf, deliveredEnergy, grantAndTell } from './payment.ts';
import { amountsOf } from './pricing.ts';
import { type Contract, type ContractKey, contracts, type Delivered, rounds } from './state.ts';
import { EXCHANGE_RESERVE, issueTokens, payFreeTokens, tokensOf, tokensPerCoin } from './tokens.ts';

/** Who holds the certificates, or owes them, stays as it was when the contract was paid. */
export function correctContract(
  context: BlockContext,
  key: ContractKey,
  delivered: Delivered,
): void {
  const { state } = context;
  const before = state.get(contracts, key);
  const rules = state.get(rounds, key.round)?.rules;
  if (before?.status !== 'paid' || rules === undefined) {
    throw new Error(`contract ${key.round}/${key.contract}: expected a paid one`);
  }
  const paid = amountsOf(before.terms, deliveredEnergy(delivered));
  const kept = before.certificateHolder === before.terms.seller;
  const after: Contract = {
    ...before,
    delivered,
    paid,
    ...chargesOf(rules, { amounts: before.amounts, delivered }),
    certificatePosted: kept ? before.certificatePosted : paid.certificate,
    reason: `corrected by version ${delivered.version}`,
  };
  settleDifference(context, netOf(rules, after), netOf(rules, before));
  state.set(contracts, key, after);
  grantAndTell(context, key, rules);
}

type Net = ReadonlyMap<number, bigint>;

/** What each member received for a contract on balance: the amounts sum to zero. */
function netOf(rules: RoundRules, contract: Contract): Net {
  const { terms, paid, buyerCharge, sellerCharge, certificatePosted } = contract;
  const net = new Map<number, bigint>();
  const add = (member: number, amount: bigint): void => {
    net.set(member, (net.get(member) ?? 0n) + amount);
  };
  if (paid === undefined) throw new Error('contract: expected one that is paid');
  add(terms.buyer, -paid.buyerPays - buyerCharge);
  add(terms.seller, paid.sellerGets - sellerCharge - certificatePosted);
  add(rules.gridMember, paid.transmission + buyerCharge + sellerCharge);
  add(rules.feeMember, paid.fees);
  if (certificatePosted !== 0n) add(rules.certificateMember, certificatePosted);
  return net;
}

/** Payers by rising member fill one receiver after the other. */
function settleDifference(context: BlockContext, after: Net, before: Net): void {
  const members = [...new Set([...after.keys(), ...before.keys()])].sort((a, b) => a - b);
  const changes = members.map((member) => ({
    member,
    left: (after.get(member) ?? 0n) - (before.get(member) ?? 0n),
  }));
  const receivers = changes.filter(({ left }) => left > 0n);
  for (const payer of changes.filter(({ left }) => left < 0n)) {
    fund(context, payer.member, money(-payer.left));
    for (const receiver of receivers) {
      const part = lesser(-payer.left, receiver.left);
      payFreeTokens(context.state, payer.member, receiver.member, money(part));
      payer.left += part;
      receiver.left -= part;
    }
    if (payer.left !== 0n) throw new Error(`correction: ${-payer.left} is paid to nobody`);
  }
}

/** Tokens that a member lacks are bought with coin of its wallet, or with a due. */
function fund(context: BlockContext, member: number, needed: Money): void {
  const { state } = context;
  const short = needed - tokensOf(state, member, 'free');
  if (short <= 0n) return;
  const ratio = tokensPerCoin(state);
  const coin = money(divideUp(short, ratio));
  const entry = new CompoundEntry(state);
  takeCharge(context, entry, member, coin);
  entry.change(EXCHANGE_RESERVE, coin);
  entry.end();
  issueTokens(state, member, money(coin * ratio));
}
