/**
 * Sharing after the fact: who of a community used the energy that others of it fed in, by what the
 * meters counted. A rule is a pure function of metered energies in whole Wh. Whatever the rule:
 * nobody gets more than it used or gives more than it fed in, what is received is what is given,
 * and the order of the parties does not tell.
 */

import type { Energy, Price } from '@commonwatt/units';
import { lesser, splitByLargestRemainder } from '@commonwatt/units';

/** Shares are whole millionths of what there is to share. */
export const SHARE_MILLIONTHS = 1_000_000;

/** A producer or a consumer of one interval. */
export interface SharingParty {
  readonly member: number;
  /** What it fed in, or used, and may still be shared. */
  readonly energy: Energy;
  /** Breaks ties: lower-case hexadecimal, different for every party of a side. */
  readonly lot: string;
  /** A consumer's fixed part of the production, in millionths; none unless given. */
  readonly shareMillionths?: number | undefined;
  /** A consumer's tier: lower numbers are served first, 0 unless given. */
  readonly tier?: number | undefined;
  /** The price at which a party's standing order takes part in a market; without it it has none. */
  readonly limit?: Price | undefined;
}

export interface SharingInterval {
  readonly producers: readonly SharingParty[];
  readonly consumers: readonly SharingParty[];
}

/** What is shared at one price: the community's price for shared energy where there is none here. */
export interface SharedPart {
  readonly price: Price | undefined;
  /** In Wh by consumer, in the order of the interval. */
  readonly received: readonly bigint[];
  /** In Wh by producer. */
  readonly given: readonly bigint[];
}

export interface Sharing {
  readonly parts: readonly SharedPart[];
  /** What the rule allots to each consumer before its own use caps it (OBIS G.02). */
  readonly allotted: readonly bigint[];
}

export interface SharingRule {
  readonly name: string;
  readonly version: number;
  /** The rule in one sentence, for statements. */
  readonly rule: string;
  /** How ties are broken. */
  readonly ties: string;
  /** What one interval of the rule lasts; a slot unless given. */
  readonly intervalMs?: number;
  share(interval: SharingInterval): Sharing;
}

export function totalOf(energies: readonly bigint[]): bigint {
  return energies.reduce((sum, one) => sum + one, 0n);
}

export function energiesOf(parties: readonly SharingParty[]): readonly bigint[] {
  return parties.map(({ energy }) => energy);
}

export const byLot = 'Equal remainders go to the lowest lot';

/** One part at the community's price: what consumers were allotted, as far as they used it. */
export function sharedAsAllotted(
  { producers, consumers }: SharingInterval,
  allotted: readonly bigint[],
): Sharing {
  const received = consumers.map(({ energy }, at) => lesser(energy, allotted[at] as bigint));
  const given = proRata(totalOf(received), producers);
  return { parts: [{ price: undefined, received, given }], allotted };
}

/** Splits in proportion to the parties' energies, by largest remainder; nothing where all are 0. */
export function proRata(whole: bigint, parties: readonly SharingParty[]): readonly bigint[] {
  const weights = energiesOf(parties);
  if (totalOf(weights) === 0n) return weights;
  return splitByLargestRemainder(whole, weights, lotsOf(parties));
}

export function lotsOf(parties: readonly SharingParty[]): readonly string[] {
  return parties.map(({ lot }) => lot);
}
