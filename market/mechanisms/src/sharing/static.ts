/** Fixed parts of the production, agreed beforehand: what one does not use nobody else gets. */

import { splitByLargestRemainder } from '@commonwatt/units';
import type { SharingInterval, SharingRule } from './sharing.ts';
import {
  byLot,
  energiesOf,
  lotsOf,
  SHARE_MILLIONTHS,
  sharedAsAllotted,
  totalOf,
} from './sharing.ts';

/** Comes after every lot of a party: the part that was given to nobody wins no tie. */
const NOBODY_LOT = 'f'.repeat(65);

/**
 * What each consumer's fixed part comes to.
 * @throws RangeError for parts that are negative, not whole, or together more than everything
 */
export function fixedParts({ producers, consumers }: SharingInterval): readonly bigint[] {
  const shares = consumers.map(({ shareMillionths = 0, member }) => {
    if (!Number.isInteger(shareMillionths) || shareMillionths < 0) {
      throw new RangeError(
        `share of member ${member}: expected millionths >= 0, got ${shareMillionths}`,
      );
    }
    return BigInt(shareMillionths);
  });
  const left = BigInt(SHARE_MILLIONTHS) - totalOf(shares);
  if (left < 0n) {
    throw new RangeError(
      `shares: expected at most ${SHARE_MILLIONTHS} millionths together, got ${totalOf(shares)}`,
    );
  }
  const parts = splitByLargestRemainder(
    totalOf(energiesOf(producers)),
    [...shares, left],
    [...lotsOf(consumers), NOBODY_LOT],
  );
  return parts.slice(0, -1);
}

export const staticSharing: SharingRule = {
  name: 'static',
  version: 1,
  rule: 'Each consumer is allotted its fixed part of the production and gets what of it it uses',
  ties: byLot,
  share: (interval) => sharedAsAllotted(interval, fixedParts(interval)),
};
