/**
 * Italy's virtual sharing (Testo integrato autoconsumo diffuso): in every hour the lower of what all
 * fed in and all drew is shared, whoever fed it in; consumers in proportion to what they drew.
 */

import { proRataSharing } from './pro-rata.ts';
import type { SharingRule } from './sharing.ts';
import { byLot } from './sharing.ts';

const HOUR_MS = 3_600_000;

export const hourlyMinimumSharing: SharingRule = {
  name: 'hourly minimum',
  version: 1,
  rule: 'The lower of the energy fed in and drawn in the hour, in proportion to what each drew',
  ties: byLot,
  intervalMs: HOUR_MS,
  share: (interval) => proRataSharing.share(interval),
};
