/**
 * PAYMENT() and WITHDRAW(): what a member declares in a round, openly or sealed until the deadline.
 * A listing holds all that it can come to cost, so that no party's purse can stop the round later.
 */

import {
  type ActionContext,
  type ActionType,
  asciiBytes,
  concatBytes,
  encode,
  equalBytes,
  type Sha256,
  u32,
} from '@commonwatt/ledger';
import { divideUp, type Money, money } from '@commonwatt/units';
import { ACTION } from '../action-types.ts';
import { actingMember } from '../authority.ts';
import type { ContractRefusal } from '../refusals.ts';
import { refuseNotAdmitted } from './admission.ts';
import { hasRegion } from './corridors.ts';
import { type ListingMoved, listingMoved } from './events.ts';
import { LISTED_ENERGY_MAX, LISTED_PRICE_MAX, LISTINGS_PER_SIDE_MAX } from './limits.ts';
import {
  type ListEnergy,
  type ListingTerms,
  listEnergyCodec,
  listingTermsCodec,
  type RevealListing,
  type RoundRules,
  revealListingCodec,
  type SealListing,
  sealListingCodec,
  type WithdrawListing,
  withdrawListingCodec,
} from './messages.ts';
import { endListing } from './rounds.ts';
import {
  admissions,
  type Listing,
  listings,
  listingsOfRound,
  type Round,
  rounds,
} from './state.ts';
import { freeTokens, holdTokens, refuseTokens } from './tokens.ts';

export const listEnergy: ActionType<ListEnergy> = {
  type: ACTION.listEnergy,
  name: 'list energy',
  codec: listEnergyCodec,
  apply(context, { round: number, terms }) {
    const { state, timeMs } = context;
    const member = actingMember(context);
    const refusal = refuseNotAdmitted(state, member) ?? refuseNewListing(context, number, 'open');
    if (refusal !== undefined) return refusal;
    const { rules } = requireRound(context, number);
    const held = heldFor(rules, terms);
    const flaw =
      refuseTerms(context, rules, terms, number) ??
      refuseSide(context, number, terms) ??
      refuseTokens(state, member, held);
    if (flaw !== undefined) return flaw;
    holdTokens(state, member, held);
    const listing: Listing = { terms, commitment: undefined, held, listedMs: timeMs };
    state.set(listings, { round: number, member }, listing);
    tell(context, { round: number, member, change: 'listed', terms, held });
    return undefined;
  },
};

/** The commitment holds the round's deposit, which is lost where it is never opened. */
export const sealListing: ActionType<SealListing> = {
  type: ACTION.sealListing,
  name: 'seal listing',
  codec: sealListingCodec,
  apply(context, { round: number, commitment }) {
    const { state, timeMs } = context;
    const member = actingMember(context);
    const refusal =
      refuseNotAdmitted(state, member) ??
      refuseNewListing(context, number, 'sealed') ??
      refuseCount(context, number, 'sealed');
    if (refusal !== undefined) return refusal;
    const { sealDeposit: held } = requireRound(context, number).rules;
    const uncovered = refuseTokens(state, member, held);
    if (uncovered !== undefined) return uncovered;
    holdTokens(state, member, held);
    const listing: Listing = { terms: undefined, commitment, held, listedMs: timeMs };
    state.set(listings, { round: number, member }, listing);
    tell(context, { round: number, member, change: 'sealed', terms: undefined, held });
    return undefined;
  },
};

