/** In proportion to what each consumer used: nothing that could be used in the community is left. */

import type { SharingRule } from './sharing.ts';
import { byLot, energiesOf, proRata, sharedAsAllotted, totalOf } from './sharing.ts';

export const proRataSharing: SharingRule = {
  name: 'pro rata',
  version: 1,
  rule: 'The production is allotted in proportion to what each consumer uses',
  ties: byLot,
  share(interval) {
    const { producers, consumers } = interval;
    return sharedAsAllotted(interval, proRata(totalOf(energiesOf(producers)), consumers));
  },
};
