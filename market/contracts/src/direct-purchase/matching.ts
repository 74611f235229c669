/**
 * A round's listings become pairs: the mechanism's matching in whole Wh, under a round's limits or
 * none, with the lots that the seed draws. Every node, the check and every reader compute it by this.
 */

import { type BlockContext, concatBytes, type State, toHex } from '@commonwatt/ledger';
import {
  type DirectBuyer,
  type DirectMatching,
  type DirectRound,
  type DirectSeller,
  fraction,
  matchInWholeWattHours,
  pairLots,
  securityCheck,
  type UnmatchedReason,
} from '@commonwatt/mechanisms';
import { type Energy, energy } from '@commonwatt/units';
import { corridorBetween, corridorKey } from './corridors.ts';
import type { ListingTerms, RoundLimit, RoundRules } from './messages.ts';
import { amountsOf } from './pricing.ts';
import {
  type CheckedCorridor,
  type ContractAmounts,
  type ContractTerms,
  listingsOfRound,
  type Round,
  takenOfRound,
} from './state.ts';

export interface MatchedPair {
  readonly terms: ContractTerms;
  /** Before limits cut it. */
  readonly requested: Energy;
  readonly amounts: ContractAmounts;
  /** Names the limit that bound; empty where nothing was cut. */
  readonly reason: string;
}

/** What a listing has left, and why. */
export interface UnmatchedListing {
  readonly member: number;
  readonly energy: Energy;
  readonly reason: UnmatchedReason;
}

export interface MatchedRound {
  readonly pairs: readonly MatchedPair[];
  readonly unmatched: readonly UnmatchedListing[];
  readonly corridors: readonly CheckedCorridor[];
  readonly rounds: number;
}

/** Rule set of the matching, the check and the prices, with the versions that this release has. */
export const DIRECT_PURCHASE = 'direct-purchase';
export const DIRECT_PURCHASE_VERSIONS: readonly number[] = [1];

type Host = Pick<BlockContext, 'state' | 'crypto'>;

/** @throws Error before the seed of the lots is drawn */
export function matchRound(
  host: Host,
  number: number,
  { rules, seed, rulesVersion }: Round,
  limits: readonly RoundLimit[],
): MatchedRound {
  if (!DIRECT_PURCHASE_VERSIONS.includes(rulesVersion)) {
    throw new Error(`round ${number}: expected rules of this release, got ${rulesVersion}`);
  }
  if (seed === undefined) throw new Error(`round ${number}: expected a seed to match by`);
  if (rules.mode !== 'listing') return checkTaken(host, number, seed, limits);
  const listed = openedListings(host.state, number);
  const matching = matchInWholeWattHours(mechanismRound(host, { rules, seed }, listed, limits));
  return {
    pairs: matching.pairs.map((pair) => matchedPair(rules, listed, pair)),
    unmatched: matching.unmatched.map(({ id, energy: left, reason }) => {
      return { member: Number(id), energy: left, reason };
    }),
    corridors: matching.limits.map((one) => ({ ...one })),
    rounds: matching.rounds,
  };
}

/** What a market agreed is not matched again: limits scale it down, and nothing takes its place. */
function checkTaken(
  { state, crypto }: Host,
  number: number,
  seed: Uint8Array,
  limits: readonly RoundLimit[],
): MatchedRound {
  const taken = state.group(takenOfRound, `${number}`).map(([, one]) => one);
  const flows = taken.map(({ trade, terms, energy: asked }) => ({
    from: terms.sellerRegion,
    to: terms.buyerRegion,
    energy: asked,
    lot: toHex(crypto.sha256(concatBytes(seed, trade))),
  }));
  const { energies, limits: corridors } = securityCheck(flows, limits);
  const pairs = taken.map(({ terms, energy: requested }, at): MatchedPair => {
    const granted = energies[at] ?? requested;
    const reason = granted < requested ? cutReason(terms) : '';
    return { terms, requested, amounts: amountsOf(terms, granted), reason };
  });
  return { pairs, unmatched: [], corridors, rounds: 1 };
}

type Listed = ReadonlyMap<number, ListingTerms>;

