/**
 * Where the grid operator allocates, its values are imported and reconciled with the meters: a value
 * above its meter is cut, and where the sums of the two sides differ the higher one is lowered in
 * proportion. Every value that does not stand as imported is named.
 */

import { lesser, splitByLargestRemainder } from '@commonwatt/units';
import type { SharedPart, SharingInterval, SharingParty } from './sharing.ts';
import { lotsOf, totalOf } from './sharing.ts';

/** The operator's values of one interval, in Wh by member. */
export interface AllocatedInterval {
  readonly received: ReadonlyMap<number, bigint>;
  readonly given: ReadonlyMap<number, bigint>;
}

/** A value of the operator's that does not stand. */
export interface AllocationDifference {
  readonly member: number;
  readonly side: 'received' | 'given';
  readonly allocated: bigint;
  readonly accepted: bigint;
  readonly because: 'above the meter' | 'the sums differ' | 'not a party';
}

/** @throws RangeError for a negative value */
export function reconciled(
  { producers, consumers }: SharingInterval,
  allocated: AllocatedInterval,
): { readonly part: SharedPart; readonly differences: readonly AllocationDifference[] } {
  const received = withinMeters(consumers, allocated.received);
  const given = withinMeters(producers, allocated.given);
  const sum = lesser(totalOf(received), totalOf(given));
  const part = {
    price: undefined,
    received: lowered(received, sum, consumers),
    given: lowered(given, sum, producers),
  };
  const differences = [
    ...differencesOf('received', consumers, allocated.received, received, part.received),
    ...differencesOf('given', producers, allocated.given, given, part.given),
  ];
  return { part, differences };
}

function withinMeters(
  parties: readonly SharingParty[],
  values: ReadonlyMap<number, bigint>,
): readonly bigint[] {
  for (const [member, value] of values) {
    if (value < 0n) throw new RangeError(`allocated to ${member}: expected Wh >= 0, got ${value}`);
  }
  return parties.map(({ member, energy }) => lesser(values.get(member) ?? 0n, energy));
}

function lowered(
  values: readonly bigint[],
  sum: bigint,
  parties: readonly SharingParty[],
): readonly bigint[] {
  if (totalOf(values) === sum) return values;
  return splitByLargestRemainder(sum, values, lotsOf(parties));
}

function differencesOf(
  side: AllocationDifference['side'],
  parties: readonly SharingParty[],
  values: ReadonlyMap<number, bigint>,
  metered: readonly bigint[],
  accepted: readonly bigint[],
): readonly AllocationDifference[] {
  const known = new Set(parties.map(({ member }) => member));
  const found: AllocationDifference[] = [];
  for (const [member, value] of values) {
    if (!known.has(member) && value > 0n) {
      found.push({ member, side, allocated: value, accepted: 0n, because: 'not a party' });
    }
  }
  parties.forEach(({ member }, at) => {
    const value = values.get(member) ?? 0n;
    const stands = accepted[at] as bigint;
    if (stands === value) return;
    const because = (metered[at] as bigint) < value ? 'above the meter' : 'the sums differ';
    found.push({ member, side, allocated: value, accepted: stands, because });
  });
  return found.sort((a, b) => a.member - b.member);
}
