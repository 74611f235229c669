/** The golden ledger's rounds of direct purchase: a sealed one to its end, and one that is cancelled. */

import { type Energy, money, price } from '@commonwatt/units';
import { ACTION } from '../../action-types.ts';
import { commitmentsFor, statementHashOf } from '../../direct-purchase/delivery.ts';
import { listingCommitment } from '../../direct-purchase/listing.ts';
import {
  type ApplyAdmission,
  applyAdmissionCodec,
  type CheckRound,
  cancelRoundCodec,
  checkRoundCodec,
  type DeliveryStatement,
  type DirectType,
  deliveryStatementCodec,
  exchangeTokensCodec,
  type ListingTerms,
  listEnergyCodec,
  openRoundCodec,
  type RoundRules,
  redeemTokensCodec,
  revealListingCodec,
  reviewAdmissionCodec,
  sealListingCodec,
  setExchangeCodec,
  signDeliveryCodec,
  transferStageCodec,
  withdrawListingCodec,
} from '../../direct-purchase/messages.ts';
import { commitReadingsCodec } from '../../metering/messages.ts';
import { commitmentsRootOf } from '../../settlement/readings.ts';
import { action, testingCrypto } from '../testing-ledger.test-support.ts';
import { bytes32, coins, DAY_MS, HOUR_MS, type Recipe, type Sent, wh } from './golden-recipe.ts';

const [SEALED, CANCELLED] = [1, 2] as const;
/** 4 token/kWh and the like: thousandths of a token per kWh. */
const perKwh = (thousandths: number) => price(BigInt(thousandths) * 1000n);

/** Admission, tokens, and both rounds. */
export async function buyDirectly(recipe: Recipe): Promise<void> {
  await admitParties(recipe);
  const rules = rulesOf(recipe);
  await list(recipe, rules);
  await matchAndCheck(recipe, rules);
  await deliver(recipe, rules);
  const redeem = action(ACTION.redeemTokens, redeemTokensCodec, { tokens: money(10n) });
  const uneven = action(ACTION.redeemTokens, redeemTokensCodec, { tokens: money(1n) });
  await recipe.block([['ben', [uneven, redeem], ['tokens_not_whole', 'done']]]);
}

async function admitParties(recipe: Recipe): Promise<void> {
  const apply = (side: ApplyAdmission['side'], type: DirectType, region: string) =>
    action(ACTION.applyAdmission, applyAdmissionCodec, {
      side,
      type,
      region,
      papersCommitment: bytes32(`papers of a ${side}`),
    });
  const review = (name: string) =>
    action(ACTION.reviewAdmission, reviewAdmissionCodec, {
      member: recipe.number(name),
      decision: 'admit',
      energyMost: wh(100_000),
      valueMost: coins(10_000),
      reason: '',
    });
  const exchange = (count: number) =>
    action(ACTION.exchangeTokens, exchangeTokensCodec, { amount: coins(count) });
  const ratio = (tokensPerCoin: number) =>
    action(ACTION.setExchange, setExchangeCodec, { tokensPerCoin });
  await recipe.block([
    ['officer', [ratio(0), ratio(10)], ['exchange_invalid', 'done']],
    ['ben', [exchange(1), apply('buyer', 'none', 'B')], ['not_admitted', 'done']],
    ['ana', apply('seller', 'wind', 'A')],
  ]);
  await recipe.decide(review('ben'), review('ana'));
  await recipe.block([
    ['ben', exchange(45)],
    ['ana', exchange(20)],
  ]);
}

function rulesOf(recipe: Recipe): RoundRules {
  const beginMs = (Math.floor(recipe.ledger.timeMs / DAY_MS) + 1) * DAY_MS;
  const grid = recipe.number('plant');
  return {
    name: 'Direct',
    mode: 'listing',
    market: 0,
    form: 'sealed',
    deadlineMs: beginMs,
    revealMs: HOUR_MS,
    checkMs: HOUR_MS,
    transferMs: HOUR_MS,
    deliveryFromMs: beginMs + DAY_MS,
    deliveryUntilMs: beginMs + DAY_MS + HOUR_MS,
    statementMs: HOUR_MS,
    correctionMs: DAY_MS,
    corridors: [{ from: 'A', to: 'B', lossMillionths: 60_000, transmissionPrice: perKwh(800) }],
    limits: [{ from: 'A', to: 'B', energy: wh(40_000) }],
    certificatePrice: price(19_000n),
    bundlingThousandths: 3000,
    collateralPrice: perKwh(100),
    sealDeposit: coins(1),
    sellerDeviationPrice: perKwh(50),
    buyerDeviationPrice: perKwh(20),
    quotaMillionths: 200_000,
    gridMember: grid,
    feeMember: recipe.number('officer'),
    dispatchMember: recipe.number('scribe'),
    certificateMember: 0,
  };
}

const BUYS = { side: 'buyer', type: 'none', region: 'B' } as const;
const SELLS = { side: 'seller', type: 'wind', region: 'A' } as const;

function termsOf(
  place: Pick<ListingTerms, 'side' | 'type' | 'region'>,
  thousandths: number,
  energyWh: bigint,
): ListingTerms {
  const nothing = price(0n);
  return {
    ...place,
    price: perKwh(thousandths),
    energyWh,
    greenEnergyWh: 0n,
    environmentalPrice: nothing,
    crossSubsidy: nothing,
  };
}

const OPENED: readonly (readonly [name: string, terms: ListingTerms])[] = [
  ['ben', termsOf(BUYS, 5000, 50_000n)],
  ['ana', termsOf(SELLS, 3500, 60_000n)],
];