/** What the market wanted and the check left nothing of: no energy, and the reason. */
export function cancelledPairs(
  rules: RoundRules,
  wanted: readonly MatchedPair[],
  { pairs, corridors }: Pick<MatchedRound, 'pairs' | 'corridors'>,
): readonly MatchedPair[] {
  const kept = new Set(pairs.map(pairName));
  const bound = new Set(corridors.filter(({ binding }) => binding).map(corridorKey));
  return wanted
    .filter((one) => !kept.has(pairName(one)))
    .map(({ terms, amounts }) => {
      const ends = { from: terms.sellerRegion, to: terms.buyerRegion };
      const bundled = rules.bundlingThousandths !== undefined && !bound.has(corridorKey(ends));
      const reason = bundled ? 'bundling' : cutReason(terms);
      return { terms, requested: amounts.energy, amounts: amountsOf(terms, energy(0n)), reason };
    });
}

function pairName({ terms: { buyer, seller, green } }: MatchedPair): string {
  return `${buyer}/${seller}/${green}`;
}

function openedListings(state: State, number: number): Listed {
  const listed = new Map<number, ListingTerms>();
  for (const [{ member }, { terms }] of state.group(listingsOfRound, `${number}`)) {
    if (terms !== undefined) listed.set(member, terms);
  }
  return listed;
}

/**
 * A round as the mechanism sees it, for whoever shows its matrix. Without a seed its lots are those of
 * an empty one: nothing is matched by them.
 */
export function listedRound(host: Host, number: number, round: Round): DirectRound {
  return mechanismRound(host, round, openedListings(host.state, number), round.limits);
}

function mechanismRound(
  { crypto }: Pick<Host, 'crypto'>,
  { rules, seed }: Pick<Round, 'rules' | 'seed'>,
  listed: Listed,
  limits: readonly RoundLimit[],
): DirectRound {
  const lots = pairLots((bytes) => crypto.sha256(bytes), seed === undefined ? '' : toHex(seed));
  const buyers: DirectBuyer[] = [];
  const sellers: DirectSeller[] = [];
  for (const [member, terms] of listed) {
    const { side, type, energyWh, greenEnergyWh, ...prices } = terms;
    const party = { ...prices, id: `${member}`, energy: energy(energyWh) };
    if (side === 'buyer') buyers.push({ ...party, greenEnergy: energy(greenEnergyWh) });
    else if (type !== 'none') sellers.push({ ...party, type });
  }
  const { bundlingThousandths } = rules;
  return {
    buyers,
    sellers,
    corridors: rules.corridors.map(({ lossMillionths, ...one }) => {
      return { ...one, loss: BigInt(lossMillionths) };
    }),
    limits,
    certificatePrice: fraction(rules.certificatePrice),
    bundling:
      bundlingThousandths === undefined ? undefined : fraction(BigInt(bundlingThousandths), 1000n),
    lots,
  };
}

function matchedPair(
  rules: RoundRules,
  listed: Listed,
  pair: DirectMatching<Energy>['pairs'][number],
): MatchedPair {
  const [buyer, seller] = [Number(pair.buyer), Number(pair.seller)];
  const [wants, offers] = [requireListed(listed, buyer), requireListed(listed, seller)];
  const corridor = corridorBetween(rules, { from: offers.region, to: wants.region });
  if (corridor === undefined) throw new Error(`pair ${buyer}-${seller}: expected a corridor`);
  const terms: ContractTerms = {
    buyer,
    seller,
    green: pair.green,
    type: offers.type,
    buyerRegion: wants.region,
    sellerRegion: offers.region,
    lossMillionths: corridor.lossMillionths,
    transmissionPrice: corridor.transmissionPrice,
    buyerLimit: wants.price,
    sellerLimit: offers.price,
    environmentalPrice: offers.environmentalPrice,
    crossSubsidy: offers.crossSubsidy,
    certificatePrice: rules.certificatePrice,
    agreedPrice: undefined,
  };
  return {
    terms,
    requested: energy(pair.energy + pair.cut),
    amounts: amountsOf(terms, pair.energy),
    reason: pair.cut > 0n ? cutReason(terms) : '',
  };
}

/** The limit that bound, by its corridor. */
export function cutReason({
  sellerRegion: from,
  buyerRegion: to,
}: Pick<ContractTerms, 'sellerRegion' | 'buyerRegion'>): string {
  return `limit of corridor ${corridorKey({ from, to })}`;
}

function requireListed(listed: Listed, member: number): ListingTerms {
  const terms = listed.get(member);
  if (terms === undefined) throw new Error(`pair of ${member}: expected a listing`);
  return terms;
}
