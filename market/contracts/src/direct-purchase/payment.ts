/**
 * A contract is paid by what was delivered: the buyer pays the seller, the grid company and the fees
 * out of the contract, own shortfalls are charged, certificates are posted and entitlements granted,
 * and what is left goes back to who put it in.
 */

import {
  asciiBytes,
  type BlockContext,
  concatBytes,
  encode,
  type Sha256,
  u32,
} from '@commonwatt/ledger';
import { divideHalfEven, type Energy, energy, type Money, money } from '@commonwatt/units';
import { grantEntitlement } from '../certificates/entitlements.ts';
import type { EntitlementKind } from '../certificates/messages.ts';
import { type ContractPaid, contractPaid } from './events.ts';
import type { RoundRules } from './messages.ts';
import { amountsOf, obligationEnergy } from './pricing.ts';
import {
  type Contract,
  type ContractAmounts,
  type ContractKey,
  contracts,
  type Delivered,
  rounds,
} from './state.ts';
import { freeTokens, payFreeTokens, payHeldTokens, tokensOf } from './tokens.ts';

/** Pays one contract whose stage is over. Expects both transfers to be made. */
export function payContract(context: BlockContext, key: ContractKey): void {
  const { state } = context;
  const contract = state.get(contracts, key);
  const rules = state.get(rounds, key.round)?.rules;
  if (contract === undefined || rules === undefined || contract.status !== 'open') {
    throw new Error(`contract ${key.round}/${key.contract}: expected an open one`);
  }
  const { terms, delivered } = contract;
  const paid = amountsOf(terms, deliveredEnergy(delivered));
  const charges = chargesOf(rules, contract);
  pay(context, rules, contract, { paid, ...charges });
  const certificatePosted = postCertificates(context, rules, contract, paid);
  freeTokens(state, terms.buyer, money(contract.buyerHeld - paid.buyerPays - charges.buyerCharge));
  const sellerOwed = certificatePosted > 0n ? certificatePosted : 0n;
  freeTokens(state, terms.seller, money(contract.sellerHeld - sellerOwed - charges.sellerCharge));
  const certificateHolder = certificatePosted === 0n ? terms.seller : rules.certificateMember;
  const reason = delivered === undefined ? 'no delivery statement' : contract.reason;
  state.set(contracts, key, {
    ...contract,
    status: 'paid',
    reason,
    paid,
    ...charges,
    certificatePosted,
    certificateHolder,
    buyerHeld: money(0n),
    sellerHeld: money(0n),
  });
  grantAndTell(context, key, rules);
}

/** Grants what a paid contract entitles to, the whole of it, and tells what it was paid. */
export function grantAndTell(context: BlockContext, key: ContractKey, rules: RoundRules): void {
  const contract = context.state.get(contracts, key);
  if (contract?.paid === undefined) throw new Error('contract: expected one that is paid');
  const { terms, paid, buyerCharge, sellerCharge, certificatePosted, reason } = contract;
  grant(context, key, rules, contract, paid);
  const { buyer, seller } = terms;
  const { gridMember, feeMember } = rules;
  context.emit<ContractPaid>(contractPaid, {
    ...key,
    buyer,
    seller,
    gridMember,
    feeMember,
    paid,
    loss: energy(paid.injected - paid.energy),
    buyerCharge,
    sellerCharge,
    certificatePosted,
    reason,
  });
}

/** The lower of what was fed in and what was drawn; nothing where nobody stated it. */
export function deliveredEnergy(delivered: Delivered | undefined): Energy {
  if (delivered === undefined) return energy(0n);
  const { fedIn, drawn } = delivered;
  if (fedIn < drawn) return fedIn;
  return drawn;
}

interface Charges {
  readonly buyerCharge: Money;
  readonly sellerCharge: Money;
}

/** Each party pays for its own shortfall alone; without a statement nobody is charged. */
export function chargesOf(
  rules: RoundRules,
  { amounts, delivered }: Pick<Contract, 'amounts' | 'delivered'>,
): Charges {
  if (delivered === undefined) return { buyerCharge: money(0n), sellerCharge: money(0n) };
  return {
    buyerCharge: money(rules.buyerDeviationPrice * (amounts.energy - delivered.drawn)),
    sellerCharge: money(rules.sellerDeviationPrice * (amounts.energy - delivered.fedIn)),
  };
}

function pay(
  { state }: BlockContext,
  { gridMember, feeMember }: RoundRules,
  { terms: { buyer, seller } }: Contract,
  { paid, buyerCharge, sellerCharge }: Charges & { readonly paid: ContractAmounts },
): void {
  payHeldTokens(state, buyer, seller, paid.sellerGets);
  payHeldTokens(state, buyer, gridMember, paid.transmission);
  payHeldTokens(state, buyer, feeMember, paid.fees);
  payHeldTokens(state, buyer, gridMember, buyerCharge);
  payHeldTokens(state, seller, gridMember, sellerCharge);
}

/**
 * X between the seller and the certificate account. A cost comes out of what the seller put in. An
 * income is paid where the account's keeper has the tokens; where it has not, nothing is posted and
 * the seller keeps its certificates.
 */
function postCertificates(
  { state }: BlockContext,
  { certificateMember }: RoundRules,
  { terms: { seller } }: Contract,
  { certificate }: ContractAmounts,
): Money {
  if (certificateMember === 0 || certificate === 0n) return money(0n);
  if (certificate > 0n) {
    payHeldTokens(state, seller, certificateMember, certificate);
    return certificate;
  }
  const income = money(-certificate);
  if (tokensOf(state, certificateMember, 'free') < income) return money(0n);
  payFreeTokens(state, certificateMember, seller, income);
  return certificate;
}

const CONTRACT_DOMAIN = asciiBytes('commonwatt/direct-contract/1');

/** Names a contract for all time: the source of what it entitles to. */
export function contractSource(
  sha256: Sha256,
  chain: Uint8Array,
  { round, contract }: ContractKey,
): Uint8Array {
  return sha256(concatBytes(CONTRACT_DOMAIN, chain, encode(u32, round), encode(u32, contract)));
}

/**
 * Certificates go with the money: what the account paid for is its keeper's, and what a producer paid
 * the account to take over it owes no more. Green energy's went to the buyer with the energy.
 */
function grant(
  context: BlockContext,
  key: ContractKey,
  rules: RoundRules,
  { terms, certificateHolder: holder }: Contract,
  paid: ContractAmounts,
): void {
  const { deliveryFromMs: fromMs, deliveryUntilMs: untilMs } = rules;
  const source = contractSource(context.crypto.sha256, context.chain, key);
  const { type } = terms;
  if (type === 'none') throw new Error('contract: expected a seller that generates');
  const give = (member: number, kind: EntitlementKind, granted: Energy): void =>
    grantEntitlement(context, {
      member,
      kind,
      source,
      fromMs,
      untilMs,
      technology: kind === 'quota' ? 'other' : type,
      region: kind === 'quota' ? terms.buyerRegion : terms.sellerRegion,
      energy: granted,
    });
  if (type === 'wind' && terms.green) give(terms.buyer, 'green', paid.injected);
  else if (type === 'wind') give(holder, 'renewable', paid.injected);
  else if (type === 'thermal') give(holder, 'obligation', obligationEnergy(paid.injected));
  const quota = divideHalfEven(paid.energy * BigInt(rules.quotaMillionths), 1_000_000n);
  give(terms.buyer, 'quota', energy(quota));
}
