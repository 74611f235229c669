/** Messages of the direct-purchase module: admission, tokens, rounds, listings, check, settlement. */

import {
  type Codec,
  choice,
  energyWh,
  fixedBytes,
  hash32,
  list,
  moneyNano,
  optional,
  priceNano,
  struct,
  textUpTo,
  u8,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { Energy, Money, Price } from '@commonwatt/units';
import { CORRIDORS_MAX, STATED_MAX } from './limits.ts';

export const DIRECT_SIDES = ['buyer', 'seller'] as const;
export type DirectSide = (typeof DIRECT_SIDES)[number];
export const directSideCodec = choice(...DIRECT_SIDES);

/** What a seller generates with; a buyer has `none`. */
export const DIRECT_TYPES = ['none', 'wind', 'thermal', 'other'] as const;
export type DirectType = (typeof DIRECT_TYPES)[number];
export const directTypeCodec = choice(...DIRECT_TYPES);

export const regionCodec: Codec<string> = textUpTo(32);
const reasonCodec = textUpTo(200);

/** How many tokens one coin is turned into. Authority: operators. */
export interface SetExchange {
  readonly tokensPerCoin: number;
}
export const setExchangeCodec: Codec<SetExchange> = struct<SetExchange>({ tokensPerCoin: u32 });

/** The paper's Regis(): a member asks to take part, on one side, in one region. */
export interface ApplyAdmission {
  readonly side: DirectSide;
  readonly type: DirectType;
  readonly region: string;
  /** Salted commitment of what it shows to the centre; the papers never stand on the ledger. */
  readonly papersCommitment: Uint8Array;
}
export const applyAdmissionCodec: Codec<ApplyAdmission> = struct<ApplyAdmission>({
  side: directSideCodec,
  type: directTypeCodec,
  region: regionCodec,
  papersCommitment: hash32,
});

export const REVIEW_DECISIONS = ['admit', 'refuse', 'suspend'] as const;

/** The centre's access review. Authority: registrars. */
export interface ReviewAdmission {
  readonly member: number;
  readonly decision: (typeof REVIEW_DECISIONS)[number];
  /** The most energy that it may declare in one round. */
  readonly energyMost: Energy;
  /** The most that its declared energy may come to at its price, in nano-token. */
  readonly valueMost: Money;
  readonly reason: string;
}
export const reviewAdmissionCodec: Codec<ReviewAdmission> = struct<ReviewAdmission>({
  member: u32,
  decision: choice(...REVIEW_DECISIONS),
  energyMost: energyWh,
  valueMost: moneyNano,
  reason: reasonCodec,
});

/** Turns coin of the wallet into exchange tokens. */
export interface ExchangeTokens {
  /** Nano-coin. */
  readonly amount: Money;
}
export const exchangeTokensCodec: Codec<ExchangeTokens> = struct<ExchangeTokens>({
  amount: moneyNano,
});

/** Turns free tokens back into coin: a whole number of nano-coin. */
export interface RedeemTokens {
  /** Nano-token. */
  readonly tokens: Money;
}
export const redeemTokensCodec: Codec<RedeemTokens> = struct<RedeemTokens>({ tokens: moneyNano });

/** Loss and transmission price between two regions, in either direction. */
export interface RoundCorridor {
  readonly from: string;
  readonly to: string;
  /** In millionths: 65 000 is 6.5 per cent. */
  readonly lossMillionths: number;
  /** Nano-token per Wh at the buyer's meter. */
  readonly transmissionPrice: Price;
}
/** The most energy that a corridor carries in the round, both directions together, at the meter. */
export interface RoundLimit {
  readonly from: string;
  readonly to: string;
  readonly energy: Energy;
}
export const corridorLimitCodec: Codec<RoundLimit> = struct<RoundLimit>({
  from: regionCodec,
  to: regionCodec,
  energy: energyWh,
});

export const ROUND_MODES = ['listing', 'negotiated', 'call auction'] as const;
export const ROUND_FORMS = ['open', 'sealed'] as const;

/** How a round works. Instants and lengths are in milliseconds, prices in nano-token per Wh. */
export interface RoundRules {
  readonly name: string;
  /** A listing is matched here; the others take over the trades of a market of the ledger. */
  readonly mode: (typeof ROUND_MODES)[number];
  /** That market; 0 for a listing. */
  readonly market: number;
  /** A sealed listing is a commitment until the deadline. */
  readonly form: (typeof ROUND_FORMS)[number];
  readonly deadlineMs: number;
  /** How long after the deadline sealed listings are opened; 0 for open ones. */
  readonly revealMs: number;
  /** How long the dispatch centre has for its check; then the published limits are applied. */
  readonly checkMs: number;
  /** How long the parties have for each TRANS(). */
  readonly transferMs: number;
  readonly deliveryFromMs: number;
  readonly deliveryUntilMs: number;
  /** How long after the delivery its statements may come. */
  readonly statementMs: number;
  /** How long after it closed a corrected statement still settles a contract by difference. */
  readonly correctionMs: number;
  readonly corridors: readonly RoundCorridor[];
  readonly limits: readonly RoundLimit[];
  /** P: 19 token for 1 MWh is 19 000 nano-token per Wh. */
  readonly certificatePrice: Price;
  /** R: thermal at the busbar is at most this many thousandths of the wind; nothing for no bundling. */
  readonly bundlingThousandths: number | undefined;
  /** Held per declared Wh until the delivery is paid. */
  readonly collateralPrice: Price;
  /** Held for a sealed listing, and lost by who does not open it. */
  readonly sealDeposit: Money;
  /** Per Wh that a party stays short of, at the buyer's meter: at most the collateral. */
  readonly sellerDeviationPrice: Price;
  readonly buyerDeviationPrice: Price;
  /** Which part of a buyer's settled consumption it owes certificates for. */
  readonly quotaMillionths: number;
  /** The grid company, who receives fees, the dispatch centre, and who keeps the certificate account. */
  readonly gridMember: number;
  readonly feeMember: number;
  readonly dispatchMember: number;
  readonly certificateMember: number;
}
export const roundRulesCodec: Codec<RoundRules> = struct<RoundRules>({
  name: textUpTo(40),
  mode: choice(...ROUND_MODES),
  market: u16,
  form: choice(...ROUND_FORMS),
  deadlineMs: u64,
  revealMs: u64,
  checkMs: u64,
  transferMs: u64,
  deliveryFromMs: u64,
  deliveryUntilMs: u64,
  statementMs: u64,
  correctionMs: u64,
  corridors: list(
    struct<RoundCorridor>({
      from: regionCodec,
      to: regionCodec,
      lossMillionths: u32,
      transmissionPrice: priceNano,
    }),
    CORRIDORS_MAX,
  ),
  limits: list(corridorLimitCodec, CORRIDORS_MAX),
  certificatePrice: priceNano,
  bundlingThousandths: optional(u32),
  collateralPrice: priceNano,
  sealDeposit: moneyNano,
  sellerDeviationPrice: priceNano,
  buyerDeviationPrice: priceNano,
  quotaMillionths: u32,
  gridMember: u32,
  feeMember: u32,
  dispatchMember: u32,
  certificateMember: u32,
});

/** Opens a round under the next free number or another that is free. Authority: operators. */
export interface OpenRound {
  readonly round: number;
  readonly rules: RoundRules;
}
export const openRoundCodec: Codec<OpenRound> = struct<OpenRound>({
  round: u32,
  rules: roundRulesCodec,
});

/** Ends a round that has no contracts yet and gives everything back. Authority: operators. */
export interface CancelRound {
  readonly round: number;
  readonly reason: string;
}
export const cancelRoundCodec: Codec<CancelRound> = struct<CancelRound>({
  round: u32,
  reason: reasonCodec,
});

/**
 * What a buyer or seller declares. Energy is written signed, so that a negative one is told by its
 * own refusal and not by a message that cannot be read.
 */
export interface ListingTerms {
  readonly side: DirectSide;
  readonly type: DirectType;
  readonly region: string;
  /** Nano-token per Wh: at the buyer's meter, or at the seller's busbar. */
  readonly price: Price;
  /** Wh, at the buyer's meter or at the seller's busbar. */
  readonly energyWh: bigint;
  /** A buyer's green demand, as part of its energy. */
  readonly greenEnergyWh: bigint;
  /** A seller's environmental conversion price and cross-subsidy, per Wh at the buyer's meter. */
  readonly environmentalPrice: Price;
  readonly crossSubsidy: Price;
}
/** A signed eight-byte integer: the layout of a price, here for Wh that may come negative. */
const signedWh = priceNano as Codec<bigint>;
export const listingTermsCodec: Codec<ListingTerms> = struct<ListingTerms>({
  side: directSideCodec,
  type: directTypeCodec,
  region: regionCodec,
  price: priceNano,
  energyWh: signedWh,
  greenEnergyWh: signedWh,
  environmentalPrice: priceNano,
  crossSubsidy: priceNano,
});

/** PAYMENT(): lists energy in a round. */
export interface ListEnergy {
  readonly round: number;
  readonly terms: ListingTerms;
}
export const listEnergyCodec: Codec<ListEnergy> = struct<ListEnergy>({
  round: u32,
  terms: listingTermsCodec,
});

/** PAYMENT() in a sealed round: the commitment alone. */
export interface SealListing {
  readonly round: number;
  /** `listingCommitment` of the terms. */
  readonly commitment: Uint8Array;
}
export const sealListingCodec: Codec<SealListing> = struct<SealListing>({
  round: u32,
  commitment: hash32,
});

/** Opens a sealed listing after the deadline. */
export interface RevealListing {
  readonly round: number;
  readonly salt: Uint8Array;
  readonly terms: ListingTerms;
}
export const revealListingCodec: Codec<RevealListing> = struct<RevealListing>({
  round: u32,
  salt: fixedBytes(32),
  terms: listingTermsCodec,
});

/** WITHDRAW(): takes the own listing back, until the deadline. */
export interface WithdrawListing {
  readonly round: number;
}
export const withdrawListingCodec: Codec<WithdrawListing> = struct<WithdrawListing>({ round: u32 });

/**
 * The dispatch centre's security check: limits that are at most the published ones, and why. Signed
 * by the dispatch centre's own key, as every action is.
 */
export interface CheckRound {
  readonly round: number;
  /** Lower or further limits; none where the published ones hold. */
  readonly limits: readonly RoundLimit[];
  readonly reason: string;
}
export const checkRoundCodec: Codec<CheckRound> = struct<CheckRound>({
  round: u32,
  limits: list(corridorLimitCodec, CORRIDORS_MAX),
  reason: reasonCodec,
});

/** TRANS(): a party's own transfer of the stage that is open. */
export interface TransferStage {
  readonly round: number;
  readonly contract: number;
}
export const transferStageCodec: Codec<TransferStage> = struct<TransferStage>({
  round: u32,
  contract: u32,
});

/** What both sides' readings gave to one contract, in Wh at the buyer's meter. */
export interface StatedDelivery {
  readonly contract: number;
  /** What the seller fed in for it, less the corridor's loss. */
  readonly fedIn: Energy;
  /** What the buyer drew under it. */
  readonly drawn: Energy;
}
/** What was delivered, by the readings that the ledger holds commitments of. By a checker. */
export interface DeliveryStatement {
  readonly round: number;
  /** The root over the ledger's own commitments of exactly the delivery's period. */
  readonly readingsRoot: Uint8Array;
  /** 1 for the first; a corrected one of the same contracts has a higher number. */
  readonly version: number;
  /** By strictly rising contract. */
  readonly deliveries: readonly StatedDelivery[];
}
export const deliveryStatementCodec: Codec<DeliveryStatement> = struct<DeliveryStatement>({
  round: u32,
  readingsRoot: hash32,
  version: u8,
  deliveries: list(
    struct<StatedDelivery>({ contract: u32, fedIn: energyWh, drawn: energyWh }),
    STATED_MAX,
  ),
});

/** A further checker came to the same statement. */
export interface SignDelivery {
  readonly round: number;
  readonly statementHash: Uint8Array;
}
export const signDeliveryCodec: Codec<SignDelivery> = struct<SignDelivery>({
  round: u32,
  statementHash: hash32,
});
