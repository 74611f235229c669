/**
 * The organiser's own parts of the production, interval by interval, told after the fact (as in
 * France's "dynamique simple"): like static sharing, with the parts of that interval.
 */

import type { SharingRule } from './sharing.ts';
import { byLot, sharedAsAllotted } from './sharing.ts';
import { fixedParts } from './static.ts';

export const simpleDynamicSharing: SharingRule = {
  name: 'simple dynamic',
  version: 1,
  rule: "Each consumer is allotted the organiser's part for the interval and gets what it uses",
  ties: byLot,
  share: (interval) => sharedAsAllotted(interval, fixedParts(interval)),
};
