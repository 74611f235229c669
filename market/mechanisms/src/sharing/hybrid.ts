/** Fixed parts first; what they leave on both sides goes to the market after delivery. */

import { energy } from '@commonwatt/units';
import { clearedAfterDelivery } from './full-dynamic.ts';
import type { SharingParty, SharingRule } from './sharing.ts';
import { byLot, sharedAsAllotted } from './sharing.ts';
import { fixedParts } from './static.ts';

export const hybridSharing: SharingRule = {
  name: 'hybrid',
  version: 1,
  rule: 'Fixed parts first, then the rest by standing orders cleared after delivery',
  ties: byLot,
  share(interval) {
    const { producers, consumers } = interval;
    const fixed = sharedAsAllotted(interval, fixedParts(interval));
    const [first] = fixed.parts;
    const left = (parties: readonly SharingParty[], taken: readonly bigint[] = []) =>
      parties.map((one, at) => ({ ...one, energy: energy(one.energy - (taken[at] as bigint)) }));
    const market = clearedAfterDelivery({
      producers: left(producers, first?.given),
      consumers: left(consumers, first?.received),
    });
    const allotted = fixed.allotted.map((one, at) => one + (market.received[at] as bigint));
    return { parts: [...fixed.parts, market], allotted };
  },
};
