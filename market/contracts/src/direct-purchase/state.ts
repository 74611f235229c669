/** Tokens, admissions, rounds, listings, contracts and statements. Tables 71 to 78. */

import {
  type Codec,
  choice,
  energyWh,
  flag,
  grouping,
  hash32,
  list,
  moneyNano,
  optional,
  priceNano,
  struct,
  table,
  tally,
  tallyPart,
  textUpTo,
  u8,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Energy, Money, Price } from '@commonwatt/units';
import { CORRIDORS_MAX } from './limits.ts';
import {
  corridorLimitCodec,
  type DeliveryStatement,
  type DirectSide,
  type DirectType,
  deliveryStatementCodec,
  directSideCodec,
  directTypeCodec,
  type ListingTerms,
  listingTermsCodec,
  type RoundLimit,
  type RoundRules,
  regionCodec,
  roundRulesCodec,
} from './messages.ts';

export const TOKEN_KINDS = ['free', 'held', 'issued'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];
export interface TokenKey {
  readonly owner: number;
  readonly kind: TokenKind;
}
/**
 * Exchange tokens in double entry, nano-token: a member's free ones, those that listings and
 * contracts hold, and what was issued (owner 0, below zero), which is backed by coin in the wallet.
 */
export const tokens = table<TokenKey, { readonly balance: Money }>(
  71,
  'exchange tokens',
  struct<TokenKey>({ owner: u32, kind: choice(...TOKEN_KINDS) }),
  struct<{ readonly balance: Money }>({ balance: moneyNano }),
  { provable: true },
);

export interface DirectAdmission {
  readonly side: DirectSide;
  readonly type: DirectType;
  readonly region: string;
  readonly papersCommitment: Uint8Array;
  readonly status: 'applied' | 'admitted' | 'refused' | 'suspended';
  readonly reason: string;
  /** The paper's transaction code and address: given with the application, used once admitted. */
  readonly code: number;
  readonly address: Uint8Array;
  readonly energyMost: Energy;
  readonly valueMost: Money;
  readonly appliedMs: number;
  /** Transfers that the contract had to carry out for it. */
  readonly defaults: number;
}
/** By member. */
export const admissions = table<number, DirectAdmission>(
  72,
  'direct admissions',
  u32,
  struct<DirectAdmission>({
    side: directSideCodec,
    type: directTypeCodec,
    region: regionCodec,
    papersCommitment: hash32,
    status: choice('applied', 'admitted', 'refused', 'suspended'),
    reason: textUpTo(200),
    code: u32,
    address: hash32,
    energyMost: energyWh,
    valueMost: moneyNano,
    appliedMs: u64,
    defaults: u32,
  }),
);

/** The stages of a round in their order; a round may end in `cancelled` while it has no contract. */
export const ROUND_STAGES = [
  'listing',
  'revealing',
  'drawing',
  'checking',
  'committing',
  'delivering',
  'paying',
  'closed',
  'cancelled',
] as const;
export type RoundStage = (typeof ROUND_STAGES)[number];

/** What the security check came to for one corridor. */
export interface CheckedCorridor {
  readonly from: string;
  readonly to: string;
  readonly limit: Energy;
  /** The most that a round of the check asked of it. */
  readonly requested: Energy;
  readonly granted: Energy;
  readonly binding: boolean;
}
export interface SecurityCheckRecord {
  /** The dispatch centre; 0 where its time ran out and the published limits were applied. */
  readonly checkedBy: number;
  readonly reason: string;
  readonly rounds: number;
  readonly corridors: readonly CheckedCorridor[];
}
export const securityCheckRecordCodec: Codec<SecurityCheckRecord> = struct<SecurityCheckRecord>({
  checkedBy: u32,
  reason: textUpTo(200),
  rounds: u16,
  corridors: list(
    struct<CheckedCorridor>({
      from: regionCodec,
      to: regionCodec,
      limit: energyWh,
      requested: energyWh,
      granted: energyWh,
      binding: flag,
    }),
    CORRIDORS_MAX,
  ),
});