/** Opens what was sealed, between the deadline and the end of the time to open. */
export const revealListing: ActionType<RevealListing> = {
  type: ACTION.revealListing,
  name: 'reveal listing',
  codec: revealListingCodec,
  apply(context, { round: number, salt, terms }) {
    const { state, crypto } = context;
    const member = actingMember(context);
    const round = state.get(rounds, number);
    if (round === undefined) return { code: 'round_unknown', round: number };
    if (round.stage !== 'revealing' || context.timeMs >= round.stageUntilMs) {
      return { code: 'round_stage_wrong', round: number, stage: round.stage };
    }
    const key = { round: number, member };
    const sealed = state.get(listings, key);
    if (sealed === undefined) return { code: 'listing_unknown', round: number, member };
    if (sealed.terms !== undefined) return { code: 'listing_known', round: number, member };
    const opened = listingCommitment(crypto.sha256, { ...key, salt, terms });
    if (sealed.commitment === undefined || !equalBytes(opened, sealed.commitment)) {
      return { code: 'reveal_wrong', round: number, member };
    }
    const held = heldFor(round.rules, terms);
    const refusal =
      refuseTerms(context, round.rules, terms, number) ??
      refuseSide(context, number, terms) ??
      refuseTokens(state, member, held - sealed.held);
    if (refusal !== undefined) return refusal;
    freeTokens(state, member, sealed.held);
    holdTokens(state, member, held);
    state.set(listings, key, { ...sealed, terms, held });
    tell(context, { ...key, change: 'revealed', terms, held });
    return undefined;
  },
};

export const withdrawListing: ActionType<WithdrawListing> = {
  type: ACTION.withdrawListing,
  name: 'withdraw listing',
  codec: withdrawListingCodec,
  apply(context, { round: number }) {
    const member = actingMember(context);
    const refusal = refuseClosed(context, number);
    if (refusal !== undefined) return refusal;
    const key = { round: number, member };
    const listing = context.state.get(listings, key);
    if (listing === undefined) return { code: 'listing_unknown', ...key };
    endListing(context, key, listing, 'withdrawn');
    return undefined;
  },
};

const LISTING_DOMAIN = asciiBytes('commonwatt/sealed-listing/1');

/** Binds round, member and terms under a salt of 32 bytes: nobody can copy another's commitment. */
export function listingCommitment(
  sha256: Sha256,
  { round, member, salt, terms }: RevealListing & { readonly member: number },
): Uint8Array {
  return sha256(
    concatBytes(
      LISTING_DOMAIN,
      encode(u32, round),
      encode(u32, member),
      salt,
      encode(listingTermsCodec, terms),
    ),
  );
}

/** What a seller may owe beyond each contract's exact certificate cost by rounding: half a unit each. */
const ROUNDED_CONTRACTS = BigInt(2 * LISTINGS_PER_SIDE_MAX);

/**
 * What a listing holds, nano-token: a buyer's limit times its energy, for it never pays more; a
 * thermal seller's certificates where the round posts them; and the collateral of either.
 */
export function heldFor(
  rules: Pick<RoundRules, 'collateralPrice' | 'certificatePrice' | 'certificateMember'>,
  { side, type, price, energyWh }: ListingTerms,
): Money {
  const collateral = rules.collateralPrice * energyWh;
  if (side === 'buyer') return money(collateral + price * energyWh);
  if (type !== 'thermal' || rules.certificateMember === 0) return money(collateral);
  const owed = divideUp(rules.certificatePrice * energyWh, 5n);
  return money(collateral + (owed === 0n ? 0n : owed + ROUNDED_CONTRACTS));
}

function requireRound({ state }: ActionContext, number: number): Round {
  const round = state.get(rounds, number);
  if (round === undefined) throw new Error(`round ${number}: expected one of the ledger`);
  return round;
}

/** round_unknown, then round_closed: from the deadline on nothing is listed or withdrawn. */
function refuseClosed(
  { state, timeMs }: ActionContext,
  number: number,
): ContractRefusal | undefined {
  const round = state.get(rounds, number);
  if (round === undefined) return { code: 'round_unknown', round: number };
  const { deadlineMs } = round.rules;
  return round.stage === 'listing' && timeMs < deadlineMs
    ? undefined
    : { code: 'round_closed', round: number, deadlineMs, timeMs, stage: round.stage };
}

