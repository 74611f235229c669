/**
 * What every rule of pricing within a community starts from: who takes and gives how much, what the supplier
 * asks and pays outside, and how a sum is split without losing a unit.
 */

import {
  divideDown,
  energy,
  formatPrice,
  money,
  price,
  splitByLargestRemainder,
} from '@commonwatt/units';
import type { Field, Values } from '../field.ts';
import { wholeAt } from '../field.ts';
import type { Call, CallRefusal, Detail, Share, Shares } from '../mechanism.ts';

/** A member's energies of the interval; its lot is the lowest of its orders'. */
export type MemberEnergy = {
  readonly member: string;
  readonly takenWh: bigint;
  readonly givenWh: bigint;
  readonly lot: string;
};

export type Community = {
  /** In the order of code units. */
  readonly members: readonly MemberEnergy[];
  readonly takenWh: bigint;
  readonly givenWh: bigint;
  /** What stays within: the lesser of the two. */
  readonly sharedWh: bigint;
};

/** In nano per Wh: what a Wh from the supplier costs, and what one fed in earns. */
export type OutsidePrices = { readonly supply: bigint; readonly feedIn: bigint };

export const OUTSIDE_PRICES: readonly Field[] = [
  {
    name: 'supply_price',
    meaning: 'What energy from the supplier costs.',
    form: 'price',
    fallback: 300_000n,
  },
  {
    name: 'feed_in_price',
    meaning: 'What the supplier pays for energy fed in; not above the supply price.',
    form: 'price',
    fallback: 80_000n,
  },
];

export function outsidePrices(settings: Values): OutsidePrices {
  return {
    supply: wholeAt(settings, 'supply_price'),
    feedIn: wholeAt(settings, 'feed_in_price'),
  };
}

/** Energy that earns more than it costs would be bought to be fed in. */
export function refuseOutsidePrices({ settings }: Call): CallRefusal | undefined {
  const { supply, feedIn } = outsidePrices(settings);
  return feedIn > supply ? { code: 'feed_in_above_supply' } : undefined;
}

export function communityOf({ orders, lots }: Call): Community {
  const byMember = new Map<string, { takenWh: bigint; givenWh: bigint; lot: string }>();
  for (const { id, member, side, energy: wattHours } of orders) {
    const lot = lots(id);
    const known = byMember.get(member) ?? { takenWh: 0n, givenWh: 0n, lot };
    if (side === 'buy') known.takenWh += wattHours;
    else known.givenWh += wattHours;
    if (lot < known.lot) known.lot = lot;
    byMember.set(member, known);
  }
  const members = [...byMember]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([member, known]) => ({ member, ...known }));
  const takenWh = members.reduce((sum, one) => sum + one.takenWh, 0n);
  const givenWh = members.reduce((sum, one) => sum + one.givenWh, 0n);
  const lacking = takenWh > givenWh;
  return { members, takenWh, givenWh, sharedWh: lacking ? givenWh : takenWh };
}

/**
 * `whole` in proportion to a weight of every member, by largest remainder, equal remainders by lowest lot. Nothing
 * for everyone where all weights are zero, so `whole` must be zero then.
 */
export function splitOver(
  { members }: Community,
  whole: bigint,
  weight: (one: MemberEnergy) => bigint,
): readonly bigint[] {
  return splitByLargestRemainder(
    whole,
    members.map(weight),
    members.map(({ lot }) => lot),
  );
}

export const takenOf = ({ takenWh }: MemberEnergy) => takenWh;
export const givenOf = ({ givenWh }: MemberEnergy) => givenWh;

/** What of each member's energy came from the community, and what went to it. */
export function sharedParts(community: Community): {
  readonly gotWh: readonly bigint[];
  readonly leftWh: readonly bigint[];
} {
  return {
    gotWh: splitOver(community, community.sharedWh, takenOf),
    leftWh: splitOver(community, community.sharedWh, givenOf),
  };
}

/** What the community as a whole pays its supplier; below zero when it receives. */
export function outsideCost({ takenWh, givenWh }: Community, { supply, feedIn }: OutsidePrices) {
  return takenWh >= givenWh ? (takenWh - givenWh) * supply : (takenWh - givenWh) * feedIn;
}

/** What one member would pay its supplier alone, its own energy used first. */
export function costAlone(takenWh: bigint, givenWh: bigint, { supply, feedIn }: OutsidePrices) {
  const net = takenWh - givenWh;
  return net >= 0n ? net * supply : net * feedIn;
}

/** The shares of a community by what each member pays; `paidOutside` is what leaves the community. */
export function sharesOf(
  community: Community,
  payments: readonly bigint[],
  paidOutside: bigint,
  details?: { readonly [name: string]: Detail },
): Shares {
  const { members, takenWh, givenWh, sharedWh } = community;
  const { gotWh, leftWh } = sharedParts(community);
  const shares = members.map(
    ({ member }, at): Share => ({
      member,
      energy: (gotWh[at] ?? 0n) - (leftWh[at] ?? 0n),
      money: money(payments[at] ?? 0n),
    }),
  );
  const paid = payments.reduce((sum, one) => sum + one, 0n);
  return {
    shares,
    residual: takenWh - givenWh,
    surplus: money(paid - paidOutside),
    volume: energy(sharedWh),
    ...(details && { details }),
  };
}

/** A price of `cost` for `wattHours`, rounded down, as text in EUR/MWh; null for no energy. */
export function meanPrice(cost: bigint, wattHours: bigint): string | null {
  return wattHours === 0n ? null : formatPrice(price(divideDown(cost, wattHours)), 'EUR/MWh');
}
