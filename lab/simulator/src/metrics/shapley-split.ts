/**
 * What each member's joining is worth to the community over a whole run: the Shapley value of the game in which a
 * coalition saves, slot by slot, what its own takers and givers need not exchange with the supplier. The value of a
 * sum of games is the sum of their values (Shapley 1953, axiom 3), so coalitions are added up over the slots and
 * valued once.
 */

import { SeededRandom } from '../households/seeded-random.ts';

/** All coalitions are kept up to here, as in the mechanism of this name; above, orders of joining are drawn. */
export const EXACT_MEMBERS_MAX = 12;
/** Above: single contributions of one slot, or one for each member where those are more. */
const CONTRIBUTIONS = 1_000;
const MEMBERS_MAX = 10_000;

export interface ShapleySplitOptions {
  readonly members: number;
  /** Nano-EUR per Wh. */
  readonly supplyPrice: number;
  readonly feedInPrice: number;
  /** What the grid takes of a Wh from the community. */
  readonly localFee: number;
  /** Of the orders of joining that are drawn above twelve members. */
  readonly seed: number;
}

export class ShapleySplit {
  private readonly options: ShapleySplitOptions;
  private readonly shared: CoalitionsShared | OrdersShared;

  /** @throws RangeError unless there are 1 to 10,000 members. */
  constructor(options: ShapleySplitOptions) {
    const { members, seed } = options;
    if (!Number.isInteger(members) || members < 1 || members > MEMBERS_MAX) {
      throw new RangeError(`members: expected 1 to ${MEMBERS_MAX}, got ${members}`);
    }
    this.options = options;
    this.shared =
      members <= EXACT_MEMBERS_MAX
        ? new CoalitionsShared(members)
        : new OrdersShared(members, new SeededRandom(seed));
  }

  /** One slot: what each member takes from others, below zero what it gives; its own energy used first. */
  add(netWh: ArrayLike<number>): void {
    if (netWh.length !== this.options.members) {
      throw new RangeError(`netWh: expected ${this.options.members} values, got ${netWh.length}`);
    }
    // Nights, when nobody gives, cost nothing: no coalition shares anything then.
    if (hasBothSides(netWh)) this.shared.add(netWh);
  }

  /** What each member should save, in whole nano-EUR, rounded down. */
  savings(): readonly number[] {
    const { supplyPrice, feedInPrice, localFee } = this.options;
    const margin = BigInt(Math.max(0, supplyPrice - feedInPrice - localFee));
    const { sums, divisor } = this.shared.contributions();
    return sums.map((sum) => Number((sum * margin) / divisor));
  }
}

interface Contributions {
  readonly sums: readonly bigint[];
  readonly divisor: bigint;
}

/** What every coalition shares within, by the bits of its members. */
class CoalitionsShared {
  private readonly members: number;
  private readonly sharedWh: Float64Array;
  private readonly takenWh: Float64Array;
  private readonly givenWh: Float64Array;

  constructor(members: number) {
    this.members = members;
    this.sharedWh = new Float64Array(1 << members);
    this.takenWh = new Float64Array(1 << members);
    this.givenWh = new Float64Array(1 << members);
  }

  add(netWh: ArrayLike<number>): void {
    const { sharedWh, takenWh, givenWh } = this;
    for (let at = 0; at < this.members; at++) {
      const net = netWh[at] ?? 0;
      const own = 1 << at;
      for (let others = 0; others < own; others++) {
        const taken = (takenWh[others] ?? 0) + Math.max(0, net);
        const given = (givenWh[others] ?? 0) + Math.max(0, -net);
        takenWh[others | own] = taken;
        givenWh[others | own] = given;
        sharedWh[others | own] = (sharedWh[others | own] ?? 0) + Math.min(taken, given);
      }
    }
  }

  /** A coalition S comes before a member in |S|! (n - |S| - 1)! of n! orders. */
  contributions(): Contributions {
    const { members, sharedWh } = this;
    const factorials = [1n];
    for (let at = 1; at <= members; at++) factorials.push((factorials[at - 1] ?? 1n) * BigInt(at));
    const sums = Array.from({ length: members }, () => 0n);
    for (let coalition = 0; coalition < sharedWh.length; coalition++) {
      const size = bitsOf(coalition);
      const orders = (factorials[size] ?? 1n) * (factorials[members - size - 1] ?? 1n);
      for (let at = 0; at < members; at++) {
        if ((coalition & (1 << at)) !== 0) continue;
        const added = (sharedWh[coalition | (1 << at)] ?? 0) - (sharedWh[coalition] ?? 0);
        sums[at] = (sums[at] ?? 0n) + orders * BigInt(added);
      }
    }
    return { sums, divisor: factorials[members] ?? 1n };
  }
}

/**
 * What each member adds to the shared energy in orders of joining, drawn anew for every slot: over the slots of a
 * run chance evens out, with a few orders each.
 */
class OrdersShared {
  private readonly random: SeededRandom;
  private readonly order: number[];
  private readonly ordersPerSlot: number;
  private readonly addedWh: Float64Array;

  constructor(members: number, random: SeededRandom) {
    this.random = random;
    this.order = Array.from({ length: members }, (_, at) => at);
    this.ordersPerSlot = Math.max(1, Math.floor(CONTRIBUTIONS / members));
    this.addedWh = new Float64Array(members);
  }

  add(netWh: ArrayLike<number>): void {
    const { order, random, addedWh } = this;
    for (let drawn = 0; drawn < this.ordersPerSlot; drawn++) {
      let taken = 0;
      let given = 0;
      let shared = 0;
      for (let left = order.length; left > 0; left--) {
        // Fisher and Yates: one of those left joins next.
        const place = random.below(left);
        const at = order[place] ?? 0;
        order[place] = order[left - 1] ?? 0;
        order[left - 1] = at;
        const net = netWh[at] ?? 0;
        if (net > 0) taken += net;
        else given -= net;
        const joined = Math.min(taken, given);
        addedWh[at] = (addedWh[at] ?? 0) + joined - shared;
        shared = joined;
      }
    }
  }

  contributions(): Contributions {
    return {
      sums: [...this.addedWh].map((added) => BigInt(added)),
      divisor: BigInt(this.ordersPerSlot),
    };
  }
}

function hasBothSides(netWh: ArrayLike<number>): boolean {
  let takes = false;
  let gives = false;
  for (let at = 0; at < netWh.length; at++) {
    const net = netWh[at] ?? 0;
    if (net > 0) takes = true;
    if (net < 0) gives = true;
  }
  return takes && gives;
}

function bitsOf(coalition: number): number {
  let bits = 0;
  for (let rest = coalition; rest !== 0; rest &= rest - 1) bits += 1;
  return bits;
}
