/** What rounds of direct purchase are made of, as their routes show it. Prices are nano-token per Wh. */

import * as Type from 'typebox';
import {
  energyWh,
  hash,
  instantMs,
  member,
  moneyNano,
  nullable,
  priceNano,
  record,
} from '../schema.ts';

export const round = Type.Integer({ minimum: 0, maximum: 4294967295 });
export const contractNumber = Type.Integer({ minimum: 0, maximum: 4294967295 });
export const region = Type.String({ maxLength: 32 });
export const directSide = Type.Union([Type.Literal('buyer'), Type.Literal('seller')]);
/** What a seller generates with; a buyer has `none`. */
export const directType = Type.Union([
  Type.Literal('none'),
  Type.Literal('wind'),
  Type.Literal('thermal'),
  Type.Literal('other'),
]);
export const roundStage = Type.Union([
  Type.Literal('listing'),
  Type.Literal('revealing'),
  Type.Literal('drawing'),
  Type.Literal('checking'),
  Type.Literal('committing'),
  Type.Literal('delivering'),
  Type.Literal('paying'),
  Type.Literal('closed'),
  Type.Literal('cancelled'),
]);
export const roundMode = Type.Union([
  Type.Literal('listing'),
  Type.Literal('negotiated'),
  Type.Literal('call auction'),
]);
export const roundForm = Type.Union([Type.Literal('open'), Type.Literal('sealed')]);
const millionths = Type.Integer({ minimum: 0, maximum: 1_000_000 });
const lengthMs = Type.Integer({ minimum: 0 });

export const corridorLimit = record({ from: region, to: region, energy: energyWh });

export const roundRules = record({
  name: Type.String(),
  mode: roundMode,
  /** That a round takes the trades of over; 0 for a listing. */
  market: Type.Integer({ minimum: 0, maximum: 65535 }),
  form: roundForm,
  deadlineMs: instantMs,
  revealMs: lengthMs,
  checkMs: lengthMs,
  transferMs: lengthMs,
  deliveryFromMs: instantMs,
  deliveryUntilMs: instantMs,
  statementMs: lengthMs,
  correctionMs: lengthMs,
  corridors: Type.Array(
    record({
      from: region,
      to: region,
      /** 65000 is 6.5 per cent. */
      lossMillionths: millionths,
      transmissionPrice: priceNano,
    }),
  ),
  /** As they were published with the round. */
  limits: Type.Array(corridorLimit),
  certificatePrice: priceNano,
  bundlingThousandths: nullable(Type.Integer({ minimum: 1 })),
  collateralPrice: priceNano,
  sealDeposit: moneyNano,
  sellerDeviationPrice: priceNano,
  buyerDeviationPrice: priceNano,
  quotaMillionths: millionths,
  gridMember: member,
  feeMember: member,
  dispatchMember: member,
  /** Null where nobody keeps a certificate account. */
  certificateMember: nullable(member),
});

export const roundSummary = record({
  round,
  name: Type.String(),
  mode: roundMode,
  form: roundForm,
  stage: roundStage,
  /** When the stage ends by time alone; of a closed round, until when it is corrected. */
  stageUntilMs: nullable(instantMs),
  deadlineMs: instantMs,
  deliveryFromMs: instantMs,
  deliveryUntilMs: instantMs,
  listings: Type.Integer(),
  contracts: Type.Integer(),
});

export const checkedCorridor = record({
  from: region,
  to: region,
  limit: energyWh,
  /** The most that a round of the check asked of it, and what the check left to it. */
  requested: energyWh,
  granted: energyWh,
  binding: Type.Boolean(),
});

export const securityCheck = record({
  /** The dispatch centre; null where its time ran out and the published limits were applied. */
  checkedBy: nullable(member),
  reason: Type.String(),
  rounds: Type.Integer(),
  corridors: Type.Array(checkedCorridor),
});

export const listingTerms = record({
  side: directSide,
  type: directType,
  region,
  price: priceNano,
  energy: energyWh,
  greenEnergy: energyWh,
  environmentalPrice: priceNano,
  crossSubsidy: priceNano,
});

export const listing = record({
  member,
  /** Listed under a commitment. */
  sealed: Type.Boolean(),
  /** Null while it is sealed. */
  terms: nullable(listingTerms),
  /** Nano-token that it holds: shown to its member and to officers. */
  held: nullable(moneyNano),
  listedMs: instantMs,
});

/** A party of the matrix, with what it declared. */
export const matrixParty = record({ member, ...listingTerms.properties });

/** q, and whether the pair may trade: not below zero, and df neither. */
export const convertedValue = record({
  /** X: nano-token per Wh at the busbar; below zero it is an income. */
  certificateCost: priceNano,
  /** X / (1 - e), at the buyer's meter. */
  certificateAtMeter: priceNano,
  /** Z = S + W + (F_S + X) e / (1 - e), at the buyer's meter. */
  otherCosts: priceNano,
  /** q = df - X / (1 - e) = F_B - F_S - X - Z. */
  value: priceNano,
  mayTrade: Type.Boolean(),
});

