/**
 * What the direct-purchase module tells. A round's steps are public; what members declare, trade and
 * owe is told to those it concerns and to the companies that carry it out.
 */

import {
  choice,
  energyWh,
  flag,
  hash32,
  moneyNano,
  optional,
  struct,
  textUpTo,
  u8,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Energy, Money } from '@commonwatt/units';
import { eventType } from '../event-type.ts';
import { type ListingTerms, listingTermsCodec } from './messages.ts';
import {
  type ContractAmounts,
  type ContractTerms,
  contractAmountsCodec,
  contractTermsCodec,
  ROUND_STAGES,
  type RoundStage,
  type SecurityCheckRecord,
  securityCheckRecordCodec,
} from './state.ts';

export interface AdmissionMoved {
  readonly member: number;
  readonly code: number;
  readonly status: 'applied' | 'admitted' | 'refused' | 'suspended';
  readonly reason: string;
}
export const admissionMoved = eventType<AdmissionMoved>(
  700,
  'admission moved',
  struct<AdmissionMoved>({
    member: u32,
    code: u32,
    status: choice('applied', 'admitted', 'refused', 'suspended'),
    reason: textUpTo(200),
  }),
  (value) => [value.member],
);

/** Coin became tokens, or tokens coin. */
export interface TokensMoved {
  readonly member: number;
  readonly change: 'exchanged' | 'redeemed';
  readonly tokens: Money;
  readonly coin: Money;
}
export const tokensMoved = eventType<TokensMoved>(
  701,
  'tokens moved',
  struct<TokensMoved>({
    member: u32,
    change: choice('exchanged', 'redeemed'),
    tokens: moneyNano,
    coin: moneyNano,
  }),
  (value) => [value.member],
);

/** A round came to a stage. What it said in its rules is read by the admitted alone. */
export interface RoundMoved {
  readonly round: number;
  readonly stage: RoundStage;
  /** When the stage ends at the latest; 0 where it has no end. */
  readonly untilMs: number;
  readonly seed: Uint8Array | undefined;
  readonly reason: string;
}
export const roundMoved = eventType<RoundMoved>(
  702,
  'round moved',
  struct<RoundMoved>({
    round: u32,
    stage: choice(...ROUND_STAGES),
    untilMs: u64,
    seed: optional(hash32),
    reason: textUpTo(200),
  }),
  'public',
);

/** A listing was made, opened, taken back or ended. */
export interface ListingMoved {
  readonly round: number;
  readonly member: number;
  readonly change:
    | 'listed'
    | 'sealed'
    | 'revealed'
    | 'withdrawn'
    | 'not revealed'
    | 'not admitted'
    | 'round cancelled';
  readonly terms: ListingTerms | undefined;
  readonly held: Money;
}
export const listingMoved = eventType<ListingMoved>(
  703,
  'listing moved',
  struct<ListingMoved>({
    round: u32,
    member: u32,
    change: choice(
      'listed',
      'sealed',
      'revealed',
      'withdrawn',
      'not revealed',
      'not admitted',
      'round cancelled',
    ),
    terms: optional(listingTermsCodec),
    held: moneyNano,
  }),
  (value) => [value.member],
);

/** A pair as the matching or the security check left it, with every part of its price. */
export interface PairMatched {
  readonly round: number;
  readonly step: 'matched' | 'checked';
  readonly terms: ContractTerms;
  readonly requested: Energy;
  readonly amounts: ContractAmounts;
  /** Empty where nothing was cut. */
  readonly reason: string;
}
export const pairMatched = eventType<PairMatched>(
  704,
  'pair matched',
  struct<PairMatched>({
    round: u32,
    step: choice('matched', 'checked'),
    terms: contractTermsCodec,
    requested: energyWh,
    amounts: contractAmountsCodec,
    reason: textUpTo(200),
  }),
  (value) => [value.terms.buyer, value.terms.seller],
);

/** The dispatch centre's check, or the published limits where its time ran out. */
export interface RoundChecked {
  readonly round: number;
  readonly dispatchMember: number;
  readonly gridMember: number;
  readonly check: SecurityCheckRecord;
}
export const roundChecked = eventType<RoundChecked>(
  705,
  'round checked',
  struct<RoundChecked>({
    round: u32,
    dispatchMember: u32,
    gridMember: u32,
    check: securityCheckRecordCodec,
  }),
  'public',
);

/** A party called TRANS(), or the contract did it at the stage's deadline. */
export interface ContractTransferred {
  readonly round: number;
  readonly contract: number;
  readonly stage: 'committing' | 'paying';
  readonly member: number;
  readonly counterparty: number;
  readonly byDefault: boolean;
}
export const contractTransferred = eventType<ContractTransferred>(
  706,
  'contract transferred',
  struct<ContractTransferred>({
    round: u32,
    contract: u32,
    stage: choice('committing', 'paying'),
    member: u32,
    counterparty: u32,
    byDefault: flag,
  }),
  (value) => [value.member, value.counterparty],
);

/** A delivery statement was proposed, signed or taken over. */
export interface DeliveryStated {
  readonly round: number;
  readonly statementHash: Uint8Array;
  readonly version: number;
  readonly signatures: number;
  readonly contracts: number;
  readonly step: 'proposed' | 'signed' | 'taken over';
}
export const deliveryStated = eventType<DeliveryStated>(
  707,
  'delivery stated',
  struct<DeliveryStated>({
    round: u32,
    statementHash: hash32,
    version: u8,
    signatures: u16,
    contracts: u16,
    step: choice('proposed', 'signed', 'taken over'),
  }),
  'public',
);

/** A contract was paid by what was delivered, with every posting. */
export interface ContractPaid {
  readonly round: number;
  readonly contract: number;
  readonly buyer: number;
  readonly seller: number;
  readonly gridMember: number;
  readonly feeMember: number;
  readonly paid: ContractAmounts;
  /** Injected less delivered: what the grid company carried as loss. */
  readonly loss: Energy;
  readonly buyerCharge: Money;
  readonly sellerCharge: Money;
  /** What went from the seller to the certificate account; negative the other way. */
  readonly certificatePosted: Money;
  readonly reason: string;
}
export const contractPaid = eventType<ContractPaid>(
  708,
  'contract paid',
  struct<ContractPaid>({
    round: u32,
    contract: u32,
    buyer: u32,
    seller: u32,
    gridMember: u32,
    feeMember: u32,
    paid: contractAmountsCodec,
    loss: energyWh,
    buyerCharge: moneyNano,
    sellerCharge: moneyNano,
    certificatePosted: moneyNano,
    reason: textUpTo(200),
  }),
  (value) => [...new Set([value.buyer, value.seller, value.gridMember, value.feeMember])],
);
