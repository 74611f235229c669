/** Tier by tier: who stands in a lower tier is served first, within a tier in proportion to use. */

import { lesser } from '@commonwatt/units';
import type { SharingRule } from './sharing.ts';
import { byLot, energiesOf, proRata, sharedAsAllotted, totalOf } from './sharing.ts';

export const prioritySharing: SharingRule = {
  name: 'priority',
  version: 1,
  rule: 'Lower tiers are served first, each in proportion to what its consumers use',
  ties: byLot,
  share(interval) {
    const { producers, consumers } = interval;
    let left = totalOf(energiesOf(producers));
    const allotted = consumers.map(() => 0n);
    const tiers = [...new Set(consumers.map(({ tier = 0 }) => tier))].sort((a, b) => a - b);
    for (const tier of tiers) {
      const places = [...consumers.keys()].filter((at) => (consumers[at]?.tier ?? 0) === tier);
      const inTier = places.map((at) => consumers[at] as (typeof consumers)[number]);
      const share = lesser(left, totalOf(energiesOf(inTier)));
      const parts = proRata(share, inTier);
      places.forEach((at, nth) => {
        allotted[at] = parts[nth] as bigint;
      });
      left -= share;
    }
    return sharedAsAllotted(interval, allotted);
  },
};