const salt = bytes32('salt of a listing');
const sealing = (recipe: Recipe, name: string, terms: ListingTerms) => {
  const opening = { round: SEALED, member: recipe.number(name), salt, terms };
  const commitment = listingCommitment(testingCrypto.sha256, opening);
  return action(ACTION.sealListing, sealListingCodec, { round: SEALED, commitment });
};

/** The sealed round is listed; the open one takes one listing back, loses one, and is cancelled. */
async function list(recipe: Recipe, rules: RoundRules): Promise<void> {
  const open = (round: number, changes: Partial<RoundRules> = {}) =>
    action(ACTION.openRound, openRoundCodec, { round, rules: { ...rules, ...changes } });
  const openly = (terms: ListingTerms) =>
    action(ACTION.listEnergy, listEnergyCodec, { round: CANCELLED, terms });
  const withdraw = action(ACTION.withdrawListing, withdrawListingCodec, { round: CANCELLED });
  const cancel = (reason: string) =>
    action(ACTION.cancelRound, cancelRoundCodec, { round: CANCELLED, reason });
  await recipe.block([
    ['ana', open(SEALED), 'role_missing'],
    [
      'officer',
      [open(SEALED), open(SEALED), open(CANCELLED, { form: 'open', revealMs: 0, market: 1 })],
      ['done', 'round_known', 'round_rules_invalid'],
    ],
    ['officer', open(CANCELLED, { form: 'open', revealMs: 0 })],
  ]);
  const small = termsOf(BUYS, 5000, 100n);
  await recipe.block([
    [
      'ben',
      [
        openly({ ...small, energyWh: -1n }),
        openly({ ...small, energyWh: 100_001n }),
        openly({ ...small, region: 'Z' }),
        openly(small),
        withdraw,
        openly(small),
      ],
      ['energy_negative', 'energy_over_declared', 'region_unknown', 'done', 'done', 'done'],
    ],
    ['ana', openly({ ...termsOf(SELLS, 3500, 100n), type: 'thermal' }), 'seller_type_differs'],
    ...OPENED.map(([name, terms]): Sent => [name, sealing(recipe, name, terms)]),
  ]);
  await recipe.block([['officer', [cancel(''), cancel('a drill')], ['reason_missing', 'done']]]);
}

/** Opened after the deadline, matched by lots of the block that ended that, and scaled by the check. */
async function matchAndCheck(recipe: Recipe, rules: RoundRules): Promise<void> {
  const reveal = (terms: ListingTerms) =>
    action(ACTION.revealListing, revealListingCodec, { round: SEALED, salt, terms });
  const [, [, another]] = OPENED as [unknown, readonly [string, ListingTerms]];
  await recipe.block([], rules.deadlineMs);
  await recipe.block([
    ['ben', reveal(another), 'reveal_wrong'],
    ...OPENED.map(([name, terms]): Sent => [name, reveal(terms)]),
  ]);
  await recipe.block([], rules.deadlineMs + rules.revealMs);
  await recipe.block([]);
  const check = (limit: number, reason: string) => {
    const limits: CheckRound['limits'] = [{ from: 'B', to: 'A', energy: wh(limit) }];
    return action(ACTION.checkRound, checkRoundCodec, { round: SEALED, limits, reason });
  };
  await recipe.block([
    ['officer', check(30_000, 'a line'), 'not_the_dispatch_centre'],
    [
      'scribe',
      [check(50_000, 'a line'), check(30_000, ''), check(30_000, 'a line under repair')],
      ['limit_raised', 'reason_missing', 'done'],
    ],
  ]);
}

const transfer = action(ACTION.transferStage, transferStageCodec, { round: SEALED, contract: 0 });

/** One party calls, for the other the contract does; then a delivery that two checkers signed. */
async function deliver(recipe: Recipe, rules: RoundRules): Promise<void> {
  const { ledger } = recipe;
  await recipe.block([['ben', [transfer, transfer], ['done', 'transferred_already']]]);
  await recipe.block([], ledger.timeMs + rules.transferMs);
  await recipe.block([], rules.deliveryUntilMs);
  const { deliveryFromMs: periodFromMs, deliveryUntilMs: periodUntilMs } = rules;
  const roots = [1, 2].map((meter) => ({ meter, root: bytes32(`delivery of meter ${meter}`) }));
  const period = { periodFromMs, periodUntilMs, roots };
  await recipe.block([['officer', action(ACTION.commitReadings, commitReadingsCodec, period)]]);
  const statement: DeliveryStatement = {
    round: SEALED,
    readingsRoot: commitmentsRootOf(testingCrypto, commitmentsFor(ledger, rules)),
    version: 1,
    deliveries: [{ contract: 0, fedIn: wh(29_000), drawn: wh(30_000) }],
  };
  const state = (fedIn: Energy) =>
    action(ACTION.stateDelivery, deliveryStatementCodec, {
      ...statement,
      deliveries: [{ contract: 0, fedIn, drawn: wh(30_000) }],
    });
  const sign = action(ACTION.signDelivery, signDeliveryCodec, {
    round: SEALED,
    statementHash: statementHashOf(testingCrypto.sha256, statement),
  });
  await recipe.block([
    [
      'scribe',
      [state(wh(30_001)), state(wh(29_000)), sign],
      ['statement_wrong', 'done', 'statement_signed_already'],
    ],
    ['warden', sign],
  ]);
  await recipe.block([
    ['ben', transfer],
    ['ana', transfer],
  ]);
}
