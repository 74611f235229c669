/**
 * Sharing inside a run: what trades left of the readings is shared by the community's rule, interval
 * by interval. Every shared Wh is taken out of both sides' readings.
 */

import { concatBytes, encode, type Sha256, u32, u64 } from '@commonwatt/ledger';
import {
  type AllocationDifference,
  findSharingRule,
  reconciled,
  type SharedPart,
  type Sharing,
  type SharingInterval,
  type SharingParty,
} from '@commonwatt/mechanisms';
import { energy } from '@commonwatt/units';
import type { Side } from '../market/messages.ts';
import type { Period } from '../metering/period.ts';
import { type MeteredEnergy, settlementLot } from './delivery.ts';
import type { SettlementPolicy, SharingKey } from './policy.ts';
import { limitsAt, type SharingInputs } from './sharing-inputs.ts';

export interface SharingInput extends Period, SharingInputs {
  readonly policy: SettlementPolicy;
  /** What one reading covers. */
  readonly slotLengthMs: number;
}

/** What sharing came to for one member in one slot. */
export interface SharedSlot {
  readonly member: number;
  readonly slotMs: number;
  readonly allotted: bigint;
  readonly received: bigint;
  readonly given: bigint;
  /** Positive where the member receives. */
  readonly money: bigint;
}

export interface SharingOutcome {
  readonly shares: readonly SharedSlot[];
  /** The operator's values that do not stand as imported. */
  readonly differences: readonly (AllocationDifference & { readonly slotMs: number })[];
}

interface Interval {
  readonly slotMs: number;
  readonly slotLengthMs: number;
}

/** Shares what is left in `metered` among the members, and takes it out. */
export function shareAfterDelivery(
  sha256: Sha256,
  input: SharingInput,
  members: readonly number[],
  metered: MeteredEnergy,
): SharingOutcome {
  if (input.policy.sharing === 'none') return { shares: [], differences: [] };
  const run = new SharingRun(sha256, input, metered);
  for (const interval of intervalsOf(input)) run.share(interval, members);
  return run;
}

/** @throws RangeError for a rule that this release does not have */
function ruleOf(mode: SettlementPolicy['sharing']) {
  const rule = findSharingRule(mode);
  if (rule === undefined) throw new RangeError(`sharing: expected a known rule, got '${mode}'`);
  return rule;
}

/** Whole intervals since 1970, cut where the period begins or ends within one. */
function intervalsOf({ policy, periodFromMs, periodUntilMs, slotLengthMs }: SharingInput) {
  const own = policy.sharing === 'operator' ? undefined : ruleOf(policy.sharing).intervalMs;
  const lengthMs = own ?? slotLengthMs;
  const intervals: Interval[] = [];
  let slotMs = periodFromMs;
  while (slotMs < periodUntilMs) {
    const endMs = Math.min(slotMs - (slotMs % lengthMs) + lengthMs, periodUntilMs);
    intervals.push({ slotMs, slotLengthMs: endMs - slotMs });
    slotMs = endMs;
  }
  return intervals;
}

class SharingRun implements SharingOutcome {
  readonly shares: SharedSlot[] = [];
  readonly differences: (AllocationDifference & { readonly slotMs: number })[] = [];
  readonly #sha256: Sha256;
  readonly #input: SharingInput;
  readonly #metered: MeteredEnergy;
  readonly #keys: ReadonlyMap<number, SharingKey>;

  constructor(sha256: Sha256, input: SharingInput, metered: MeteredEnergy) {
    this.#sha256 = sha256;
    this.#input = input;
    this.#metered = metered;
    this.#keys = new Map(input.policy.sharingKeys.map((key) => [key.member, key]));
  }

  share(interval: Interval, members: readonly number[]): void {
    const parties: SharingInterval = {
      producers: this.#partiesOf('sell', interval, members),
      consumers: this.#partiesOf('buy', interval, members),
    };
    const { parts, allotted } = this.#shared(interval, parties);
    const found = new Map<string, { -readonly [K in keyof SharedSlot]: SharedSlot[K] }>();
    const at = (member: number, slotMs: number) => {
      const name = `${member}/${slotMs}`;
      const known = found.get(name);
      if (known !== undefined) return known;
      const fresh = { member, slotMs, allotted: 0n, received: 0n, given: 0n, money: 0n };
      found.set(name, fresh);
      return fresh;
    };
    parties.consumers.forEach(({ member }, index) => {
      const whole = allotted[index] as bigint;
      if (whole > 0n) at(member, interval.slotMs).allotted += whole;
    });
    for (const { price = this.#input.policy.sharedPrice, received, given } of parts) {
      parties.producers.forEach(({ member }, index) => {
        for (const [slotMs, taken] of this.#take(member, 'sell', interval, given[index])) {
          const slot = at(member, slotMs);
          slot.given += taken;
          slot.money += taken * price;
        }
      });
      parties.consumers.forEach(({ member }, index) => {
        for (const [slotMs, taken] of this.#take(member, 'buy', interval, received[index])) {
          const slot = at(member, slotMs);
          slot.received += taken;
          slot.money -= taken * price;
        }
      });
    }
    this.shares.push(...found.values());
  }

  #partiesOf(side: Side, interval: Interval, members: readonly number[]): readonly SharingParty[] {
    const what = side === 'sell' ? 'producer' : 'consumer';
    const { intervalShares, limits, policy } = this.#input;
    return members.flatMap((member): SharingParty[] => {
      const left = energy(this.#metered.left(member, side, interval));
      if (left === 0n) return [];
      const id = concatBytes(encode(u32, member), encode(u64, interval.slotMs));
      const key = this.#keys.get(member);
      const shareMillionths =
        policy.sharing === 'simple dynamic'
          ? intervalShares?.get(interval.slotMs)?.get(member)
          : key?.shareMillionths;
      const lot = settlementLot(this.#sha256, this.#input, what, id);
      const limit = limitsAt(limits?.get(member), interval.slotMs)?.[side];
      return [{ member, energy: left, lot, shareMillionths, tier: key?.tier, limit }];
    });
  }

  #shared({ slotMs }: Interval, parties: SharingInterval): Sharing {
    const { policy, allocated } = this.#input;
    if (policy.sharing !== 'operator') return ruleOf(policy.sharing).share(parties);
    const values = allocated?.get(slotMs) ?? { received: new Map(), given: new Map() };
    const { part, differences } = reconciled(parties, values);
    this.differences.push(...differences.map((one) => ({ ...one, slotMs })));
    const parts: readonly SharedPart[] = [part];
    return {
      parts,
      allotted: parties.consumers.map((one) => values.received.get(one.member) ?? 0n),
    };
  }

  /** Takes energy out of an interval's readings, the earliest first: how much of which slot. */
  #take(
    member: number,
    side: Side,
    interval: Interval,
    amount = 0n,
  ): readonly (readonly [slotMs: number, taken: bigint])[] {
    if (amount === 0n) return [];
    const { slotLengthMs } = this.#input;
    const endMs = interval.slotMs + interval.slotLengthMs;
    const before: [number, bigint][] = [];
    for (let slotMs = interval.slotMs; slotMs < endMs; slotMs += slotLengthMs) {
      before.push([slotMs, this.#metered.served(member, side, slotMs)]);
    }
    this.#metered.serve(member, side, interval, amount);
    return before
      .map(([slotMs, was]) => [slotMs, this.#metered.served(member, side, slotMs) - was] as const)
      .filter(([, taken]) => taken > 0n);
  }
}
