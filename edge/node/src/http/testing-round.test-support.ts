/** Rounds of direct purchase for the doors: ana buys in B from bob's wind and carl's thermal plant in A. */

import {
  ACTION,
  applyAdmissionCodec,
  type DirectType,
  depositCodec,
  exchangeTokensCodec,
  type ListingTerms,
  listEnergyCodec,
  listingCommitment,
  openRoundCodec,
  type RoundRules,
  revealListingCodec,
  reviewAdmissionCodec,
  sealListingCodec,
} from '@commonwatt/contracts';
import { energy, money, price } from '@commonwatt/units';
import {
  action,
  GENESIS_MS,
  type MemberName,
  numberOf,
  type TestingCommunity,
} from './testing-community.test-support.ts';

export const HOUR_MS = 3_600_000;
export const DEADLINE_MS = GENESIS_MS + 24 * HOUR_MS;
/** A token per kWh, with three decimals, as nano-token per Wh. */
const perKwh = (thousandths: bigint) => price(thousandths * 1000n);
const mwh = (megawattHours: bigint) => megawattHours * 1_000_000n;

/** The companies of the round: the provider is the grid company, the treasurer takes the fees. */
export function rulesOf(changes: Partial<RoundRules> = {}): RoundRules {
  return {
    name: 'January',
    mode: 'listing',
    market: 0,
    form: 'open',
    deadlineMs: DEADLINE_MS,
    revealMs: 0,
    checkMs: 12 * HOUR_MS,
    transferMs: 12 * HOUR_MS,
    deliveryFromMs: GENESIS_MS + 72 * HOUR_MS,
    deliveryUntilMs: GENESIS_MS + 96 * HOUR_MS,
    statementMs: 24 * HOUR_MS,
    correctionMs: 24 * HOUR_MS,
    corridors: [{ from: 'A', to: 'B', lossMillionths: 60_000, transmissionPrice: perKwh(800n) }],
    limits: [],
    certificatePrice: price(19_000n),
    bundlingThousandths: undefined,
    collateralPrice: perKwh(100n),
    sealDeposit: money(1_000_000_000n),
    sellerDeviationPrice: perKwh(50n),
    buyerDeviationPrice: perKwh(20n),
    quotaMillionths: 200_000,
    gridMember: numberOf('provider'),
    feeMember: numberOf('treasurer'),
    dispatchMember: numberOf('provider'),
    certificateMember: 0,
    ...changes,
  };
}

export async function openRound(
  community: TestingCommunity,
  round: number,
  changes: Partial<RoundRules> = {},
): Promise<void> {
  const message = { round, rules: rulesOf(changes) };
  await community.send('operator', action(ACTION.openRound, openRoundCodec, message));
}

export async function apply(
  community: TestingCommunity,
  name: MemberName,
  type: DirectType,
  region: string,
): Promise<void> {
  const application = {
    side: type === 'none' ? 'buyer' : 'seller',
    type,
    region,
    papersCommitment: new Uint8Array(32).fill(numberOf(name)),
  } as const;
  await community.send(name, action(ACTION.applyAdmission, applyAdmissionCodec, application));
}

/** Applies, is admitted, and turns a million in coin into tokens. */
export async function admit(
  community: TestingCommunity,
  name: MemberName,
  type: DirectType,
  region: string,
): Promise<void> {
  await apply(community, name, type, region);
  const member = numberOf(name);
  const amount = money(1_000_000n * 1_000_000_000n);
  const review = {
    member,
    decision: 'admit',
    energyMost: energy(mwh(1000n)),
    valueMost: money(1n << 80n),
    reason: '',
  } as const;
  const deposit = { member, amount, reference: new Uint8Array(32).fill(100 + member) };
  await community.send('registrar', action(ACTION.reviewAdmission, reviewAdmissionCodec, review));
  await community.send('treasurer', action(ACTION.deposit, depositCodec, deposit));
  await community.send(name, action(ACTION.exchangeTokens, exchangeTokensCodec, { amount }));
}

export async function admitPlants(community: TestingCommunity): Promise<void> {
  await admit(community, 'ana', 'none', 'B');
  await admit(community, 'bob', 'wind', 'A');
  await admit(community, 'carl', 'thermal', 'A');
}

type Plant = 'ana' | 'bob' | 'carl';
const nothing = { greenEnergyWh: 0n, environmentalPrice: price(0n), crossSubsidy: price(0n) };
/** 10 MWh asked at 5 token/kWh, 2 of them green; 4 of wind at 3.5, 5 thermal at 3 and 0.1. */
export const TERMS: Readonly<Record<Plant, ListingTerms>> = {
  ana: {
    ...nothing,
    side: 'buyer',
    type: 'none',
    region: 'B',
    price: perKwh(5000n),
    energyWh: mwh(10n),
    greenEnergyWh: mwh(2n),
  },
  bob: {
    ...nothing,
    side: 'seller',
    type: 'wind',
    region: 'A',
    price: perKwh(3500n),
    energyWh: mwh(4n),
  },
  carl: {
    ...nothing,
    side: 'seller',
    type: 'thermal',
    region: 'A',
    price: perKwh(3000n),
    energyWh: mwh(5n),
    environmentalPrice: perKwh(100n),
  },
};

export async function list(
  community: TestingCommunity,
  name: Plant,
  round: number,
  terms = TERMS[name],
): Promise<void> {
  await community.send(name, action(ACTION.listEnergy, listEnergyCodec, { round, terms }));
}

const SALT = new Uint8Array(32).fill(5);

export async function seal(community: TestingCommunity, name: Plant, round: number): Promise<void> {
  const place = { round, member: numberOf(name) };
  const commitment = listingCommitment((bytes) => community.crypto.sha256(bytes), {
    ...place,
    salt: SALT,
    terms: TERMS[name],
  });
  await community.send(name, action(ACTION.sealListing, sealListingCodec, { round, commitment }));
}

export async function reveal(
  community: TestingCommunity,
  name: Plant,
  round: number,
): Promise<void> {
  const message = { round, salt: SALT, terms: TERMS[name] };
  await community.send(name, action(ACTION.revealListing, revealListingCodec, message));
}
