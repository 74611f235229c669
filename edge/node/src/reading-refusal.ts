/** Why the readings desk does not take a reading: a closed list, so that figures can count by it. */

import type { DeskRefusal } from './desk-refusal.ts';

export const READING_REFUSALS = [
  'meter_unknown',
  'not_the_meter',
  'signature_wrong',
  'meter_revoked',
  'slot_invalid',
  'meter_not_begun',
  'meter_retired',
  'slot_not_over',
  'too_late',
  'period_closed',
  'period_frozen',
  'energy_too_large',
  'quality_invalid',
  'version_invalid',
  'duplicate',
  'superseded',
  'reading_known',
  'versions_exhausted',
  'counter_used',
  'member_erased',
] as const;

export interface ReadingRefusal extends DeskRefusal {
  readonly code: (typeof READING_REFUSALS)[number];
}
