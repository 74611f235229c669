/** What each member is worth to the community: its mean contribution over all orders of joining. */

import { divideDown } from '@commonwatt/units';
import { defineSharing } from '../define.ts';
import { drawFrom } from '../draw.ts';
import { wholeAt } from '../field.ts';
import type { Call } from '../mechanism.ts';
import {
  type Community,
  communityOf,
  costAlone,
  OUTSIDE_PRICES,
  type OutsidePrices,
  outsideCost,
  outsidePrices,
  refuseOutsidePrices,
  sharesOf,
} from './community-bill.ts';

/** All 2^12 coalitions are asked up to here; above, orders of joining are drawn. */
export const EXACT_MEMBERS_MAX = 12;
/** The most single contributions that one sampled call adds up. */
const CONTRIBUTIONS_MAX = 20_000_000n;

export const shapley = defineSharing({
  name: 'shapley',
  version: 1,
  source: 'Shapley 1953; sampled as in Castro, Gómez and Tejada 2009',
  rule:
    'Each pays its mean addition to the common bill over all orders of joining: exact to 12 members, above over ' +
    'orders drawn from the seed',
  ties: 'Whole nano by largest remainder of the exact values, equal remainders by lowest lot of a member',
  holds:
    'Budget balance; equal members pay the same to a nano; nobody pays more than alone; who changes no bill pays as alone',
  ignoresPrice: true,
  settings: [
    ...OUTSIDE_PRICES,
    {
      name: 'samples',
      meaning: 'How many orders of joining are drawn above 12 members.',
      form: 'integer',
      least: 1n,
      most: 1_000_000n,
      fallback: 1000n,
    },
  ],
  properties: ['budget_balance'],
  refuseMore(call) {
    const members = BigInt(new Set(call.orders.map(({ member }) => member)).size);
    const contributions = members * wholeAt(call.settings, 'samples');
    if (members > EXACT_MEMBERS_MAX && contributions > CONTRIBUTIONS_MAX) {
      const refusal = {
        code: 'too_many_contributions',
        contributions,
        contributionsMax: CONTRIBUTIONS_MAX,
      };
      return refusal;
    }
    return refuseOutsidePrices(call);
  },
  share(call) {
    const community = communityOf(call);
    const outside = outsidePrices(call.settings);
    const { members } = community;
    const exact = members.length <= EXACT_MEMBERS_MAX;
    const { sums, divisor } = exact
      ? contributionsOfAll(community, outside)
      : contributionsDrawn(community, outside, call);
    return sharesOf(
      community,
      wholeParts(community, sums, divisor),
      outsideCost(community, outside),
      { orders_of_joining: exact ? 'all' : `${divisor} drawn` },
    );
  },
});

/** Each member's contributions added up; over `divisor` they are what it pays. */
type Contributions = { readonly sums: readonly bigint[]; readonly divisor: bigint };

/** A coalition S comes before a member in |S|! (n - |S| - 1)! of n! orders. */
function contributionsOfAll({ members }: Community, outside: OutsidePrices): Contributions {
  const count = members.length;
  const factorials = [1n];
  for (let at = 1; at <= count; at++) factorials.push((factorials[at - 1] ?? 1n) * BigInt(at));
  const bills = coalitionBills({ members }, outside);
  const sums = members.map(() => 0n);
  for (let coalition = 0; coalition < bills.length; coalition++) {
    const size = bitsOf(coalition);
    const orders = (factorials[size] ?? 1n) * (factorials[count - size - 1] ?? 1n);
    for (let at = 0; at < count; at++) {
      if ((coalition & (1 << at)) !== 0) continue;
      const added = (bills[coalition | (1 << at)] ?? 0n) - (bills[coalition] ?? 0n);
      sums[at] = (sums[at] ?? 0n) + orders * added;
    }
  }
  return { sums, divisor: factorials[count] ?? 1n };
}

/** What every coalition would pay outside, by the bits of its members. */
export function coalitionBills(
  { members }: Pick<Community, 'members'>,
  outside: OutsidePrices,
): readonly bigint[] {
  const netWh = [0n];
  for (const [at, { takenWh, givenWh }] of members.entries()) {
    for (let coalition = 0; coalition < 1 << at; coalition++) {
      netWh.push((netWh[coalition] ?? 0n) + takenWh - givenWh);
    }
  }
  return netWh.map((net) => costAlone(net, 0n, outside));
}

function bitsOf(coalition: number): number {
  let bits = 0;
  for (let rest = coalition; rest !== 0; rest &= rest - 1) bits += 1;
  return bits;
}

/** Orders of joining drawn from the seed. Their contributions add up to the whole bill in each of them. */
function contributionsDrawn(
  { members }: Community,
  outside: OutsidePrices,
  { lots, settings }: Call,
): Contributions {
  const samples = wholeAt(settings, 'samples');
  const sums = members.map(() => 0n);
  const order = members.map((_, at) => at);
  const draw = drawFrom(seedOf(lots('shapley')));
  for (let sample = 0n; sample < samples; sample++) {
    let netWh = 0n;
    let bill = 0n;
    for (let left = order.length; left > 0; left--) {
      // Fisher and Yates: one of those left joins next.
      const drawn = Number(draw(BigInt(left)));
      const at = order[drawn] as number;
      order[drawn] = order[left - 1] as number;
      order[left - 1] = at;
      const { takenWh, givenWh } = members[at] as { takenWh: bigint; givenWh: bigint };
      netWh += takenWh - givenWh;
      const joined = costAlone(netWh, 0n, outside);
      sums[at] = (sums[at] ?? 0n) + joined - bill;
      bill = joined;
    }
  }
  return { sums, divisor: samples };
}

/** A seed from a text (FNV-1a). */
function seedOf(text: string): bigint {
  let state = 0xcbf29ce484222325n;
  for (const character of text) {
    state = BigInt.asUintN(64, (state ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n);
  }
  return state;
}

/** sums / divisor as whole nano that add up to the same: rounded down, what is missing by remainder, then lot. */
export function wholeParts(
  { members }: Community,
  sums: readonly bigint[],
  divisor: bigint,
): readonly bigint[] {
  const down = sums.map((sum) => divideDown(sum, divisor));
  const rests = sums.map((sum, at) => sum - (down[at] ?? 0n) * divisor);
  const missing = rests.reduce((sum, rest) => sum + rest, 0n) / divisor;
  const byRest = members
    .map(({ lot }, at) => ({ at, lot, rest: rests[at] ?? 0n }))
    .sort((a, b) => (a.rest !== b.rest ? (a.rest > b.rest ? -1 : 1) : a.lot < b.lot ? -1 : 1));
  for (const { at } of byRest.slice(0, Number(missing))) down[at] = (down[at] ?? 0n) + 1n;
  return down;
}