/** One buyer with one seller: every part of its prices, each rounded half-even to a nano-token per Wh. */
export const matrixCell = record({
  seller: member,
  /** Null where no corridor joins the two regions. */
  parts: nullable(
    record({
      lossMillionths: millionths,
      /** S. */
      transmissionPrice: priceNano,
      /** W: environmental price and cross-subsidy. */
      fees: priceNano,
      /** F_S / (1 - e). */
      sellerAtMeter: priceNano,
      /** df. */
      difference: priceNano,
      /** L, at the buyer's meter. */
      buyerPrice: priceNano,
      /** For energy alone, at the busbar. */
      sellerPrice: priceNano,
      ordinary: convertedValue,
      /** In the green phase, for wind and a buyer with green demand; null for all others. */
      green: nullable(convertedValue),
    }),
  ),
});

export const matrixRow = record({ buyer: member, cells: Type.Array(matrixCell) });

export const contractAmounts = record({
  energy: energyWh,
  injected: energyWh,
  buyerPays: moneyNano,
  sellerGets: moneyNano,
  transmission: moneyNano,
  fees: moneyNano,
  certificate: moneyNano,
});

export const contractTerms = record({
  buyer: member,
  seller: member,
  green: Type.Boolean(),
  type: directType,
  buyerRegion: region,
  sellerRegion: region,
  lossMillionths: millionths,
  transmissionPrice: priceNano,
  buyerLimit: priceNano,
  sellerLimit: priceNano,
  environmentalPrice: priceNano,
  crossSubsidy: priceNano,
  certificatePrice: priceNano,
  agreedPrice: nullable(priceNano),
});

/** Rounded half-even: L at the buyer's meter, for energy alone at the busbar, and q; null where agreed. */
const pairPrices = {
  buyerPrice: priceNano,
  sellerPrice: priceNano,
  convertedValue: nullable(priceNano),
};

/** A pair as the matching or the check left it; one that nothing is left of is cancelled. */
export const matchedPair = record({
  terms: contractTerms,
  ...pairPrices,
  /** Before limits cut it. */
  requested: energyWh,
  amounts: contractAmounts,
  /** Names the limit that bound; empty where nothing was cut. */
  reason: Type.String(),
});

export const unmatchedReason = Type.Union([
  Type.Literal('bundling'),
  Type.Literal('limit'),
  Type.Literal('no corridor'),
  Type.Literal('price'),
  Type.Literal('filled'),
]);

const transfers = record({ buyer: Type.Boolean(), seller: Type.Boolean() });

/** A TRANS() that a contract waits for. */
export const dueTransfer = record({
  side: directSide,
  member,
  stage: Type.Union([Type.Literal('committing'), Type.Literal('paying')]),
  /** Into the contract, or what it gives free to be paid out. */
  amount: moneyNano,
  untilMs: instantMs,
});

export const directContract = record({
  round,
  contract: contractNumber,
  terms: contractTerms,
  ...pairPrices,
  requested: energyWh,
  amounts: contractAmounts,
  buyerHeld: moneyNano,
  sellerHeld: moneyNano,
  status: Type.Union([Type.Literal('open'), Type.Literal('paid'), Type.Literal('cancelled')]),
  reason: Type.String(),
  committed: transfers,
  delivered: nullable(
    record({ fedIn: energyWh, drawn: energyWh, version: Type.Integer(), statementHash: hash }),
  ),
  released: transfers,
  paid: nullable(contractAmounts),
  certificatePosted: moneyNano,
  certificateHolder: nullable(member),
  buyerCharge: moneyNano,
  sellerCharge: moneyNano,
  buyerDefaults: Type.Integer(),
  sellerDefaults: Type.Integer(),
  due: Type.Array(dueTransfer),
});

export const directPosition = record({
  round,
  side: directSide,
  contracts: Type.Integer(),
  energy: energyWh,
  delivered: energyWh,
  injected: energyWh,
  amount: moneyNano,
  charges: moneyNano,
  held: moneyNano,
});

export const directAdmission = record({
  side: directSide,
  type: directType,
  region,
  papersCommitment: hash,
  status: Type.Union([
    Type.Literal('applied'),
    Type.Literal('admitted'),
    Type.Literal('refused'),
    Type.Literal('suspended'),
  ]),
  reason: Type.String(),
  /** The paper's transaction code and address. */
  code: Type.Integer(),
  address: hash,
  energyMost: energyWh,
  valueMost: moneyNano,
  appliedMs: instantMs,
  /** Transfers that the contract carried out for it at a deadline. */
  defaults: Type.Integer(),
});

export const directTokens = record({ free: moneyNano, held: moneyNano });
