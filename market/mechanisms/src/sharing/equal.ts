/** The same for everyone; what one does not use goes to the others in equal parts. */

import { splitByLargestRemainder } from '@commonwatt/units';
import type { SharingInterval, SharingRule } from './sharing.ts';
import { energiesOf, lotsOf, sharedAsAllotted, totalOf } from './sharing.ts';

/** The highest common level that the production fills, each party up to its use. */
function filled({ producers, consumers }: SharingInterval): readonly bigint[] {
  const parts = new Array<bigint>(consumers.length).fill(0n);
  let left = totalOf(energiesOf(producers));
  const rising = [...consumers.entries()].sort(([, a], [, b]) =>
    a.energy === b.energy ? (a.lot < b.lot ? -1 : 1) : a.energy < b.energy ? -1 : 1,
  );
  for (const [rank, [at, { energy }]] of rising.entries()) {
    const level = left / BigInt(rising.length - rank);
    if (energy > level) {
      // Everyone from here on uses at least one Wh more than the level.
      const rest = rising.slice(rank);
      const lots = rest.map(([, { lot }]) => lot);
      const split = splitByLargestRemainder(
        left,
        rest.map(() => 1n),
        lots,
      );
      rest.forEach(([index], nth) => {
        parts[index] = split[nth] as bigint;
      });
      return parts;
    }
    parts[at] = energy;
    left -= energy;
  }
  return parts;
}

export const equalSharing: SharingRule = {
  name: 'equal',
  version: 1,
  rule: 'Every consumer gets the same, up to its use; what one does not use goes to the others',
  ties: 'A Wh that cannot be split goes to the lowest lot',
  share(interval) {
    const { producers, consumers } = interval;
    const { parts } = sharedAsAllotted(interval, filled(interval));
    const even = consumers.map(() => 1n);
    const whole = totalOf(energiesOf(producers));
    const allotted =
      consumers.length === 0 ? [] : splitByLargestRemainder(whole, even, lotsOf(consumers));
    const received = parts[0]?.received ?? [];
    // What others left is allotted too.
    return { parts, allotted: allotted.map((one, at) => highest(one, received[at] as bigint)) };
  },
};

function highest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