function refuseNewListing(
  context: ActionContext,
  number: number,
  form: RoundRules['form'],
): ContractRefusal | undefined {
  const closed = refuseClosed(context, number);
  if (closed !== undefined) return closed;
  const { rules } = requireRound(context, number);
  if (rules.mode !== 'listing' || rules.form !== form) {
    return { code: 'listing_form_wrong', mode: rules.mode, form: rules.form };
  }
  const member = actingMember(context);
  return context.state.get(listings, { round: number, member }) === undefined
    ? undefined
    : { code: 'listing_known', round: number, member };
}

/** The terms by themselves and against the admission; each fault has its own code. */
function refuseTerms(
  { state, actor }: ActionContext,
  rules: RoundRules,
  terms: ListingTerms,
  round: number,
): ContractRefusal | undefined {
  const admission = state.get(admissions, actor.member ?? 0);
  if (admission?.status !== 'admitted') return { code: 'not_admitted', member: actor.member };
  const { side, type, region, price, energyWh } = terms;
  if (side !== admission.side) return { code: 'side_wrong', side, expected: admission.side };
  if (type !== admission.type) {
    return { code: 'seller_type_differs', type, expected: admission.type };
  }
  if (!hasRegion(rules, region)) return { code: 'region_unknown', region, round };
  if (region !== admission.region) {
    return { code: 'region_unknown', region, expected: admission.region };
  }
  if (energyWh < 0n) return { code: 'energy_negative', energyWh };
  if (energyWh === 0n) return { code: 'energy_not_positive', energy: energyWh };
  const { energyMost, valueMost } = admission;
  if (energyWh > energyMost || energyWh > LISTED_ENERGY_MAX) {
    return { code: 'energy_over_declared', energyWh, energyMost };
  }
  const flaw = flawOfPrices(terms);
  if (flaw !== undefined) return { code: 'listing_invalid', ...flaw };
  const value = price * energyWh;
  return value > valueMost ? { code: 'value_over_limit', value, valueMost } : undefined;
}

function flawOfPrices(
  terms: ListingTerms,
): { readonly field: string; readonly expected: string } | undefined {
  for (const field of ['price', 'environmentalPrice', 'crossSubsidy'] as const) {
    if (terms[field] < 0n || terms[field] > LISTED_PRICE_MAX) {
      return { field, expected: `0 to ${LISTED_PRICE_MAX}` };
    }
  }
  const { side, energyWh, greenEnergyWh, environmentalPrice, crossSubsidy } = terms;
  const greenMost = side === 'buyer' ? energyWh : 0n;
  if (greenEnergyWh < 0n || greenEnergyWh > greenMost) {
    return { field: 'greenEnergyWh', expected: `0 to ${greenMost}` };
  }
  const bare = side === 'seller' || (environmentalPrice === 0n && crossSubsidy === 0n);
  return bare ? undefined : { field: 'environmentalPrice', expected: '0 for a buyer' };
}

function refuseSide(
  context: ActionContext,
  number: number,
  { side }: ListingTerms,
): ContractRefusal | undefined {
  return refuseCount(context, number, side);
}

/** A round has so many open listings of a side, and so many sealed ones as of both. */
function refuseCount(
  { state }: ActionContext,
  number: number,
  what: ListingTerms['side'] | 'sealed',
): ContractRefusal | undefined {
  const listed = state.group(listingsOfRound, `${number}`);
  const counted =
    what === 'sealed' ? listed : listed.filter(([, { terms }]) => terms?.side === what);
  const most = what === 'sealed' ? 2 * LISTINGS_PER_SIDE_MAX : LISTINGS_PER_SIDE_MAX;
  return counted.length < most ? undefined : { code: 'listings_too_many', side: what, most };
}

function tell(context: ActionContext, value: ListingMoved): void {
  context.emit<ListingMoved>(listingMoved, value);
}