export interface Round {
  readonly rules: RoundRules;
  readonly stage: RoundStage;
  /** When the stage ends by time alone; of a closed round, until when it is corrected; else 0. */
  readonly stageUntilMs: number;
  /** The hash of the block that closed the listing: the seed of the lots. */
  readonly seed: Uint8Array | undefined;
  /** The version of the rule set by which it is matched and checked; 0 before the lots are drawn. */
  readonly rulesVersion: number;
  readonly check: SecurityCheckRecord | undefined;
  /** Lower limits of the dispatch centre as they were applied. */
  readonly limits: readonly RoundLimit[];
  /** Contracts were numbered from 0. */
  readonly contracts: number;
}
export const rounds = table<number, Round>(
  73,
  'direct rounds',
  u32,
  struct<Round>({
    rules: roundRulesCodec,
    stage: choice(...ROUND_STAGES),
    stageUntilMs: u64,
    seed: optional(hash32),
    rulesVersion: u16,
    check: optional(securityCheckRecordCodec),
    limits: list(corridorLimitCodec, 2 * CORRIDORS_MAX),
    contracts: u32,
  }),
);

export interface ListingKey {
  readonly round: number;
  readonly member: number;
}
export interface Listing {
  /** Nothing while it is sealed. */
  readonly terms: ListingTerms | undefined;
  /** Nothing for one that was listed openly. */
  readonly commitment: Uint8Array | undefined;
  /** Nano-token that it holds. */
  readonly held: Money;
  readonly listedMs: number;
}
export const listings = table<ListingKey, Listing>(
  74,
  'direct listings',
  struct<ListingKey>({ round: u32, member: u32 }),
  struct<Listing>({
    terms: optional(listingTermsCodec),
    commitment: optional(hash32),
    held: moneyNano,
    listedMs: u64,
  }),
);
export const listingsOfRound = grouping(listings, ({ round }) => `${round}`);
export const listingsOfMember = grouping(listings, ({ member }) => `${member}`);

export interface ContractKey {
  readonly round: number;
  readonly contract: number;
}

/** What a contract's prices are made of: enough to compute every one of them again, exactly. */
export interface ContractTerms {
  readonly buyer: number;
  readonly seller: number;
  readonly green: boolean;
  readonly type: DirectType;
  readonly buyerRegion: string;
  readonly sellerRegion: string;
  readonly lossMillionths: number;
  readonly transmissionPrice: Price;
  /** F_B and F_S. */
  readonly buyerLimit: Price;
  readonly sellerLimit: Price;
  readonly environmentalPrice: Price;
  readonly crossSubsidy: Price;
  readonly certificatePrice: Price;
  /** The price at the buyer's meter where a market had set it already. */
  readonly agreedPrice: Price | undefined;
}

/** What one energy of a contract comes to, whole Wh and nano-token. */
export interface ContractAmounts {
  readonly energy: Energy;
  readonly injected: Energy;
  readonly buyerPays: Money;
  readonly sellerGets: Money;
  readonly transmission: Money;
  readonly fees: Money;
  /** The seller's certificate cost; negative where it is an income. */
  readonly certificate: Money;
}
const amountFields = {
  energy: energyWh,
  injected: energyWh,
  buyerPays: moneyNano,
  sellerGets: moneyNano,
  transmission: moneyNano,
  fees: moneyNano,
  certificate: moneyNano,
} as const;
export const contractAmountsCodec: Codec<ContractAmounts> = struct<ContractAmounts>(amountFields);

export const contractTermsCodec: Codec<ContractTerms> = struct<ContractTerms>({
  buyer: u32,
  seller: u32,
  green: flag,
  type: directTypeCodec,
  buyerRegion: regionCodec,
  sellerRegion: regionCodec,
  lossMillionths: u32,
  transmissionPrice: priceNano,
  buyerLimit: priceNano,
  sellerLimit: priceNano,
  environmentalPrice: priceNano,
  crossSubsidy: priceNano,
  certificatePrice: priceNano,
  agreedPrice: optional(priceNano),
});

/** Whose transfers of a stage are made, by TRANS() or by the contract at the deadline. */
export interface Transfers {
  readonly buyer: boolean;
  readonly seller: boolean;
}
const transfersCodec: Codec<Transfers> = struct<Transfers>({ buyer: flag, seller: flag });

/** What readings gave to a contract, and by which statement. */
export interface Delivered {
  readonly fedIn: Energy;
  readonly drawn: Energy;
  readonly version: number;
  readonly statementHash: Uint8Array;
}

