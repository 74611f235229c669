/** Equal parts of a whole, up to what each can take. */

import { splitByLargestRemainder } from '@commonwatt/units';

export type Taker = {
  /** The most it can take, in Wh. */
  readonly energy: bigint;
  readonly lot: string;
};

/**
 * The highest common level that the whole fills, each taker up to its own energy; a Wh that cannot be split goes
 * to the lowest lot. Takes all of the whole unless all takers together take less.
 */
export function equalParts(whole: bigint, takers: readonly Taker[]): readonly bigint[] {
  const parts = new Array<bigint>(takers.length).fill(0n);
  let left = whole;
  const rising = [...takers.entries()].sort(([, a], [, b]) =>
    a.energy === b.energy ? (a.lot < b.lot ? -1 : 1) : a.energy < b.energy ? -1 : 1,
  );
  for (const [rank, [at, { energy }]] of rising.entries()) {
    const level = left / BigInt(rising.length - rank);
    if (energy > level) {
      // Everyone from here on takes at least one Wh more than the level.
      const rest = rising.slice(rank);
      const split = splitByLargestRemainder(
        left,
        rest.map(() => 1n),
        rest.map(([, { lot }]) => lot),
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
