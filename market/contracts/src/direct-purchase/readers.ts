/** What members, doors and exports read of rounds: contracts, positions, tokens. */

import type { State } from '@commonwatt/ledger';
import { type Energy, energy, type Money, money } from '@commonwatt/units';
import type { DirectSide } from './messages.ts';
import { deliveredEnergy } from './payment.ts';
import {
  type Contract,
  type ContractKey,
  contractsOfBuyer,
  contractsOfRound,
  contractsOfSeller,
  type Listing,
  listingsOfRound,
} from './state.ts';
import { tokensOf } from './tokens.ts';

export type ContractEntry = readonly [ContractKey, Contract];

/** A member's contracts of either side, by round and number. */
export function directContractsOf(state: State, member: number): readonly ContractEntry[] {
  const own = [
    ...state.group(contractsOfBuyer, `${member}`),
    ...state.group(contractsOfSeller, `${member}`),
  ];
  return own.sort(([a], [b]) => a.round - b.round || a.contract - b.contract);
}

export function directContractsOfRound(state: State, round: number): readonly ContractEntry[] {
  return state.group(contractsOfRound, `${round}`);
}

export function directListingsOf(
  state: State,
  round: number,
): readonly (readonly [member: number, Listing])[] {
  return state
    .group(listingsOfRound, `${round}`)
    .map(([{ member }, listing]) => [member, listing] as const);
}

/** What a member's contracts of one round and side come to. */
export interface DirectPosition {
  readonly round: number;
  readonly side: DirectSide;
  readonly contracts: number;
  /** Contracted and delivered, Wh at the buyer's meter; injected, at the busbar. */
  readonly energy: Energy;
  readonly delivered: Energy;
  readonly injected: Energy;
  /** Paid or received for what was paid already, nano-token; charges for own shortfalls. */
  readonly amount: Money;
  readonly charges: Money;
  /** Still held of the member in its contracts. */
  readonly held: Money;
}

/** By round; a member has one side. */
export function directPositionsOf(state: State, member: number): readonly DirectPosition[] {
  const byRound = new Map<number, DirectPosition>();
  for (const [{ round }, contract] of directContractsOf(state, member)) {
    if (contract.status === 'cancelled') continue;
    const side: DirectSide = contract.terms.buyer === member ? 'buyer' : 'seller';
    const before = byRound.get(round) ?? emptyPosition(round, side);
    byRound.set(round, addContract(before, contract));
  }
  return [...byRound.values()];
}

function emptyPosition(round: number, side: DirectSide): DirectPosition {
  const [none, nothing] = [energy(0n), money(0n)];
  return {
    round,
    side,
    contracts: 0,
    energy: none,
    delivered: none,
    injected: none,
    amount: nothing,
    charges: nothing,
    held: nothing,
  };
}

function addContract(before: DirectPosition, contract: Contract): DirectPosition {
  const { amounts, paid, delivered } = contract;
  const buys = before.side === 'buyer';
  const settled = (buys ? paid?.buyerPays : paid?.sellerGets) ?? 0n;
  const charge = buys ? contract.buyerCharge : contract.sellerCharge;
  const held = buys ? contract.buyerHeld : contract.sellerHeld;
  return {
    ...before,
    contracts: before.contracts + 1,
    energy: energy(before.energy + amounts.energy),
    delivered: energy(before.delivered + (paid?.energy ?? deliveredEnergy(delivered))),
    injected: energy(before.injected + amounts.injected),
    amount: money(before.amount + settled),
    charges: money(before.charges + charge),
    held: money(before.held + held),
  };
}

/** A member's exchange tokens. */
export function directTokensOf(
  state: State,
  member: number,
): { readonly free: Money; readonly held: Money } {
  return { free: tokensOf(state, member, 'free'), held: tokensOf(state, member, 'held') };
}