export interface Contract {
  readonly terms: ContractTerms;
  /** Before the security check. */
  readonly requested: Energy;
  readonly amounts: ContractAmounts;
  /** What it holds of each party, nano-token. */
  readonly buyerHeld: Money;
  readonly sellerHeld: Money;
  readonly status: 'open' | 'paid' | 'cancelled';
  /** Why it was cut, or ended without its energy. */
  readonly reason: string;
  /** Into the contract, before the delivery. */
  readonly committed: Transfers;
  readonly delivered: Delivered | undefined;
  /** Out of it, by what was delivered. */
  readonly released: Transfers;
  /** What was paid, once it was. */
  readonly paid: ContractAmounts | undefined;
  /** What went from the seller to the certificate account, below zero the other way. */
  readonly certificatePosted: Money;
  /** Whose the certificates or the duty are since it was paid; 0 before. */
  readonly certificateHolder: number;
  /** Charged for own shortfalls, nano-token. */
  readonly buyerCharge: Money;
  readonly sellerCharge: Money;
  readonly buyerDefaults: number;
  readonly sellerDefaults: number;
}
export const contracts = table<ContractKey, Contract>(
  75,
  'direct contracts',
  struct<ContractKey>({ round: u32, contract: u32 }),
  struct<Contract>({
    terms: contractTermsCodec,
    requested: energyWh,
    amounts: contractAmountsCodec,
    buyerHeld: moneyNano,
    sellerHeld: moneyNano,
    status: choice('open', 'paid', 'cancelled'),
    reason: textUpTo(200),
    committed: transfersCodec,
    delivered: optional(
      struct<Delivered>({ fedIn: energyWh, drawn: energyWh, version: u8, statementHash: hash32 }),
    ),
    released: transfersCodec,
    paid: optional(contractAmountsCodec),
    certificatePosted: moneyNano,
    certificateHolder: u32,
    buyerCharge: moneyNano,
    sellerCharge: moneyNano,
    buyerDefaults: u8,
    sellerDefaults: u8,
  }),
  { provable: true },
);
export const contractsOfRound = grouping(contracts, ({ round }) => `${round}`);
export const contractsOfBuyer = grouping(contracts, (_key, { terms }) => `${terms.buyer}`);
export const contractsOfSeller = grouping(contracts, (_key, { terms }) => `${terms.seller}`);

/** A trade of a market that a round took over, until the security check makes a contract of it. */
export interface TakenTrade {
  /** The trade's own name. */
  readonly trade: Uint8Array;
  readonly terms: ContractTerms;
  readonly energy: Energy;
}
export const takenTrades = table<ContractKey, TakenTrade>(
  78,
  'taken trades',
  struct<ContractKey>({ round: u32, contract: u32 }),
  struct<TakenTrade>({ trade: hash32, terms: contractTermsCodec, energy: energyWh }),
);
export const takenOfRound = grouping(takenTrades, ({ round }) => `${round}`);

export interface StatementKey {
  readonly round: number;
  readonly statementHash: Uint8Array;
}
export interface OpenStatement {
  readonly statement: DeliveryStatement;
  readonly signedBy: readonly number[];
}
/** Delivery statements that wait for further checkers. */
export const statements = table<StatementKey, OpenStatement>(
  76,
  'delivery statements',
  struct<StatementKey>({ round: u32, statementHash: hash32 }),
  struct<OpenStatement>({ statement: deliveryStatementCodec, signedBy: list(u32, 255) }),
);
export const statementsOfRound = grouping(statements, ({ round }) => `${round}`);

/** How many tokens one coin comes to. One entry, once it was set. */
export const exchange = table<number, { readonly tokensPerCoin: number }>(
  77,
  'exchange',
  u8,
  struct<{ readonly tokensPerCoin: number }>({ tokensPerCoin: u32 }),
);

/** D-2: tokens that listings and contracts hold, less what is held of their members: nothing. */
export const tokensHeldBack = tally(
  'tokens held back',
  tallyPart(listings, (add, { member }, { held }) => add(member, 0, 0, held)),
  tallyPart(contracts, (add, _key, { terms, buyerHeld, sellerHeld }) => {
    add(terms.buyer, 0, 0, buyerHeld);
    add(terms.seller, 0, 0, sellerHeld);
  }),
  tallyPart(tokens, (add, { owner, kind }, { balance }) => {
    if (kind === 'held') add(owner, 0, 0, -balance);
  }),
);

/** What `awaited` counts by round: transfers into contracts, statements, transfers out of them. */
export const AWAITED = { committed: 0, stated: 1, released: 2 } as const;

/** How much a round's open contracts still wait for; a stage is complete where nothing is. */
export const awaited = tally(
  'awaited transfers',
  tallyPart(contracts, (add, { round }, { status, committed, delivered, released }) => {
    if (status !== 'open') return;
    add(round, AWAITED.committed, missing(committed), 0n);
    if (delivered === undefined) add(round, AWAITED.stated, 1, 0n);
    add(round, AWAITED.released, missing(released), 0n);
  }),
);

function missing({ buyer, seller }: Transfers): number {
  return (buyer ? 0 : 1) + (seller ? 0 : 1);
}
